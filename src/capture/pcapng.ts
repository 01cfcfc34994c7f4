/**
 * pcapng files (draft-ietf-opsawg-pcapng).
 *
 * A file is a row of sections, each with its own byte order and its own interfaces, numbered from 0. A section is a row
 * of blocks: type, total length, body, total length again. The second length is the only check that the format has: where
 * the two differ there is no telling where the next block begins, and the reader stops.
 */
import type { FrameSink } from '../model/frame.ts';
import type { CaptureState } from './capture-state.ts';
import { FileWarnings } from './file-warnings.ts';
import { HARD_LEN_LIMIT, MAX_INTERFACES } from './limits.ts';
import { IDB_MIN_LEN, type PcapngInterface, readInterface } from './pcapng-interface.ts';
import { OptionCursor } from './pcapng-options.ts';
import { PacketBlockReader } from './pcapng-packets.ts';
import type { RecordReader } from './record-reader.ts';

/** Block types. That of the section header reads the same in both byte orders. */
export const SECTION_HEADER_BLOCK = 0x0a0d0d0a;
const INTERFACE_DESCRIPTION_BLOCK = 1;
const OBSOLETE_PACKET_BLOCK = 2;
const SIMPLE_PACKET_BLOCK = 3;
const INTERFACE_STATISTICS_BLOCK = 5;
const ENHANCED_PACKET_BLOCK = 6;
const DECRYPTION_SECRETS_BLOCK = 10;
/**
 * Blocks that hold no packet but take a frame number in Wireshark (4.0 and later): systemd journal entries and the two
 * kinds of custom block. They take one here too, so that the numbers agree.
 */
const NUMBERED_BLOCKS: ReadonlySet<number> = new Set([9, 0xbad, 0x40000bad]);

const TYPE_OFFSET = 0;
const TOTAL_LEN_OFFSET = 4;
const TRAILER_LEN = 4;
/** Header and trailer; the section header needs its byte-order magic besides. */
const MIN_BLOCK_LEN = 12;

const BYTE_ORDER_OFFSET = 8;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const MAJOR_OFFSET = 12;
const MAJOR_VERSION = 1;
const ISB_INTERFACE_OFFSET = 8;
const SECRETS_TYPE_OFFSET = 8;
const SECRETS_LEN_OFFSET = 12;
const SECRETS_OFFSET = 16;

/** Shortest possible block of each type that is read; shorter ones are damage. Other types are passed over. */
const MIN_LEN_BY_TYPE = new Map([
  [SECTION_HEADER_BLOCK, 28],
  [INTERFACE_DESCRIPTION_BLOCK, IDB_MIN_LEN],
  [OBSOLETE_PACKET_BLOCK, 32],
  [SIMPLE_PACKET_BLOCK, 16],
  [INTERFACE_STATISTICS_BLOCK, 24],
  [ENHANCED_PACKET_BLOCK, 32],
  [DECRYPTION_SECRETS_BLOCK, 20],
]);

export class PcapngReader implements RecordReader {
  neededLen = MIN_BLOCK_LEN;
  isStopped = false;
  readonly #sink: FrameSink;
  readonly #state: CaptureState;
  readonly #warnings: FileWarnings;
  readonly #options = new OptionCursor();
  readonly #packets: PacketBlockReader;
  #byteOffset = 0;
  #isLittleEndian = false;
  #isSectionSeen = false;
  #interfaces: PcapngInterface[] = [];
  /** Octets of a block being passed over that are still to come, and where that block began. */
  #skipLen = 0;
  #skippedBlockOffset = 0;
  #dropped = 0;

  constructor(sink: FrameSink, state: CaptureState) {
    this.#sink = sink;
    this.#state = state;
    this.#warnings = new FileWarnings(sink, state);
    this.#packets = new PacketBlockReader(sink, state, this.#warnings, this.#options);
  }

  read(bytes: Uint8Array, view: DataView, start: number, end: number): number {
    const frame = this.#state.frame;
    frame.bytes = bytes;
    frame.view = view;
    let at = start;
    while (!this.isStopped) {
      const consumedLen = this.#skipLen > 0 ? this.#skip(end - at) : this.#readBlock(bytes, view, at, end);
      if (consumedLen === 0) break;
      at += consumedLen;
      this.#byteOffset += consumedLen;
    }
    return this.isStopped ? end : at;
  }

