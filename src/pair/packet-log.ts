import type { SegmentObserver } from '../model/observer.ts';
import type { Segment } from '../model/segment.ts';
import { HEAD_LEN, MAX_PACKETS, MAX_PACKETS_PER_CONNECTION, PREFIX_LEN } from './limits.ts';
import type { Packet } from './packet.ts';

const NONE = -1;
const FIRST_CAPACITY = 4_096;

/** Where each field of a row lies, in words. */
const FRAME = 0;
/** Flags in the low 16 bits, the half-stream in bit 16. */
const FLAGS = 1;
const SEQ = 2;
const ACK_NUMBER = 3;
const PAYLOAD_LEN = 4;
/** Window in the low 16 bits, TTL above, ToS on top. */
const WINDOW_TTL_TOS = 5;
const IP_ID = 6;
/** OPT_ bits in the low 16 bits, DF in bit 16, window scale from bit 24. */
const OPTIONS = 7;
const MSS = 8;
const TS_VAL = 9;
const TS_ECR = 10;
const HEAD_HASH = 11;
const PREFIX_HASH = 12;
const PREFIX_OCTETS = 13;
const NEXT = 14;
const WORDS = 15;

const LOW_16 = 0xffff;
const BIT_16 = 1 << 16;

/** The rows of one connection: a list of which the first half stays and the rest is a ring. */
interface Chain {
  first: number;
  last: number;
  /** Last row of the part that stays; the oldest that may go is the one after it. */
  headLast: number;
  rows: number;
  omitted: number;
}

/** Keeps a bounded digest of every packet, by connection. Copies are left out. */
export class PacketLog implements SegmentObserver {
  readonly #perConnection: number;
  readonly #maxRows: number;
  readonly #makeRoom: () => boolean;
  #words = new Int32Array(FIRST_CAPACITY * WORDS);
  #timeNs = new Float64Array(FIRST_CAPACITY);
  #used = 0;
  #free = NONE;
  readonly #chains = new Map<number, Chain>();
  /** Packets that no room was left for. */
  refused = 0;

  /** `makeRoom` is asked to release a connection when the log is full; false when it has none to give. */
  constructor(
    makeRoom: () => boolean,
    perConnection: number = MAX_PACKETS_PER_CONNECTION,
    maxRows: number = MAX_PACKETS,
  ) {
    this.#makeRoom = makeRoom;
    this.#perConnection = perConnection;
    this.#maxRows = maxRows;
  }

  segment(connectionId: number, half: number, segment: Segment, isCopy: boolean): void {
    if (isCopy) return;
    let chain = this.#chains.get(connectionId);
    if (chain === undefined) {
      chain = { first: NONE, last: NONE, headLast: NONE, rows: 0, omitted: 0 };
      this.#chains.set(connectionId, chain);
    }
    const row = this.#rowFor(chain);
    if (row === NONE) {
      chain.omitted++;
      return;
    }
    this.#fill(row, half, segment);
    this.#append(chain, row);
  }

  /** The packets of a connection in the order of the capture; `clientFrame`: the first that its client sent. */
  packets(connectionId: number, clientFrame: number | null, serverFrame: number | null): Packet[] {
    const chain = this.#chains.get(connectionId);
    if (chain === undefined) return [];
    const clientHalf = this.#clientHalf(chain, clientFrame, serverFrame);
    const packets: Packet[] = [];
    for (let row = chain.first; row !== NONE; row = this.#words[row * WORDS + NEXT]!) {
      packets.push(this.#packet(row, clientHalf));
    }
    return packets;
  }

  /** Packets of a connection that were seen and not kept. */
  omitted(connectionId: number): number {
    return this.#chains.get(connectionId)?.omitted ?? 0;
  }

  release(connectionId: number): void {
    const chain = this.#chains.get(connectionId);
    if (chain === undefined) return;
    if (chain.last !== NONE) {
      this.#words[chain.last * WORDS + NEXT] = this.#free;
      this.#free = chain.first;
    }
    this.#chains.delete(connectionId);
  }

  #rowFor(chain: Chain): number {
    if (chain.rows < this.#perConnection) {
      const row = this.#takeRow();
      if (row !== NONE) return row;
    }
    // The log is full before the head is: then only the first packet stays, and the rest is the ring.
    if (chain.headLast === chain.last) chain.headLast = chain.first;
    const oldest = chain.headLast === NONE ? NONE : this.#words[chain.headLast * WORDS + NEXT]!;
    if (oldest === NONE) {
      this.refused++;
      return NONE;
    }
    this.#words[chain.headLast * WORDS + NEXT] = this.#words[oldest * WORDS + NEXT]!;
    if (chain.last === oldest) chain.last = chain.headLast;
    chain.rows--;
    chain.omitted++;
    return oldest;
  }

