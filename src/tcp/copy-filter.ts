import type { Segment } from '../model/segment.ts';
import { COPY_WINDOW_NS } from './limits.ts';
import { SHARDS } from './shards.ts';

/** Slots of one shard, and of all. */
const SHARD_SLOTS_BITS = 10;
const SHARD_SLOTS = 1 << SHARD_SLOTS_BITS;
const SLOTS = SHARD_SLOTS * SHARDS;

/**
 * Recognises a frame that is a copy of one seen just before: the same packet captured on two interfaces, before and
 * after a router, or by a SPAN port that mirrors both directions.
 *
 * Equal headers alone do not make a copy, since a host may well send the same bare RST twice. There must also be
 * a different interface, direction, MAC, VLAN, tunnel or TTL (a router in between takes one or two off), or a
 * non-zero IPv4 ID, which senders do not repeat for another packet (RFC 6864 §4.3; Linux counts it per socket).
 *
 * A direct-mapped cache: a packet that was pushed out is missed, which only means the copy counts as a retransmission.
 */
export class CopyFilter {
  readonly #check = new Int32Array(SLOTS);
  readonly #place = new Int32Array(SLOTS);
  readonly #ttl = new Uint8Array(SLOTS);
  readonly #timeNs = new Float64Array(SLOTS).fill(Number.NEGATIVE_INFINITY);

  readonly #windowNs: number;

  /** `clockErrorNs`: how much further apart than they were the capture may show two frames. */
  constructor(clockErrorNs = 0) {
    this.#windowNs = COPY_WINDOW_NS + clockErrorNs;
  }

  /** True when `segment`, of a connection of `shard`, is a copy; else it is remembered. */
  isCopy(segment: Segment, shard: number): boolean {
    const check = fingerprint(segment);
    const slot = (shard << SHARD_SLOTS_BITS) | ((check ^ (check >>> 13)) & (SHARD_SLOTS - 1));
    const place = placeOf(segment);
    const age = segment.timeNs - this.#timeNs[slot]!;
    if (this.#check[slot] === check && age < this.#windowNs && age > -this.#windowNs) {
      const ttlStep = Math.abs(this.#ttl[slot]! - segment.ttl);
      if (ttlStep <= 2 && (this.#place[slot] !== place || ttlStep !== 0 || segment.ipId > 0)) return true;
    }
    this.#check[slot] = check;
    this.#place[slot] = place;
    this.#ttl[slot] = segment.ttl;
    this.#timeNs[slot] = segment.timeNs;
    return false;
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

/** Where it was captured. */
function placeOf(segment: Segment): number {
  const link = (segment.interfaceIndex << 4) | (segment.direction << 2) | (segment.tunnelDepth & 3);
  return link ^ segment.sourceMac ^ Math.imul(segment.vlan, 0x9e3779b1) ^ segment.tunnelId;
}
