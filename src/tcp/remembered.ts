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
/** Number of the connection before it with the same head. */
const PREVIOUS = 6;
/** A whole number of records in a line of the processor's cache. */
const INTS = 8;
const IS_IPV6 = 1;
const KNOWS_ISN0 = 2;

const FIRST_PLACES = 1_024;
/** A power of two: half of them are in use. */
const HEADS = 2 * MAX_REMEMBERED;

/**
 * The connections reported last, so that a straggler is not taken for a new connection: a ring of the little that is
 * needed for that. Their rows go to new connections at once, and are still in the processor's cache then.
 *
 * They are numbered from 1. Those whose hashes end alike form a chain, the latest one first: so a chain need not be touched when
 * its oldest connection is forgotten, it ends where the numbers are too old.
 */
export class RememberedConnections {
  #records = new Int32Array(FIRST_PLACES * INTS);
  /** Number of the latest connection by the last bits of its hash. */
  readonly #heads = new Int32Array(HEADS);
  /** Number of the latest connection of all; it may run over, as all reckoning with numbers is by their distance. */
  #latest = 0;
  #length = 0;
  readonly #releaseAddress: (address: number) => void;

  /** `releaseAddress` is called for both addresses of an IPv6 connection that is forgotten. */
  constructor(releaseAddress: (address: number) => void) {
    this.#releaseAddress = releaseAddress;
  }

  /** Keeps the connection of `row`, whose endpoints have this hash, with the first numbers of its sides as far as known. */
  add(row: ConnectionRow, hash: number, isn0: number | null, isn1: number | null): void {
    if (this.#length === MAX_REMEMBERED) this.#forget(this.#placeOf(this.#latest + 1));
    else if (this.#length++ * INTS === this.#records.length) this.#grow();
    this.#latest = (this.#latest + 1) | 0;
    const at = this.#placeOf(this.#latest);
    const head = hash & (HEADS - 1);
    const records = this.#records;
    records[at + ADDRESS0] = row.address0;
    records[at + ADDRESS1] = row.address1;
    records[at + PORTS] = (row.port0 << 16) | row.port1;
    records[at + ISN0] = isn0 ?? 0;
    records[at + ISN1] = isn1 ?? 0;
    let bits = row.has(ROW_IPV6) ? IS_IPV6 : 0;
    if (isn0 !== null) bits |= KNOWS_ISN0;
    if (isn1 !== null) bits |= KNOWS_ISN0 << 1;
    records[at + BITS] = bits;
    records[at + PREVIOUS] = this.#heads[head]!;
    this.#heads[head] = this.#latest;
  }

  /** Place of the latest connection between these endpoints, whose order does not matter; −1 when there is none. */
  find(hash: number, src: number, srcPort: number, dst: number, dstPort: number, isIpv6: number): number {
    const records = this.#records;
    const there = (srcPort << 16) | dstPort;
    const back = (dstPort << 16) | srcPort;
    let number = this.#heads[hash & (HEADS - 1)]!;
    while (this.#isKept(number)) {
      const at = this.#placeOf(number);
      if ((records[at + BITS]! & IS_IPV6) === isIpv6) {
        const address0 = records[at + ADDRESS0];
        const address1 = records[at + ADDRESS1];
        const ports = records[at + PORTS];
        if (address0 === src && address1 === dst && ports === there) return at;
        if (address0 === dst && address1 === src && ports === back) return at;
      }
      number = records[at + PREVIOUS]!;
    }
    return -1;
  }

  /** True when the side that sends from the given endpoint is known to have begun with another number than `isn`. */
  hasOtherIsn(at: number, address: number, port: number, isn: number): boolean {
    const records = this.#records;
    const isFirst = records[at + ADDRESS0] === address && records[at + PORTS]! >>> 16 === port;
    const half = isFirst ? 0 : 1;
    return (records[at + BITS]! & (KNOWS_ISN0 << half)) !== 0 && records[at + ISN0 + half] !== isn;
  }

  #isKept(number: number): boolean {
    const age = (this.#latest - number) | 0;
    return age >= 0 && age < this.#length;
  }

  #forget(at: number): void {
    const records = this.#records;
    if ((records[at + BITS]! & IS_IPV6) === 0) return;
    this.#releaseAddress(records[at + ADDRESS0]!);
    this.#releaseAddress(records[at + ADDRESS1]!);
  }

  #placeOf(number: number): number {
    return ((number - 1) * INTS) & (this.#records.length - 1);
  }

  /** Only before the first one is forgotten, so that places stay what they are. */
  #grow(): void {
    const records = new Int32Array(this.#records.length * 2);
    records.set(this.#records);
    this.#records = records;
  }
}
