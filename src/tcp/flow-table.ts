/**
 * 4-tuple → row: open addressing with linear probing over one Int32Array, at most 60 % full.
 *
 * Both directions of a connection find the same slot: the endpoint with the smaller (address, port) is put first.
 * A deleted slot is closed by shifting its successors back, so that no tombstones gather over a long capture.
 *
 * A slot holds the hash of the 4-tuple and the row; the 4-tuple itself is asked of whoever keeps the rows. So eight slots fit
 * into a line of the processor's cache, and where nothing is found, as in a flood, nothing else is looked at.
 */

const HASH = 0;
/** Row + 1; 0 = free. */
const ROW = 1;
const SLOT_INTS = 2;

const FIRST_SLOTS = 4096;
/** Past this share of used slots, probe runs get long. */
const MAX_LOAD = 0.6;

/** Knows the endpoints of rows. */
export interface Endpointed {
  /** Is the connection in `row` between these endpoints? Their order does not matter. */
  isBetween(row: number, src: number, srcPort: number, dst: number, dstPort: number, isIpv6: number): boolean;
}

export class FlowTable {
  #slots = new Int32Array(FIRST_SLOTS * SLOT_INTS);
  #mask = FIRST_SLOTS - 1;
  #used = 0;
  readonly #rows: Endpointed;

  constructor(rows: Endpointed) {
    this.#rows = rows;
  }

  /** Row of the connection between the two endpoints, whose hash is `h`, or −1. Order of the endpoints does not matter. */
  find(h: number, src: number, srcPort: number, dst: number, dstPort: number, isIpv6: number): number {
    const slots = this.#slots;
    const wrap = slots.length - 1;
    for (let slot = (h & this.#mask) * SLOT_INTS; ; slot = (slot + SLOT_INTS) & wrap) {
      const row = slots[slot + ROW]! - 1;
      if (row < 0) return -1;
      if (slots[slot + HASH] === h && this.#rows.isBetween(row, src, srcPort, dst, dstPort, isIpv6))
        return row;
    }
  }

  /** Makes `row` the connection between the endpoints, in place of the one that was. */
  put(
    h: number,
    src: number,
    srcPort: number,
    dst: number,
    dstPort: number,
    isIpv6: number,
    row: number,
  ): void {
    if ((this.#used + 1) * SLOT_INTS > this.#slots.length * MAX_LOAD) this.#grow();
    const slots = this.#slots;
    const wrap = slots.length - 1;
    let slot = (h & this.#mask) * SLOT_INTS;
    for (; ; slot = (slot + SLOT_INTS) & wrap) {
      const other = slots[slot + ROW]! - 1;
      if (other < 0) {
        this.#used++;
        break;
      }
      if (slots[slot + HASH] === h && this.#rows.isBetween(other, src, srcPort, dst, dstPort, isIpv6)) break;
    }
    slots[slot + HASH] = h;
    slots[slot + ROW] = row + 1;
  }

  /** Forgets the endpoints with this hash if they (still) belong to `row`; a reused 4-tuple belongs to a newer row. */
  remove(h: number, row: number): void {
    const slots = this.#slots;
    const wrap = slots.length - 1;
    let hole = (h & this.#mask) * SLOT_INTS;
    for (; slots[hole + ROW] !== row + 1; hole = (hole + SLOT_INTS) & wrap) {
      if (slots[hole + ROW] === 0) return;
    }
    this.#used--;
    let next = hole;
    for (;;) {
      next = (next + SLOT_INTS) & wrap;
      if (slots[next + ROW] === 0) break;
      const home = (slots[next + HASH]! & this.#mask) * SLOT_INTS;
      // A record may move into the hole only if its home does not lie between the hole and where it stands.
      const isReachable = hole <= next ? home <= hole || home > next : home <= hole && home > next;
      if (!isReachable) continue;
      slots[hole + HASH] = slots[next + HASH]!;
      slots[hole + ROW] = slots[next + ROW]!;
      hole = next;
    }
    slots[hole + ROW] = 0;
  }

  #grow(): void {
    const old = this.#slots;
    this.#mask = this.#mask * 2 + 1;
    const slots = new Int32Array(2 * old.length);
    const wrap = slots.length - 1;
    for (let from = 0; from < old.length; from += SLOT_INTS) {
      if (old[from + ROW] === 0) continue;
      let slot = (old[from + HASH]! & this.#mask) * SLOT_INTS;
      while (slots[slot + ROW] !== 0) slot = (slot + SLOT_INTS) & wrap;
      slots[slot + HASH] = old[from + HASH]!;
      slots[slot + ROW] = old[from + ROW]!;
    }
    this.#slots = slots;
  }
}

/** Makes the hashes of 4-tuples. */
export class FlowHash {
  /** Unknown to who made the capture. It decides where rows lie, and nothing that is ever put out. */
  readonly #key = (Math.random() * KEY_RANGE) | 0;

  /** The same for both directions. */
  of(src: number, srcPort: number, dst: number, dstPort: number): number {
    return isAfter(src, srcPort, dst, dstPort)
      ? hash(this.#key, dst, src, (dstPort << 16) | srcPort)
      : hash(this.#key, src, dst, (srcPort << 16) | dstPort);
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
  return h ^ (h >>> 13);
}
