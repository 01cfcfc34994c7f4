import { ACK, type Segment, SYN } from '../model/segment.ts';
import type { WireWords } from './boundary.ts';
import type { ConnectionRow } from './connection-row.ts';
import { HALF_ISN } from './half-bits.ts';
import type { HalfStream } from './half-stream.ts';
import { RememberedConnections } from './remembered.ts';
import { ROW_SYN_ACK } from './row-bits.ts';
import { SHARDS } from './shards.ts';

/**
 * The connections reported last, found by their endpoints: a late segment does not begin a new one. Apart from those that are
 * followed, so that the table every segment is looked up in stays small.
 */
export class PastConnections {
  /** By shard. */
  readonly #remembered: readonly RememberedConnections[];

  constructor(words: WireWords) {
    const release = (address: number): void => words.releaseAddress(address);
    this.#remembered = Array.from({ length: SHARDS }, () => new RememberedConnections(release));
  }

  /**
   * True when `segment`, whose endpoints have this hash, belongs to such a connection and does not begin another one on its
   * 4-tuple.
   */
  isStraggler(segment: Segment, hash: number, shard: number, isCopy: boolean): boolean {
    const { src, srcPort, dst, dstPort, seq } = segment;
    const remembered = this.#remembered[shard]!;
    const place = remembered.find(hash, src, srcPort, dst, dstPort, segment.ipVersion === 6 ? 1 : 0);
    if (place < 0) return false;
    const isSyn = !isCopy && (segment.flags & (SYN | ACK)) === SYN;
    return !isSyn || !remembered.hasOtherIsn(place, src, srcPort, seq);
  }

  /** Keeps the connection of `row`, with the first numbers of its sides as far as known. */
  add(row: ConnectionRow, hash: number, shard: number, isn0: number | null, isn1: number | null): void {
    this.#remembered[shard]!.add(row, hash, isn0, isn1);
  }
}

/** The number that a side is known to have begun with. */
export function isnOf(half: HalfStream): number | null {
  return half.has(HALF_ISN) ? half.isn : null;
}

/** The same of a plain connection. */
export function plainIsnOf(row: ConnectionRow, half: number): number | null {
  return half === 0 || row.has(ROW_SYN_ACK) ? row.plainIsn(half) : null;
}
