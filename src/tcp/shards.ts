import type { Segment } from '../model/segment.ts';

/**
 * Connections are divided into this many shards by their endpoints. Whatever one connection can do to another (use up a
 * limit, push it out of a table) happens within a shard, so that shards can be followed by different threads and give the
 * same answers as in one.
 */
export const SHARDS = 16;
const SHARD_BITS = 4;
export const ALL_SHARDS = 2 ** SHARDS - 1;

/** Tells the shard of a connection. */
export class ShardMap {
  /**
   * Differs from capture to capture, so that nobody can send connections that all fall into one shard; and follows from the
   * capture, so that each thread and each run has the same.
   */
  #key = 0;
  #isKeyed = false;
  readonly #foldIpv6: (address: number) => number;

  constructor(foldIpv6: (address: number) => number) {
    this.#foldIpv6 = foldIpv6;
  }

  /** The shard of a segment's connection. Every TCP segment of the capture must be asked about, from the first. */
  of(segment: Segment): number {
    if (!this.#isKeyed) this.#makeKey(segment);
    const { src, srcPort, dst, dstPort } = segment;
    return this.between(src, srcPort, dst, dstPort, segment.ipVersion === 6);
  }

  /** The order of the endpoints does not matter. */
  between(src: number, srcPort: number, dst: number, dstPort: number, isIpv6: boolean): number {
    // An index of the AddressBook would be another one in another thread.
    const addresses = isIpv6 ? this.#foldIpv6(src) ^ this.#foldIpv6(dst) : src ^ dst;
    let h = Math.imul(addresses ^ this.#key, 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 15) ^ (srcPort ^ dstPort), 0x9e3779b1);
    return Math.imul(h ^ (h >>> 13), 0xc2b2ae35) >>> (32 - SHARD_BITS);
  }

  /** Of all that is in the first segment, its time and numbers are the hardest to foresee. */
  #makeKey({ seq, ack, timeNs, ipId }: Segment): void {
    this.#isKeyed = true;
    this.#key = Math.imul(seq ^ timeNs, 0x9e3779b1) ^ Math.imul(ack ^ ipId, 0x27d4eb2f);
  }
}
