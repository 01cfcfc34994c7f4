/** Snoop files, as Solaris writes them (RFC 1761). All numbers are big-endian; records are padded and tell drops. */
import type { CaptureInterface, FrameSink } from '../model/frame.ts';
import type { CaptureState } from './capture-state.ts';
import { FileWarnings } from './file-warnings.ts';
import { USUAL_CAPTURED_LIMIT } from './limits.ts';
import type { RecordReader } from './record-reader.ts';

const FILE_HEADER_LEN = 16;
const DATALINK_OFFSET = 12;
const RECORD_HEADER_LEN = 24;
const ORIGINAL_LEN_OFFSET = 0;
const INCLUDED_LEN_OFFSET = 4;
const RECORD_LEN_OFFSET = 8;
const DROPS_OFFSET = 12;
const SECONDS_OFFSET = 16;
const MICROSECONDS_OFFSET = 20;
/** Padding is to four octets, but Solaris has been seen to pad more; a page is far beyond it. */
const MAX_PADDING_LEN = 4096;

const NS_PER_SECOND = 1_000_000_000;
const MAX_FRACTION_US = 999_999;

/** RFC 1761 data link numbers to LINKTYPE_ numbers: IEEE 802.3 and Ethernet, token ring, FDDI. */
const LINK_TYPES = new Map([
  [0, 1],
  [2, 6],
  [4, 1],
  [8, 10],
]);
/** No LINKTYPE_ has this number, so frames of other data links count as unsupported. */
const UNKNOWN_LINK_TYPE = 0xffff;

export class SnoopReader implements RecordReader {
  neededLen = FILE_HEADER_LEN;
  isStopped = false;
  readonly #sink: FrameSink;
  readonly #state: CaptureState;
  readonly #warnings: FileWarnings;
  #byteOffset = 0;
  #interface: CaptureInterface | null = null;

  constructor(sink: FrameSink, state: CaptureState) {
    this.#sink = sink;
    this.#state = state;
    this.#warnings = new FileWarnings(sink, state);
  }

  read(bytes: Uint8Array, view: DataView, start: number, end: number): number {
    if (this.isStopped) return end;
    let at = start;
    if (!this.#interface) {
      if (end - start < FILE_HEADER_LEN) return start;
      this.#interface = this.#readFileHeader(view, start);
      at += FILE_HEADER_LEN;
    }
    const frame = this.#state.frame;
    frame.bytes = bytes;
    frame.view = view;
    for (;;) {
      this.neededLen = RECORD_HEADER_LEN;
      if (end - at < RECORD_HEADER_LEN || this.#isDamaged(view, at, this.#byteOffset + at - start)) break;
      this.neededLen = view.getUint32(at + RECORD_LEN_OFFSET);
      if (end - at < this.neededLen) break;
      this.#emit(view, at, this.#interface, this.#byteOffset + at - start);
      at += this.neededLen;
    }
    this.#byteOffset += at - start;
    return this.isStopped ? end : at;
  }

  end(leftoverLen: number): void {
    if (this.isStopped) return;
    if (!this.#interface) this.#warnings.cutHeader(this.#byteOffset);
    else if (leftoverLen > 0) this.#warnings.cutRecord(this.#byteOffset, leftoverLen);
    this.#warnings.flush();
    this.#warnings.dropped(this.#interface?.dropped ?? 0);
  }

  #readFileHeader(view: DataView, start: number): CaptureInterface {
    const linkType = LINK_TYPES.get(view.getUint32(start + DATALINK_OFFSET)) ?? UNKNOWN_LINK_TYPE;
    const found = { linkType, name: null, snaplen: 0, digits: 6, dropped: 0 };
    const frame = this.#state.frame;
    frame.interfaceIndex = this.#state.addInterface(found, this.#sink);
    frame.linkType = linkType;
    frame.direction = 0;
    return found;
  }

  /** Nothing marks a record, so a senseless length is the end of what can be read. */
  #isDamaged(view: DataView, at: number, byteOffset: number): boolean {
    const includedLen = view.getUint32(at + INCLUDED_LEN_OFFSET);
    const paddingLen = view.getUint32(at + RECORD_LEN_OFFSET) - RECORD_HEADER_LEN - includedLen;
    if (includedLen <= USUAL_CAPTURED_LIMIT && paddingLen >= 0 && paddingLen <= MAX_PADDING_LEN) return false;
    this.isStopped = true;
    this.#warnings.flush();
    const text = 'a record has a senseless length: the file is damaged here, and nothing after it was read';
    this.#warnings.warn('bad-record-length', text, byteOffset);
    return true;
  }

  #emit(view: DataView, at: number, found: CaptureInterface, byteOffset: number): void {
    const state = this.#state;
    const frame = state.frame;
    const seconds = view.getUint32(at + SECONDS_OFFSET);
    const microseconds = view.getUint32(at + MICROSECONDS_OFFSET);
    if (microseconds > MAX_FRACTION_US) this.#warnings.count('bad-timestamp', byteOffset);
    if (!state.isClockSet) state.setEpoch(seconds);
    frame.timeNs =
      (seconds - state.epochSeconds) * NS_PER_SECOND + Math.min(microseconds, MAX_FRACTION_US) * 1000;
    frame.start = at + RECORD_HEADER_LEN;
    frame.end = frame.start + view.getUint32(at + INCLUDED_LEN_OFFSET);
    frame.originalLen = Math.max(view.getUint32(at + ORIGINAL_LEN_OFFSET), frame.end - frame.start);
    frame.frameNumber = ++state.frames;
    found.dropped = view.getUint32(at + DROPS_OFFSET);
    this.#sink.frame(frame);
  }
}
