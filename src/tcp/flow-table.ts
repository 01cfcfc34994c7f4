/**
 * 4-tuple → connection row: open addressing with linear probing over one Int32Array, at most 60 % full.
 *
 * Both directions of a connection find the same slot: the endpoint with the smaller (address, port) is put first.
 * A deleted slot is closed by shifting its successors back, so that no tombstones gather over a long capture.
 */

const ADDRESS_LOW = 0;
const ADDRESS_HIGH = 1;
const PORTS = 2;
/** Row + 1, shifted left by one, with the IP version in bit 0 (an IPv6 address is only an index); 0 = free. */
const ROW = 3;
const SLOT_INTS = 4;

const FIRST_SLOTS = 4096;
/** Past this share of used slots, probe runs get long. */
const MAX_LOAD = 0.6;

export class FlowTable {
  #slots = new Int32Array(FIRST_SLOTS * SLOT_INTS);
  #mask = FIRST_SLOTS - 1;
  #used = 0;
  /** Unknown to who made the capture. It decides where rows lie, and nothing that is ever put out. */
  readonly #key = (Math.random() * KEY_RANGE) | 0;

  /** Row of the connection between the two endpoints, or −1. Order of the endpoints does not matter. */
  find(src: number, srcPort: number, dst: number, dstPort: number, isIpv6: number): number {
    const slot = this.#probe(src, srcPort, dst, dstPort, isIpv6);
    const row = this.#slots[slot + ROW]!;
    return (row >> 1) - 1;
  }

  /** Makes `row` the connection between the endpoints, in place of the one that was. */
  put(src: number, srcPort: number, dst: number, dstPort: number, isIpv6: number, row: number): void {
    if ((this.#used + 1) * SLOT_INTS > this.#slots.length * MAX_LOAD) this.#grow();
    const slot = this.#probe(src, srcPort, dst, dstPort, isIpv6);
    if (this.#slots[slot + ROW] === 0) this.#used++;
    const isSwapped = isAfter(src, srcPort, dst, dstPort);
    this.#slots[slot + ADDRESS_LOW] = isSwapped ? dst : src;
    this.#slots[slot + ADDRESS_HIGH] = isSwapped ? src : dst;
    this.#slots[slot + PORTS] = isSwapped ? (dstPort << 16) | srcPort : (srcPort << 16) | dstPort;
    this.#slots[slot + ROW] = ((row + 1) << 1) | isIpv6;
  }

  /** Forgets the endpoints if they (still) belong to `row`; a reused 4-tuple belongs to a newer row. */
  remove(src: number, srcPort: number, dst: number, dstPort: number, isIpv6: number, row: number): void {
    const slots = this.#slots;
    let hole = this.#probe(src, srcPort, dst, dstPort, isIpv6);
    if ((slots[hole + ROW]! >> 1) - 1 !== row) return;
    this.#used--;
    const wrap = slots.length - 1;
    let next = hole;
    for (;;) {
      next = (next + SLOT_INTS) & wrap;
      if (slots[next + ROW] === 0) break;
      const home = this.#homeOf(next);
      // A record may move into the hole only if its home does not lie between the hole and where it stands.
      const isReachable = hole <= next ? home <= hole || home > next : home <= hole && home > next;
      if (!isReachable) continue;
      for (let k = 0; k < SLOT_INTS; k++) slots[hole + k] = slots[next + k]!;
      hole = next;
    }
    for (let k = 0; k < SLOT_INTS; k++) slots[hole + k] = 0;
  }

  #probe(src: number, srcPort: number, dst: number, dstPort: number, isIpv6: number): number {
    const isSwapped = isAfter(src, srcPort, dst, dstPort);
    const low = isSwapped ? dst : src;
    const high = isSwapped ? src : dst;
    const ports = isSwapped ? (dstPort << 16) | srcPort : (srcPort << 16) | dstPort;
    const slots = this.#slots;
    const mask = this.#mask;
    let place = hash(this.#key, low, high, ports) & mask;
    for (;;) {
      const slot = place * SLOT_INTS;
      const row = slots[slot + ROW]!;
      if (row === 0) return slot;
      if (
        slots[slot + PORTS] === ports &&
        slots[slot + ADDRESS_LOW] === low &&
        slots[slot + ADDRESS_HIGH] === high &&
        (row & 1) === isIpv6
      ) {
        return slot;
      }
      place = (place + 1) & mask;
    }
  }

  #homeOf(slot: number): number {
    const slots = this.#slots;
    const low = slots[slot + ADDRESS_LOW]!;
    return (hash(this.#key, low, slots[slot + ADDRESS_HIGH]!, slots[slot + PORTS]!) & this.#mask) * SLOT_INTS;
  }

  #grow(): void {
    const old = this.#slots;
    this.#mask = this.#mask * 2 + 1;
    this.#slots = new Int32Array((this.#mask + 1) * SLOT_INTS);
    for (let from = 0; from < old.length; from += SLOT_INTS) {
      if (old[from + ROW] === 0) continue;
      const low = old[from + ADDRESS_LOW]!;
      let place = hash(this.#key, low, old[from + ADDRESS_HIGH]!, old[from + PORTS]!) & this.#mask;
      while (this.#slots[place * SLOT_INTS + ROW] !== 0) place = (place + 1) & this.#mask;
      for (let k = 0; k < SLOT_INTS; k++) this.#slots[place * SLOT_INTS + k] = old[from + k]!;
    }
  }
}

/** Total order on endpoints, so that both directions give the same key. */
function isAfter(address: number, port: number, otherAddress: number, otherPort: number): boolean {
  return address > otherAddress || (address === otherAddress && port > otherPort);
}

/** Keys are 32 bits. */
const KEY_RANGE = 2 ** 32;

/**
 * Mixes the words of a 4-tuple, one after the other, under a secret key: with a public function somebody could choose
 * addresses and ports that all collide, and 100,000 SYNs would take minutes to look up.
 */
function hash(key: number, low: number, high: number, ports: number): number {
  let h = Math.imul(low ^ key, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 15) ^ high, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 13) ^ ports, 0xc2b2ae35);
  h ^= h >>> 15;
  h = Math.imul(h, 0x2c1b3c6d);
  return (h ^ (h >>> 13)) >>> 0;
}
