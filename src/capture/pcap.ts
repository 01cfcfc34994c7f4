/**
 * Classic pcap files (draft-ietf-opsawg-pcap; libpcap's savefile.c for the older habits).
 *
 * A file header of 24 octets, then records: a header of 16 octets and the captured octets. Numbers are in the byte
 * order of the machine that wrote the file, which the magic number tells. Nothing in a record marks it as one, so
 * after a senseless length there is no telling where the next record begins: the reader stops there.
 */
import type { FrameSink } from '../model/frame.ts';
import type { CaptureState } from './capture-state.ts';
import { FileWarnings } from './file-warnings.ts';
import { HARD_LEN_LIMIT, USUAL_CAPTURED_LIMIT } from './limits.ts';
import type { RecordReader } from './record-reader.ts';

const MAJOR_OFFSET = 4;
const MINOR_OFFSET = 6;
const SNAPLEN_OFFSET = 16;
const LINK_TYPE_OFFSET = 20;
/** The upper half of the word tells the length of the frame check sequence and has reserved bits. */
const LINK_TYPE_MASK = 0xffff;

const SECONDS_OFFSET = 0;
const FRACTION_OFFSET = 4;
const CAPTURED_LEN_OFFSET = 8;
const ORIGINAL_LEN_OFFSET = 12;
/** Only in the 24-octet record header: packet type of a Linux packet socket (if_packet.h). */
const PACKET_TYPE_OFFSET = 22;
const PACKET_OUTGOING = 4;

const NS_PER_SECOND = 1_000_000_000;
const US_PER_SECOND = 1_000_000;
const MAJOR_VERSION = 2;
const MINOR_VERSION = 4;
/** DG/UX tcpdump wrote 2.543. */
const DGUX_MINOR_VERSION = 543;

interface PcapVariant {
  readonly magic: number;
  readonly nsPerTick: number;
  readonly fileHeaderLen: number;
  readonly recordHeaderLen: number;
}

const VARIANTS: readonly PcapVariant[] = [
  { magic: 0xa1b2c3d4, nsPerTick: 1000, fileHeaderLen: 24, recordHeaderLen: 16 },
  { magic: 0xa1b23c4d, nsPerTick: 1, fileHeaderLen: 24, recordHeaderLen: 16 },
  // Kuznetzov's patched libpcap (old Red Hat): interface, protocol and packet type follow each record header.
  { magic: 0xa1b2cd34, nsPerTick: 1000, fileHeaderLen: 24, recordHeaderLen: 24 },
  // Ixia hardware and software captures: the size of all records follows the file header.
  { magic: 0x1c0001ac, nsPerTick: 1, fileHeaderLen: 28, recordHeaderLen: 16 },
  { magic: 0x1c0001ab, nsPerTick: 1, fileHeaderLen: 28, recordHeaderLen: 16 },
];

/** The pcap variant that the magic number at `offset` names, or null. */
export function findPcapVariant(view: DataView, offset: number): PcapVariant | null {
  const bigEndian = view.getUint32(offset);
  const littleEndian = view.getUint32(offset, true);
  return VARIANTS.find(({ magic }) => magic === bigEndian || magic === littleEndian) ?? null;
}

export class PcapReader implements RecordReader {
  neededLen: number;
  isStopped = false;
  readonly #sink: FrameSink;
  readonly #state: CaptureState;
  readonly #warnings: FileWarnings;
  readonly #variant: PcapVariant;
  /** Octets from the start of the file to the first one not consumed. */
  #byteOffset = 0;
  #isHeaderRead = false;
  #isLittleEndian = false;
  #capturedLimit = USUAL_CAPTURED_LIMIT;
  #nsPerTick: number;
  #isFirstRecord = true;
  /** Versions up to 2.3 wrote the two lengths the other way round, 2.3 not always (libpcap, sf-pcap.c). */
  #lengthOrder: 'plain' | 'swapped' | 'unsure' = 'plain';

  constructor(sink: FrameSink, state: CaptureState, variant: PcapVariant) {
    this.#sink = sink;
    this.#state = state;
    this.#warnings = new FileWarnings(sink, state);
    this.#variant = variant;
    this.#nsPerTick = variant.nsPerTick;
    this.neededLen = variant.fileHeaderLen;
  }

