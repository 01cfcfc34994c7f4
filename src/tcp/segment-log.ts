import { Segment } from '../model/segment.ts';
import { keptLenAt, RECORD_INTS, readRecord, writeRecord } from './segment-record.ts';

/**
 * The segments of connections that are plain so far (plain-follower.ts), kept so that they can be gone through again
 * when something happens that is worth telling. A connection's log is a chain of small blocks; most need four or five.
 *
 * Of the payload only the leading octets are kept that the application's state depends on (heads, chunk sizes). What
 * lies inside a body of known length is passed over by its count alone, and reads as zeros.
 */

/** Int32 places of a block. Small, because most connections are. */
const BLOCK_BITS = 7;
const BLOCK_INTS = 1 << BLOCK_BITS;
const PAGE_BITS = 9;
const IN_PAGE = (1 << PAGE_BITS) - 1;
/** Blocks in all: 64 MiB. Beyond them connections are followed in full. */
const MAX_BLOCKS = 1 << 17;

/** Place 0 of a block: the next block, or −1. Records begin at an even place, so that a float fits. */
const NEXT = 0;
export const FIRST_PLACE = 2;

/** Captured octets of one segment at most: a frame's length field has 18 bits in practice (jumbo TSO frames). */
const MAX_CAPTURED_LEN = 1 << 18;

/** Octets stand in the log in their order, whatever the order of the machine's words. */
const IS_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

interface Page {
  readonly ints: Int32Array;
  readonly floats: Float64Array;
  readonly octets: Uint8Array;
}

/** Where a log ends: the block, and the next free place in it. */
export interface LogEnd {
  block: number;
  place: number;
}

export class SegmentLog {
  readonly #pages: Page[] = [];
  /** First of the chain of free blocks, or −1. */
  #free = -1;
  #blocks = 0;
  /** Filled by {@link replay}; its payload lies in `#payload`. */
  readonly #segment = new Segment();
  #payload = new Uint8Array(2048);
  /** The octets that were kept last, and a view on them: a chunk of the capture holds thousands of segments. */
  #source: Uint8Array = new Uint8Array(0);
  #view: DataView = new DataView(this.#source.buffer);