  #takeRow(): number {
    if (this.#free === NONE && this.#used === this.#maxRows && !this.#makeRoom()) return NONE;
    if (this.#free !== NONE) {
      const row = this.#free;
      this.#free = this.#words[row * WORDS + NEXT]!;
      return row;
    }
    if (this.#used === this.#maxRows) return NONE;
    if (this.#used === this.#timeNs.length) this.#grow();
    return this.#used++;
  }

  #grow(): void {
    const capacity = Math.min(2 * this.#timeNs.length, this.#maxRows);
    const words = new Int32Array(capacity * WORDS);
    words.set(this.#words);
    const timeNs = new Float64Array(capacity);
    timeNs.set(this.#timeNs);
    this.#words = words;
    this.#timeNs = timeNs;
  }

  #append(chain: Chain, row: number): void {
    this.#words[row * WORDS + NEXT] = NONE;
    if (chain.last === NONE) chain.first = row;
    else this.#words[chain.last * WORDS + NEXT] = row;
    chain.last = row;
    chain.rows++;
    if (chain.rows <= this.#perConnection >> 1 && chain.omitted === 0) chain.headLast = row;
  }

  #fill(row: number, half: number, segment: Segment): void {
    const words = this.#words;
    const at = row * WORDS;
    const { bytes, payloadStart, payloadEnd } = segment;
    const headEnd = Math.min(payloadEnd, payloadStart + HEAD_LEN);
    const prefixEnd = Math.min(payloadEnd, payloadStart + PREFIX_LEN);
    const headHash = hashOf(bytes, payloadStart, headEnd, 0);
    this.#timeNs[row] = segment.timeNs;
    words[at + FRAME] = segment.frameNumber;
    words[at + FLAGS] = (segment.flags & LOW_16) | (half << 16);
    words[at + SEQ] = segment.seq;
    words[at + ACK_NUMBER] = segment.ack;
    words[at + PAYLOAD_LEN] = segment.payloadLen;
    words[at + WINDOW_TTL_TOS] = (segment.window & LOW_16) | (segment.ttl << 16) | (segment.tos << 24);
    words[at + IP_ID] = segment.ipId;
    words[at + OPTIONS] = segment.options | (segment.dontFragment << 16) | (segment.windowScale << 24);
    words[at + MSS] = segment.mss;
    words[at + TS_VAL] = segment.tsVal;
    words[at + TS_ECR] = segment.tsEcr;
    words[at + HEAD_HASH] = headHash;
    words[at + PREFIX_HASH] = hashOf(bytes, headEnd, prefixEnd, headHash);
    words[at + PREFIX_OCTETS] = prefixEnd - payloadStart;
  }

  #packet(row: number, clientHalf: number): Packet {
    const words = this.#words;
    const at = row * WORDS;
    const flags = words[at + FLAGS]!;
    const fields = words[at + WINDOW_TTL_TOS]!;
    const options = words[at + OPTIONS]!;
    return {
      frame: words[at + FRAME]!,
      timeNs: this.#timeNs[row]!,
      from: flags >>> 16 === clientHalf ? 'client' : 'server',
      flags: flags & LOW_16,
      seq: words[at + SEQ]!,
      ack: words[at + ACK_NUMBER]!,
      payloadLen: words[at + PAYLOAD_LEN]!,
      window: fields & LOW_16,
      ttl: (fields >>> 16) & 0xff,
      tos: fields >>> 24,
      ipId: words[at + IP_ID]!,
      dontFragment: (options & BIT_16) === 0 ? 0 : 1,
      options: options & LOW_16,
      mss: words[at + MSS]!,
      windowScale: options >>> 24,
      tsVal: words[at + TS_VAL]!,
      tsEcr: words[at + TS_ECR]!,
      headHash: words[at + HEAD_HASH]!,
      prefixHash: words[at + PREFIX_HASH]!,
      prefixLen: words[at + PREFIX_OCTETS]!,
    };
  }

  /** The half-stream that the client sends on; 0, the originator's, when neither side's first frame was kept. */
  #clientHalf(chain: Chain, clientFrame: number | null, serverFrame: number | null): number {
    for (let row = chain.first; row !== NONE; row = this.#words[row * WORDS + NEXT]!) {
      const frame = this.#words[row * WORDS + FRAME]!;
      const half = this.#words[row * WORDS + FLAGS]! >>> 16;
      if (frame === clientFrame) return half;
      if (frame === serverFrame) return half ^ 1;
    }
    return 0;
  }
}

/** FNV-1a (public domain), 32 bits. Not secret: both captures are the user's own, and a match is checked field by field. */
function hashOf(bytes: Uint8Array, start: number, end: number, seed: number): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
  return hash;
}