  read(bytes: Uint8Array, view: DataView, start: number, end: number): number {
    if (this.isStopped) return end;
    let recordsStart = start;
    if (!this.#isHeaderRead) {
      if (end - start < this.#variant.fileHeaderLen) return start;
      this.#readFileHeader(view, start);
      recordsStart += this.#variant.fileHeaderLen;
      this.#byteOffset = this.#variant.fileHeaderLen;
    }
    const frame = this.#state.frame;
    frame.bytes = bytes;
    frame.view = view;
    const at = this.#readRecords(view, recordsStart, end);
    this.#byteOffset += at - recordsStart;
    return this.isStopped ? end : at;
  }

  end(leftoverLen: number): void {
    if (this.isStopped) return;
    if (!this.#isHeaderRead) this.#warnings.cutHeader(this.#byteOffset);
    else if (leftoverLen > 0) this.#warnings.cutRecord(this.#byteOffset, leftoverLen);
    this.#warnings.flush();
  }

  #readFileHeader(view: DataView, start: number): void {
    this.#isHeaderRead = true;
    this.#isLittleEndian = view.getUint32(start, true) === this.#variant.magic;
    const isLittleEndian = this.#isLittleEndian;
    this.#checkVersion(
      view.getUint16(start + MAJOR_OFFSET, isLittleEndian),
      view.getUint16(start + MINOR_OFFSET, isLittleEndian),
    );
    const snaplen = view.getUint32(start + SNAPLEN_OFFSET, isLittleEndian);
    this.#capturedLimit = Math.max(USUAL_CAPTURED_LIMIT, Math.min(snaplen, HARD_LEN_LIMIT));
    const linkType = view.getUint32(start + LINK_TYPE_OFFSET, isLittleEndian) & LINK_TYPE_MASK;
    const digits = this.#nsPerTick === 1 ? 9 : 6;
    const found = { linkType, name: null, snaplen, digits, dropped: null };
    const frame = this.#state.frame;
    frame.interfaceIndex = this.#state.addInterface(found, this.#sink);
    frame.linkType = linkType;
    frame.direction = 0;
  }

  #checkVersion(major: number, minor: number): void {
    if (major === MAJOR_VERSION && (minor < 3 || minor === DGUX_MINOR_VERSION)) this.#lengthOrder = 'swapped';
    else if (major === MAJOR_VERSION && minor === 3) this.#lengthOrder = 'unsure';
    else if (major !== MAJOR_VERSION || minor > MINOR_VERSION) {
      this.#warnings.warn(
        'unknown-version',
        `pcap version ${major}.${minor}: read as if it were 2.4`,
        MAJOR_OFFSET,
      );
    }
  }

  /** Returns the offset of the first record that is not whole, or of the one that made it stop. */
  #readRecords(view: DataView, start: number, end: number): number {
    const state = this.#state;
    const frame = state.frame;
    const isLittleEndian = this.#isLittleEndian;
    const headerLen = this.#variant.recordHeaderLen;
    const isPlain = this.#lengthOrder === 'plain';
    let at = start;
    while (end - at >= headerLen) {
      let capturedLen = view.getUint32(at + CAPTURED_LEN_OFFSET, isLittleEndian);
      let originalLen = view.getUint32(at + ORIGINAL_LEN_OFFSET, isLittleEndian);
      if (!isPlain && (this.#lengthOrder === 'swapped' || capturedLen > originalLen)) {
        const first = capturedLen;
        capturedLen = originalLen;
        originalLen = first;
      }
      if (capturedLen > this.#capturedLimit) {
        this.#stop(capturedLen, this.#byteOffset + at - start);
        return at;
      }
      const dataStart = at + headerLen;
      if (capturedLen > end - dataStart) {
        this.neededLen = headerLen + capturedLen;
        return at;
      }
      const seconds = view.getUint32(at + SECONDS_OFFSET, isLittleEndian);
      const fractionNs = this.#fractionNs(view.getUint32(at + FRACTION_OFFSET, isLittleEndian), at - start);
      if (!state.isClockSet) state.setEpoch(seconds);
      frame.timeNs = (seconds - state.epochSeconds) * NS_PER_SECOND + fractionNs;
      frame.start = dataStart;
      frame.end = dataStart + capturedLen;
      frame.originalLen = originalLen > capturedLen ? originalLen : capturedLen;
      if (headerLen > PACKET_TYPE_OFFSET) {
        frame.direction = view.getUint8(at + PACKET_TYPE_OFFSET) === PACKET_OUTGOING ? 2 : 1;
      }
      frame.frameNumber = ++state.frames;
      this.#sink.frame(frame);
      at = frame.end;
    }
    this.neededLen = headerLen;
    return at;
  }

  /** Nanoseconds to add to the seconds: 0 … 1,999,999,999. A writer that adds times without a carry passes one second. */
  #fractionNs(fraction: number, chunkOffset: number): number {
    if (this.#isFirstRecord) this.#beginTimes(fraction);
    const ns = fraction * this.#nsPerTick;
    if (ns < NS_PER_SECOND) return ns;
    this.#warnings.count('bad-timestamp', this.#byteOffset + chunkOffset);
    return ns < 2 * NS_PER_SECOND ? ns : NS_PER_SECOND - this.#nsPerTick;
  }

  /**
   * Some writers put nanoseconds under the microsecond magic. The first record decides, because a switch in the middle
   * would tear the clock; 998 in 1,000 such files show it there (below two seconds it may be a missed carry).
   */
  #beginTimes(fraction: number): void {
    this.#isFirstRecord = false;
    if (this.#nsPerTick === 1 || fraction < 2 * US_PER_SECOND || fraction >= NS_PER_SECOND) return;
    this.#nsPerTick = 1;
    this.#state.clock.digits = 9;
    const text =
      'the file header promises microseconds, but the times are in nanoseconds: read as nanoseconds';
    this.#warnings.warn('nanoseconds-in-microsecond-file', text, this.#variant.fileHeaderLen);
  }

  #stop(capturedLen: number, byteOffset: number): void {
    this.isStopped = true;
    const text = `a record claims ${capturedLen} bytes, more than any frame has: the file is damaged here, and nothing after it was read`;
    this.#warnings.flush();
    this.#warnings.warn('bad-record-length', text, byteOffset);
  }
}