  /** Begins a log. Returns its first block, or −1 when there is no room. */
  begin(): number {
    const block = this.#free >= 0 ? this.#free : this.#newBlock();
    if (block < 0) return -1;
    const { ints } = this.#pages[block >>> PAGE_BITS]!;
    const next = ((block & IN_PAGE) << BLOCK_BITS) + NEXT;
    if (block === this.#free) this.#free = ints[next]!;
    ints[next] = -1;
    return block;
  }

  /**
   * Writes `segment`, sent on half-stream `half` (0 or 1), and its first `keptLen` payload octets. False: there is no
   * room, and `end` is where it was.
   */
  append(end: LogEnd, segment: Segment, half: number, keptLen: number): boolean {
    const { block, place } = end;
    if (this.#write(end, segment, half, keptLen)) return true;
    if (end.block !== block) {
      const next = ((block & IN_PAGE) << BLOCK_BITS) + NEXT;
      this.drop(this.#pages[block >>> PAGE_BITS]!.ints[next]!, end.block);
      end.block = block;
    }
    end.place = place;
    return false;
  }

  #write(end: LogEnd, segment: Segment, half: number, keptLen: number): boolean {
    if (segment.payloadEnd - segment.payloadStart > MAX_CAPTURED_LEN) return false;
    if (end.place + RECORD_INTS > BLOCK_INTS && !this.#extend(end)) return false;
    const at = ((end.block & IN_PAGE) << BLOCK_BITS) + end.place;
    writeRecord(this.#pages[end.block >>> PAGE_BITS]!, at, segment, half, keptLen);
    end.place += RECORD_INTS;
    return keptLen === 0 || this.#keep(end, segment.bytes, segment.payloadStart, keptLen);
  }

  /** Goes through a log again: calls `take` for each segment, which is borrowed. Then the log's blocks are free. */
  replay(
    first: number,
    end: LogEnd,
    ipVersion: number,
    take: (segment: Segment, half: number) => void,
  ): void {
    const segment = this.#segment;
    segment.ipVersion = ipVersion;
    const at: LogEnd = { block: first, place: FIRST_PLACE };
    while (at.block !== end.block || at.place < end.place) {
      if (at.place + RECORD_INTS > BLOCK_INTS) this.#follow(at);
      const half = this.#read(at, segment);
      take(segment, half);
    }
    this.drop(first, end.block);
  }

  /** Frees the blocks of a log that ends in block `last`. */
  drop(first: number, last: number): void {
    this.#pages[last >>> PAGE_BITS]!.ints[((last & IN_PAGE) << BLOCK_BITS) + NEXT] = this.#free;
    this.#free = first;
  }

  #read(at: LogEnd, segment: Segment): number {
    const page = this.#pages[at.block >>> PAGE_BITS]!;
    const from = ((at.block & IN_PAGE) << BLOCK_BITS) + at.place;
    const half = readRecord(page, from, segment);
    const captured = segment.payloadEnd;
    const kept = keptLenAt(page, from);
    at.place += RECORD_INTS;
    if (captured > this.#payload.length) this.#payload = new Uint8Array(2 * captured);
    else this.#payload.fill(0, kept, captured);
    segment.bytes = this.#payload;
    this.#fetch(at, kept);
    return half;
  }

  /** Copies octets behind the record, into as many blocks as it takes. Word by word: `set` needs a view for each piece. */
  #keep(end: LogEnd, bytes: Uint8Array, start: number, len: number): boolean {
    if (bytes !== this.#source) {
      this.#source = bytes;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    const view = this.#view;
    let from = start;
    const until = start + len;
    while (from < until) {
      if (end.place === BLOCK_INTS && !this.#extend(end)) return false;
      const { ints, octets } = this.#pages[end.block >>> PAGE_BITS]!;
      let to = ((end.block & IN_PAGE) << BLOCK_BITS) + end.place;
      const room = (BLOCK_INTS - end.place) << 2;
      const stop = until - from < room ? until : from + room;
      end.place += evenPlaces(stop - from);
      for (; from + 4 <= stop; from += 4) ints[to++] = view.getInt32(from, IS_LITTLE_ENDIAN);
      for (let octet = to << 2; from < stop; from++) octets[octet++] = bytes[from]!;
    }
    return true;
  }

  #fetch(at: LogEnd, len: number): void {
    let to = 0;
    while (to < len) {
      if (at.place === BLOCK_INTS) this.#follow(at);
      const { octets } = this.#pages[at.block >>> PAGE_BITS]!;
      const first = (((at.block & IN_PAGE) << BLOCK_BITS) + at.place) << 2;
      const room = (BLOCK_INTS - at.place) << 2;
      const piece = len - to < room ? len - to : room;
      for (let k = 0; k < piece; k++) this.#payload[to + k] = octets[first + k]!;
      to += piece;
      at.place += evenPlaces(piece);
    }
  }

  #extend(end: LogEnd): boolean {
    const block = this.begin();
    if (block < 0) return false;
    this.#pages[end.block >>> PAGE_BITS]!.ints[((end.block & IN_PAGE) << BLOCK_BITS) + NEXT] = block;
    end.block = block;
    end.place = FIRST_PLACE;
    return true;
  }

  #follow(at: LogEnd): void {
    at.block = this.#pages[at.block >>> PAGE_BITS]!.ints[((at.block & IN_PAGE) << BLOCK_BITS) + NEXT]!;
    at.place = FIRST_PLACE;
  }

  #newBlock(): number {
    if (this.#blocks === MAX_BLOCKS) return -1;
    if (this.#blocks >>> PAGE_BITS === this.#pages.length) {
      const page = new ArrayBuffer(4 << (BLOCK_BITS + PAGE_BITS));
      const ints = new Int32Array(page);
      this.#pages.push({ ints, floats: new Float64Array(page), octets: new Uint8Array(page) });
    }
    return this.#blocks++;
  }
}

/** Int32 places that `len` octets take, up to the next even one. */
function evenPlaces(len: number): number {
  return ((len + 7) >>> 3) << 1;
}
