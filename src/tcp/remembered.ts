import type { ConnectionRow } from './connection-row.ts';
import { MAX_REMEMBERED } from './limits.ts';
import { ROW_IPV6 } from './row-bits.ts';

/** Places of the Int32 fields of a record. */
const ADDRESS0 = 0;
const ADDRESS1 = 1;
/** Port 0 in the high half, port 1 in the low one. */
const PORTS = 2;
const ISN0 = 3;
const ISN1 = 4;
/** Bit 0: IPv6. Bits 1 and 2: ISN0, ISN1 are known. */
const BITS = 5;
const INTS = 6;
const IS_IPV6 = 1;
const KNOWS_ISN0 = 2;

const FIRST_PLACES = 1_024;

/** Endpoints of a remembered connection. Borrowed. */
export interface Endpoints {
  address0: number;
  port0: number;
  address1: number;
  port1: number;
  isIpv6: number;
}

/**
 * The connections reported last, so that a straggler is not taken for a new connection: a ring of the little that is
 * needed for that. Their rows go to new connections at once, and are still in the processor's cache then.
 */
export class RememberedConnections {
  #records = new Int32Array(FIRST_PLACES * INTS);
  #head = 0;
  #length = 0;

  /** True when {@link add} would push out the oldest one: {@link forgetOldest} comes first. */
  get isFull(): boolean {
    return this.#length === MAX_REMEMBERED;
  }

  /** Keeps a connection, with the first numbers of its sides as far as known. Returns its place, which stays its own until it is forgotten. */
  add(endpoints: Endpoints, isn0: number | null, isn1: number | null): number {
    if (this.#length * INTS === this.#records.length) this.#grow();
    const place = (this.#head + this.#length++) & this.#mask;
    const at = place * INTS;
    const records = this.#records;
    records[at + ADDRESS0] = endpoints.address0;
    records[at + ADDRESS1] = endpoints.address1;
    records[at + PORTS] = (endpoints.port0 << 16) | endpoints.port1;
    records[at + ISN0] = isn0 ?? 0;
    records[at + ISN1] = isn1 ?? 0;
    let bits = endpoints.isIpv6;
    if (isn0 !== null) bits |= KNOWS_ISN0;
    if (isn1 !== null) bits |= KNOWS_ISN0 << 1;
    records[at + BITS] = bits;
    return place;
  }

  isBetween(
    place: number,
    src: number,
    srcPort: number,
    dst: number,
    dstPort: number,
    isIpv6: number,
  ): boolean {
    const at = place * INTS;
    const records = this.#records;
    if ((records[at + BITS]! & IS_IPV6) !== isIpv6) return false;
    const address0 = records[at + ADDRESS0];
    const address1 = records[at + ADDRESS1];
    const ports = records[at + PORTS];
    if (address0 === src && address1 === dst && ports === ((srcPort << 16) | dstPort)) return true;
    return address0 === dst && address1 === src && ports === ((dstPort << 16) | srcPort);
  }

  /** True when the side that sends from the given endpoint is known to have begun with another number than `isn`. */
  hasOtherIsn(place: number, address: number, port: number, isn: number): boolean {
    const at = place * INTS;
    const records = this.#records;
    const isFirst = records[at + ADDRESS0] === address && records[at + PORTS]! >>> 16 === port;
    const half = isFirst ? 0 : 1;
    return (records[at + BITS]! & (KNOWS_ISN0 << half)) !== 0 && records[at + ISN0 + half] !== isn;
  }

  /** Drops the oldest one and writes its endpoints into `target`. Returns the place it had. */
  forgetOldest(target: Endpoints): number {
    const place = this.#head;
    const at = place * INTS;
    const records = this.#records;
    target.address0 = records[at + ADDRESS0]!;
    target.address1 = records[at + ADDRESS1]!;
    target.port0 = records[at + PORTS]! >>> 16;
    target.port1 = records[at + PORTS]! & 0xffff;
    target.isIpv6 = records[at + BITS]! & IS_IPV6;
    this.#head = (place + 1) & this.#mask;
    this.#length--;
    return place;
  }

  get #mask(): number {
    return this.#records.length / INTS - 1;
  }

  /** Only before the first one is forgotten, so that places stay what they are. */
  #grow(): void {
    const records = new Int32Array(this.#records.length * 2);
    records.set(this.#records);
    this.#records = records;
  }
}

/** Writes those of a row into `target`. */
export function endpointsOf(row: ConnectionRow, target: Endpoints): Endpoints {
  target.address0 = row.address0;
  target.port0 = row.port0;
  target.address1 = row.address1;
  target.port1 = row.port1;
  target.isIpv6 = row.has(ROW_IPV6) ? 1 : 0;
  return target;
}
