import type { Segment } from '../model/segment.ts';
import { COPY_WINDOW_NS } from './limits.ts';
import { SHARDS } from './shards.ts';

/** Of an entry, in Float64 places: its time, then two Int32 fields. */
const ENTRY_FLOATS = 2;
/** The Int32 fields. PLACE has the TTL in its lowest octet, and above it where the packet was captured. */
const CHECK = 2;
const PLACE = 3;
/** A packet is in one set or nowhere; its four entries fill one line of the processor's cache. */
const SET_FLOATS = 4 * ENTRY_FLOATS;

/** Of one shard. The last ones hold 1,024 packets within the window. */
const FIRST_SETS = 4;
const MAX_SETS = 256;

/**
 * Recognises a frame that is a copy of one seen just before: the same packet captured on two interfaces, before and
 * after a router, or by a SPAN port that mirrors both directions.
 *
 * Equal headers alone do not make a copy, since a host may well send the same bare RST twice. There must also be
 * a different interface, direction, MAC, VLAN, tunnel or TTL (a router in between takes one or two off), or a
 * non-zero IPv4 ID, which senders do not repeat for another packet (RFC 6864 §4.3; Linux counts it per socket).
 *
 * A cache: a packet that was pushed out is missed, which only means the copy counts as a retransmission.
 */
export class CopyFilter {
  readonly #shards: readonly ShardFilter[];

  /** `clockErrorNs`: how much further apart than they were the capture may show two frames. */
  constructor(clockErrorNs = 0) {
    const windowNs = COPY_WINDOW_NS + clockErrorNs;
    this.#shards = Array.from({ length: SHARDS }, () => new ShardFilter(windowNs));
  }

  /** True when `segment`, of a connection of `shard`, is a copy; else it is remembered. */
  isCopy(segment: Segment, shard: number): boolean {
    return this.#shards[shard]!.isCopy(segment);
  }
}

/**
 * The packets of one shard. Grows only when one would be pushed out that may yet have a copy: so it stays in the processor's
 * nearest cache in all captures but the fastest.
 */
class ShardFilter {
  readonly #windowNs: number;
  #mask = FIRST_SETS - 1;
  #floats = new Float64Array(FIRST_SETS * SET_FLOATS).fill(Number.NEGATIVE_INFINITY);
  #ints = new Int32Array(this.#floats.buffer);

  constructor(windowNs: number) {
    this.#windowNs = windowNs;
  }

  isCopy(segment: Segment): boolean {
    const floats = this.#floats;
    const ints = this.#ints;
    const { timeNs } = segment;
    const check = fingerprint(segment);
    const place = placeOf(segment);
    const first = (check & this.#mask) * SET_FLOATS;
    let target = -1;
    for (let at = first; at < first + SET_FLOATS; at += ENTRY_FLOATS) {
      const age = timeNs - floats[at]!;
      if (age >= this.#windowNs || age <= -this.#windowNs) target = at;
      else if (ints[2 * at + CHECK] === check) {
        const seen = ints[2 * at + PLACE]!;
        const ttlStep = Math.abs((seen & 0xff) - segment.ttl);
        if (ttlStep <= 2 && (seen !== place || segment.ipId > 0)) return true;
        target = at;
        break;
      }
    }
    if (target < 0) {
      if (this.#mask + 1 < MAX_SETS) {
        this.#grow();
        return this.isCopy(segment);
      }
      target = first;
    }
    floats[target] = timeNs;
    ints[2 * target + CHECK] = check;
    ints[2 * target + PLACE] = place;
    return false;
  }

  /** Twice as many sets: each one's entries are shared out between two. */
  #grow(): void {
    const old = this.#floats;
    const oldInts = this.#ints;
    const oldSets = this.#mask + 1;
    this.#mask = 2 * oldSets - 1;
    this.#floats = new Float64Array(2 * old.length).fill(Number.NEGATIVE_INFINITY);
    this.#ints = new Int32Array(this.#floats.buffer);
    for (let at = 0; at < old.length; at += ENTRY_FLOATS) {
      const isUpper = (oldInts[2 * at + CHECK]! & oldSets) !== 0;
      const to = isUpper ? at + old.length : at;
      this.#floats[to] = old[at]!;
      this.#ints[2 * to + CHECK] = oldInts[2 * at + CHECK]!;
      this.#ints[2 * to + PLACE] = oldInts[2 * at + PLACE]!;
    }
  }
}

/** What stays the same while a packet travels: addresses, ports, ID, and the TCP header but for its checksum. */
function fingerprint(segment: Segment): number {
  let h = Math.imul(segment.src, 0x9e3779b1) ^ Math.imul(segment.dst, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 15) ^ ((segment.srcPort << 16) | segment.dstPort), 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 13) ^ segment.seq, 0x27d4eb2f);
  h = Math.imul(h ^ (h >>> 15) ^ segment.ack, 0x165667b1);
  h = Math.imul(h ^ (h >>> 13) ^ segment.ipId ^ (segment.flags << 16), 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 15) ^ segment.payloadLen ^ (segment.window << 15), 0x85ebca6b);
  return h ^ (h >>> 16) ^ segment.tsVal;
}

/** The TTL, and a hash of where it was captured. */
function placeOf(segment: Segment): number {
  const link = (segment.interfaceIndex << 4) | (segment.direction << 2) | (segment.tunnelDepth & 3);
  const path = link ^ segment.sourceMac ^ Math.imul(segment.vlan, 0x9e3779b1) ^ segment.tunnelId;
  return (Math.imul(path, 0x85ebca6b) & ~0xff) | segment.ttl;
}