  end(leftoverLen: number): void {
    if (!this.isStopped) {
      if (!this.#isSectionSeen) this.#warnings.cutHeader(this.#byteOffset);
      else if (this.#skipLen > 0) {
        this.#warnings.cutRecord(this.#skippedBlockOffset, this.#byteOffset - this.#skippedBlockOffset);
      } else if (leftoverLen > 0) this.#warnings.cutRecord(this.#byteOffset, leftoverLen);
    }
    this.#endSection();
    this.#warnings.flush();
    this.#warnings.dropped(this.#dropped);
  }

  #skip(availableLen: number): number {
    const len = Math.min(this.#skipLen, availableLen);
    this.#skipLen -= len;
    return len;
  }

  /** Returns the octets consumed: 0 when the block is not whole yet, or when it made the reader stop. */
  #readBlock(bytes: Uint8Array, view: DataView, at: number, end: number): number {
    const availableLen = end - at;
    this.neededLen = MIN_BLOCK_LEN;
    if (availableLen < MIN_BLOCK_LEN) return 0;
    let type = view.getUint32(at + TYPE_OFFSET, this.#isLittleEndian);
    if (type === SECTION_HEADER_BLOCK && !this.#readByteOrder(view, at)) return 0;
    type = view.getUint32(at + TYPE_OFFSET, this.#isLittleEndian);
    const totalLen = view.getUint32(at + TOTAL_LEN_OFFSET, this.#isLittleEndian);
    const minLen = MIN_LEN_BY_TYPE.get(type);
    const isAligned = totalLen % 4 === 0;
    if (minLen === undefined) {
      if (totalLen < MIN_BLOCK_LEN || !isAligned) return this.#stopAtLength(type, totalLen);
      this.#skippedBlockOffset = this.#byteOffset;
      this.#skipLen = totalLen;
      if (NUMBERED_BLOCKS.has(type)) this.#state.frames++;
      return this.#skip(availableLen);
    }
    if (totalLen < minLen || totalLen > HARD_LEN_LIMIT) return this.#stopAtLength(type, totalLen);
    if (availableLen < totalLen) {
      this.neededLen = totalLen;
      return 0;
    }
    const trailer = view.getUint32(at + totalLen - TRAILER_LEN, this.#isLittleEndian);
    if (trailer !== totalLen) return this.#stopAtTrailer(totalLen, trailer);
    if (!isAligned) this.#warnings.count('unaligned-block', this.#byteOffset);
    this.#readBody(type, bytes, view, at, at + totalLen - TRAILER_LEN);
    return this.isStopped ? 0 : totalLen;
  }

  #readByteOrder(view: DataView, at: number): boolean {
    if (view.getUint32(at + BYTE_ORDER_OFFSET) === BYTE_ORDER_MAGIC) this.#isLittleEndian = false;
    else if (view.getUint32(at + BYTE_ORDER_OFFSET, true) === BYTE_ORDER_MAGIC) this.#isLittleEndian = true;
    else this.#stop('bad-section-header', 'a section header does not tell its byte order');
    return !this.isStopped;
  }

  /** `end` is where the block's trailer begins. */
  #readBody(type: number, bytes: Uint8Array, view: DataView, start: number, end: number): void {
    const isLittleEndian = this.#isLittleEndian;
    switch (type) {
      case ENHANCED_PACKET_BLOCK:
        this.#packets.readEnhanced(view, start, end, this.#byteOffset);
        break;
      case SECTION_HEADER_BLOCK:
        this.#beginSection(view.getUint16(start + MAJOR_OFFSET, isLittleEndian));
        break;
      case INTERFACE_DESCRIPTION_BLOCK:
        this.#addInterface(view, start, end);
        break;
      case OBSOLETE_PACKET_BLOCK:
        this.#packets.readObsolete(view, start, end, this.#byteOffset);
        break;
      case SIMPLE_PACKET_BLOCK:
        this.#packets.readSimple(view, start, end, this.#byteOffset);
        break;
      case INTERFACE_STATISTICS_BLOCK: {
        const described = this.#interfaces[view.getUint32(start + ISB_INTERFACE_OFFSET, isLittleEndian)];
        described?.readStatistics(this.#options, view, start, end, isLittleEndian);
        break;
      }
      case DECRYPTION_SECRETS_BLOCK:
        this.#keepSecrets(bytes, view, start, end);
        break;
    }
  }

  #beginSection(major: number): void {
    if (major !== MAJOR_VERSION) {
      this.#stop('unknown-version', `pcapng version ${major} is not known`);
      return;
    }
    this.#endSection();
    this.#isSectionSeen = true;
    this.#packets.beginSection(this.#interfaces, this.#isLittleEndian);
  }

  #endSection(): void {
    for (const described of this.#interfaces) this.#dropped += described.dropped;
    this.#interfaces = [];
  }

  #addInterface(view: DataView, start: number, end: number): void {
    if (this.#state.interfaces >= MAX_INTERFACES) {
      this.#warnings.count('too-many-interfaces', this.#byteOffset);
      return;
    }
    this.#interfaces.push(
      readInterface(this.#sink, this.#state, this.#options, view, start, end, this.#isLittleEndian),
    );
  }

  #keepSecrets(bytes: Uint8Array, view: DataView, start: number, end: number): void {
    const type = view.getUint32(start + SECRETS_TYPE_OFFSET, this.#isLittleEndian);
    const len = view.getUint32(start + SECRETS_LEN_OFFSET, this.#isLittleEndian);
    const from = start + SECRETS_OFFSET;
    const isKept = this.#state.keepSecrets(type, bytes, from, Math.min(from + len, end));
    if (!isKept) this.#warnings.count('secrets-not-kept', this.#byteOffset);
  }

  #stopAtLength(type: number, totalLen: number): number {
    const text = `a block of type ${type} claims a senseless length of ${totalLen} bytes`;
    return this.#stop('bad-block-length', text);
  }

  #stopAtTrailer(totalLen: number, trailer: number): number {
    const text = `a block gives its length as ${totalLen} bytes at its start and ${trailer} at its end`;
    return this.#stop('block-length-mismatch', text);
  }

  #stop(kind: string, text: string): number {
    this.isStopped = true;
    this.#warnings.warn(
      kind,
      `${text}: the file is damaged here, and nothing after it was read`,
      this.#byteOffset,
    );
    return 0;
  }
}
