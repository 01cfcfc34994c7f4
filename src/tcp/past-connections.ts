import { ACK, type Segment, SYN } from '../model/segment.ts';
import type { WireWords } from './boundary.ts';
import type { ConnectionRow } from './connection-row.ts';
import { type Endpointed, FlowTable } from './flow-table.ts';
import { HALF_ISN } from './half-bits.ts';
import type { HalfStream } from './half-stream.ts';
import { MAX_REMEMBERED } from './limits.ts';
import { type Endpoints, endpointsOf, RememberedConnections } from './remembered.ts';
import { ROW_SYN_ACK } from './row-bits.ts';
import { SHARDS } from './shards.ts';

/**
 * The connections reported last, found by their endpoints: a late segment does not begin a new one. Apart from those that are
 * followed, so that the table every segment is looked up in stays small.
 */
export class PastConnections implements Endpointed {
  /** By shard. */
  readonly #remembered = Array.from({ length: SHARDS }, () => new RememberedConnections());
  /** Places in the remembered ones of a shard, and the shard's number times MAX_REMEMBERED. */
  readonly #flows = new FlowTable(this);
  readonly #endpoints: Endpoints = { address0: 0, port0: 0, address1: 0, port1: 0, isIpv6: 0 };
  readonly #words: WireWords;

  constructor(words: WireWords) {
    this.#words = words;
  }

  /** True when `segment` belongs to such a connection and does not begin another one on its 4-tuple. */
  isStraggler(segment: Segment, shard: number, isCopy: boolean): boolean {
    const { src, srcPort, dst, dstPort, seq } = segment;
    const index = this.#flows.find(src, srcPort, dst, dstPort, segment.ipVersion === 6 ? 1 : 0);
    if (index < 0) return false;
    const isSyn = !isCopy && (segment.flags & (SYN | ACK)) === SYN;
    return !isSyn || !this.#remembered[shard]!.hasOtherIsn(index % MAX_REMEMBERED, src, srcPort, seq);
  }

  /** Keeps the connection of `row`, with the first numbers of its sides as far as known. */
  add(row: ConnectionRow, shard: number, isn0: number | null, isn1: number | null): void {
    const remembered = this.#remembered[shard]!;
    if (remembered.isFull) this.#forgetOldest(shard);
    const place = remembered.add(endpointsOf(row, this.#endpoints), isn0, isn1);
    const { address0, port0, address1, port1, isIpv6 } = this.#endpoints;
    this.#flows.put(address0, port0, address1, port1, isIpv6, shard * MAX_REMEMBERED + place);
  }

  isBetween(
    index: number,
    src: number,
    srcPort: number,
    dst: number,
    dstPort: number,
    isIpv6: number,
  ): boolean {
    const remembered = this.#remembered[Math.floor(index / MAX_REMEMBERED)]!;
    return remembered.isBetween(index % MAX_REMEMBERED, src, srcPort, dst, dstPort, isIpv6);
  }

  #forgetOldest(shard: number): void {
    const place = this.#remembered[shard]!.forgetOldest(this.#endpoints);
    const { address0, port0, address1, port1, isIpv6 } = this.#endpoints;
    this.#flows.remove(address0, port0, address1, port1, shard * MAX_REMEMBERED + place);
    if (isIpv6 === 0) return;
    this.#words.releaseAddress(address0);
    this.#words.releaseAddress(address1);
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
