import { Segment } from '../model/segment.ts';

/**
 * The segments of connections that are plain so far (plain-follower.ts), kept so that they can be gone through again
 * when something happens that is worth telling. A connection's log is a chain of small blocks; most need four or five.
 *
 * Of the payload only the leading octets are kept that the application's state depends on (heads, chunk sizes). What
 * lies inside a body of known length is passed over by its count alone, and reads as zeros. Which interface, VLAN and
 * tunnel a frame came by is not kept: only copies are told by it, and they are known when the log is written.
 */

/** Int32 places of a block. Small, because a flood of SYNs takes one for each. */
const BLOCK_BITS = 7;
const BLOCK_INTS = 1 << BLOCK_BITS;
const PAGE_BITS = 9;
const IN_PAGE = (1 << PAGE_BITS) - 1;
/** Blocks in all: 64 MiB. Beyond them connections are followed in full. */
const MAX_BLOCKS = 1 << 17;

/** Place 0 of a block: the next block, or −1. Records begin at an even place, so that a float fits. */
const NEXT = 0;
export const FIRST_PLACE = 2;

/** Places of a record; the time is a float over the first two. */
const FRAME = 2;
const SEQ = 3;
const ACK = 4;
const TS_VAL = 5;
const TS_ECR = 6;
/** Flags (9 bits), options (9), DF (1), checksum (2), half (1), direction (2), window scale (8). */
const FLAGS = 7;
/** Window (16 bits), TTL (8), ToS (8). */
const WINDOW = 8;
/** IPv4 ID + 1 (17 bits), tunnel depth (8). */
const IP_ID = 9;
const MSS = 10;
const FLOW_LABEL = 11;
const SOURCE_MAC = 12;
const PAYLOAD_LEN = 13;
/** Payload octets that were captured, and how many of them stand behind the record. */
const CAPTURED_LEN = 14;
const KEPT_LEN = 15;
const RECORD_INTS = 16;

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
    const { ints, floats } = this.#pages[end.block >>> PAGE_BITS]!;
    const at = ((end.block & IN_PAGE) << BLOCK_BITS) + end.place;
    const captured = segment.payloadEnd - segment.payloadStart;
    floats[at >>> 1] = segment.timeNs;
    ints[at + FRAME] = segment.frameNumber;
    ints[at + SEQ] = segment.seq;
    ints[at + ACK] = segment.ack;
    ints[at + TS_VAL] = segment.tsVal;
    ints[at + TS_ECR] = segment.tsEcr;
    ints[at + FLAGS] =
      segment.flags |
      (segment.options << 9) |
      (segment.dontFragment << 18) |
      (segment.checksum << 19) |
      (half << 21) |
      (segment.direction << 22) |
      (segment.windowScale << 24);
    ints[at + WINDOW] = segment.window | (segment.ttl << 16) | (segment.tos << 24);
    ints[at + IP_ID] = (segment.ipId + 1) | (segment.tunnelDepth << 17);
    ints[at + MSS] = segment.mss;
    ints[at + FLOW_LABEL] = segment.flowLabel;
    ints[at + SOURCE_MAC] = segment.sourceMac;
    ints[at + PAYLOAD_LEN] = segment.payloadLen;
    ints[at + CAPTURED_LEN] = captured;
    ints[at + KEPT_LEN] = keptLen;
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
    const { ints, floats } = this.#pages[at.block >>> PAGE_BITS]!;
    const from = ((at.block & IN_PAGE) << BLOCK_BITS) + at.place;
    const flags = ints[from + FLAGS]!;
    const window = ints[from + WINDOW]!;
    const ipId = ints[from + IP_ID]!;
    segment.timeNs = floats[from >>> 1]!;
    segment.frameNumber = ints[from + FRAME]!;
    segment.seq = ints[from + SEQ]!;
    segment.ack = ints[from + ACK]!;
    segment.tsVal = ints[from + TS_VAL]!;
    segment.tsEcr = ints[from + TS_ECR]!;
    segment.flags = flags & 0x1ff;
    segment.options = (flags >>> 9) & 0x1ff;
    segment.dontFragment = (flags >>> 18) & 1;
    segment.checksum = ((flags >>> 19) & 3) as Segment['checksum'];
    segment.direction = (flags >>> 22) & 3;
    segment.windowScale = flags >>> 24;
    segment.window = window & 0xffff;
    segment.ttl = (window >>> 16) & 0xff;
    segment.tos = window >>> 24;
    segment.ipId = (ipId & 0x1ffff) - 1;
    segment.tunnelDepth = ipId >>> 17;
    segment.mss = ints[from + MSS]!;
    segment.flowLabel = ints[from + FLOW_LABEL]!;
    segment.sourceMac = ints[from + SOURCE_MAC]!;
    segment.payloadLen = ints[from + PAYLOAD_LEN]!;
    const captured = ints[from + CAPTURED_LEN]!;
    const kept = ints[from + KEPT_LEN]!;
    at.place += RECORD_INTS;
    if (captured > this.#payload.length) this.#payload = new Uint8Array(2 * captured);
    else this.#payload.fill(0, kept, captured);
    segment.bytes = this.#payload;
    segment.payloadStart = 0;
    segment.payloadEnd = captured;
    this.#fetch(at, kept);
    return (flags >>> 21) & 1;
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
