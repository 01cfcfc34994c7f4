import { AddressTexts } from './address-texts.ts';

const WORDS_PER_ADDRESS = 4;
const OCTETS_PER_ADDRESS = 16;
const FIRST_CAPACITY = 1024;
/**
 * Addresses that nobody holds are kept this long (counted in other such addresses), so that those of the frame at
 * hand stay valid and those of a busy host are not entered again and again.
 */
export const MAX_UNHELD = 4096;
/** Slots per address: a load of one half at most keeps linear probing short. */
const SLOTS_PER_ADDRESS = 2;
const NONE = -1;

/**
 * Gives each IPv6 address a small integer, so that flows of both IP versions are keyed by plain 32-bit numbers. An
 * IPv4 address needs no entry: it is its own signed 32-bit integer.
 *
 * Indices are counted references: the holder of a connection calls {@link retain} and, when it forgets the
 * connection, {@link release}. An address that nobody holds lasts until {@link MAX_UNHELD} others have been entered
 * are not held any more and another is entered; then its index goes to another. So a flood of random addresses costs constant memory.
 */
export class AddressBook {
  /** Four words an address, in network order. */
  #words = new Int32Array(FIRST_CAPACITY * WORDS_PER_ADDRESS);
  #references = new Int32Array(FIRST_CAPACITY);
  /** Neighbours in the list of addresses that nobody holds, least recently used first. `#next` also links free ones. */
  #previous = new Int32Array(FIRST_CAPACITY);
  #next = new Int32Array(FIRST_CAPACITY);
  /** Hash table with linear probing: index + 1, or 0 when empty. */
  #slots = new Int32Array(FIRST_CAPACITY * SLOTS_PER_ADDRESS);
  #used = 0;
  #firstFree = NONE;
  #oldest = NONE;
  #newest = NONE;
  #unheld = 0;
  /** Unknown to who made the capture. It decides where entries lie, and nothing that is ever put out. */
  readonly #key = (Math.random() * KEY_RANGE) | 0;

  #live = 0;
  readonly #ipv4Texts = new AddressTexts();
  readonly #ipv6Texts = new AddressTexts();

  /** Addresses that have an index now. */
  get size(): number {
    return this.#live;
  }

  /**
   * The index of the 16 octets at `offset` of `view`, which must exist. Valid without {@link retain} until
   * {@link MAX_UNHELD} other addresses have been interned.
   */
  intern(view: DataView, offset: number): number {
    const a = view.getInt32(offset);
    const b = view.getInt32(offset + 4);
    const c = view.getInt32(offset + 8);
    const d = view.getInt32(offset + 12);
    const mask = this.#slots.length - 1;
    let slot = hashOf(this.#key, a, b, c, d) & mask;
    for (let entry = this.#slots[slot]!; entry !== 0; entry = this.#slots[slot]!) {
      const index = entry - 1;
      if (this.#matches(index, a, b, c, d)) {
        if (this.#references[index] === 0 && index !== this.#newest) {
          this.#unlink(index);
          this.#append(index);
        }
        return index;
      }
      slot = (slot + 1) & mask;
    }
    return this.#enter(a, b, c, d);
  }

  /** Holds an index, so that it stays valid until a {@link release} for each retain. */
  retain(index: number): void {
    if (this.#references[index] === 0) this.#unlink(index);
    this.#references[index]!++;
  }

  /** Ends one {@link retain}. The index stays valid for a while, as after {@link intern}. */
  release(index: number): void {
    if (this.#references[index] === 0) return;
    this.#references[index]!--;
    if (this.#references[index] !== 0) return;
    // Forgotten only when another is entered: the addresses of the frame in hand are not held yet, and must last.
    this.#append(index);
  }

  /** Writes the address into the first 4 or 16 octets of `target`, in network order; returns how many. */
  copyOctets(address: number, ipVersion: number, target: Uint8Array): number {
    if (ipVersion === 4) {
      writeWord(target, 0, address);
      return WORDS_PER_ADDRESS;
    }
    for (let word = 0; word < WORDS_PER_ADDRESS; word++) {
      writeWord(target, 4 * word, this.#words[address * WORDS_PER_ADDRESS + word] ?? 0);
    }
    return OCTETS_PER_ADDRESS;
  }

  /** The words of an IPv6 address folded into one: the same in every book, unlike its index. */
  fold(index: number): number {
    const words = this.#words;
    const at = index * WORDS_PER_ADDRESS;
    return words[at]! ^ Math.imul(words[at + 1]!, 3) ^ Math.imul(words[at + 2]!, 5) ^ words[at + 3]!;
  }

  /** The address as text: dotted for IPv4, RFC 5952 for IPv6. */
  format(address: number, ipVersion: number): string {
    const texts = ipVersion === 4 ? this.#ipv4Texts : this.#ipv6Texts;
    const known = texts.find(address);
    if (known !== null) return known;
    const text = ipVersion === 4 ? formatIpv4(address) : this.#formatIpv6(address);
    texts.keep(address, text);
    return text;
  }

  #formatIpv6(address: number): string {
    const octets = new Uint8Array(OCTETS_PER_ADDRESS);
    this.copyOctets(address, 6, octets);
    return formatIpv6(octets);
  }

  #matches(index: number, a: number, b: number, c: number, d: number): boolean {
    const words = this.#words;
    const at = index * WORDS_PER_ADDRESS;
    return words[at + 3] === d && words[at + 2] === c && words[at + 1] === b && words[at] === a;
  }

  #enter(a: number, b: number, c: number, d: number): number {
    while (this.#unheld >= MAX_UNHELD) this.#forget(this.#oldest);
    const index = this.#takeIndex();
    const at = index * WORDS_PER_ADDRESS;
    this.#words[at] = a;
    this.#words[at + 1] = b;
    this.#words[at + 2] = c;
    this.#words[at + 3] = d;
    this.#references[index] = 0;
    this.#ipv6Texts.forget(index);
    this.#live++;
    this.#append(index);
    this.#putIntoSlots(index);
    return index;
  }

  #takeIndex(): number {
    if (this.#firstFree !== NONE) {
      const index = this.#firstFree;
      this.#firstFree = this.#next[index]!;
      return index;
    }
    if (this.#used === this.#references.length) this.#grow();
    return this.#used++;
  }

  #grow(): void {
    const capacity = 2 * this.#references.length;
    this.#words = enlarge(this.#words, capacity * WORDS_PER_ADDRESS);
    this.#references = enlarge(this.#references, capacity);
    this.#previous = enlarge(this.#previous, capacity);
    this.#next = enlarge(this.#next, capacity);
    this.#slots = new Int32Array(capacity * SLOTS_PER_ADDRESS);
    // It grows only when no index is free: all of them are live.
    for (let index = 0; index < this.#used; index++) this.#putIntoSlots(index);
  }

  #putIntoSlots(index: number): void {
    const mask = this.#slots.length - 1;
    let slot = this.#homeOf(index);
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = index + 1;
  }

  #homeOf(index: number): number {
    const words = this.#words;
    const at = index * WORDS_PER_ADDRESS;
    const first = words[at]!;
    const hash = hashOf(this.#key, first, words[at + 1]!, words[at + 2]!, words[at + 3]!);
    return hash & (this.#slots.length - 1);
  }

  #forget(index: number): void {
    this.#unlink(index);
    this.#takeOutOfSlots(index);
    this.#next[index] = this.#firstFree;
    this.#firstFree = index;
    this.#live--;
  }

  /** Deletes by moving later entries of the run back, so that no probe breaks off early (Knuth 6.4, algorithm R). */
  #takeOutOfSlots(index: number): void {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let hole = this.#homeOf(index);
    while (slots[hole] !== index + 1) hole = (hole + 1) & mask;
    for (let slot = (hole + 1) & mask; slots[slot] !== 0; slot = (slot + 1) & mask) {
      const home = this.#homeOf(slots[slot]! - 1);
      if (((slot - home) & mask) < ((slot - hole) & mask)) continue;
      slots[hole] = slots[slot]!;
      hole = slot;
    }
    slots[hole] = 0;
  }

  #append(index: number): void {
    this.#previous[index] = this.#newest;
    this.#next[index] = NONE;
    if (this.#newest === NONE) this.#oldest = index;
    else this.#next[this.#newest] = index;
    this.#newest = index;
    this.#unheld++;
  }

  #unlink(index: number): void {
    const before = this.#previous[index]!;
    const after = this.#next[index]!;
    if (before === NONE) this.#oldest = after;
    else this.#next[before] = after;
    if (after === NONE) this.#newest = before;
    else this.#previous[after] = before;
    this.#unheld--;
  }
}

function enlarge(old: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(length);
  larger.set(old);
  return larger;
}

/** Keys are 32 bits. */
const KEY_RANGE = 2 ** 32;

/**
 * Multiply and shift between the words (constants of MurmurHash3's finaliser, public domain), under a secret key: with a
 * public function somebody could choose addresses that all collide.
 */
function hashOf(key: number, a: number, b: number, c: number, d: number): number {
  let hash = Math.imul(a ^ key, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15) ^ b, 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 13) ^ c, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15) ^ d, 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

function writeWord(target: Uint8Array, offset: number, word: number): void {
  target[offset] = word >>> 24;
  target[offset + 1] = word >>> 16;
  target[offset + 2] = word >>> 8;
  target[offset + 3] = word;
}

function formatIpv4(word: number): string {
  return `${word >>> 24}.${(word >>> 16) & 0xff}.${(word >>> 8) & 0xff}.${word & 0xff}`;
}

const GROUPS = 8;

/** RFC 5952 §4: lower case, no leading zeros, `::` for the first longest run of two or more zero groups. */
function formatIpv6(octets: Uint8Array): string {
  const groups: number[] = [];
  for (let group = 0; group < GROUPS; group++) groups.push(octets[2 * group]! * 256 + octets[2 * group + 1]!);
  let bestStart = 0;
  let bestLen = 0;
  for (let start = 0; start < GROUPS; start++) {
    let length = 0;
    while (start + length < GROUPS && groups[start + length] === 0) length++;
    if (length > bestLen) {
      bestStart = start;
      bestLen = length;
    }
  }
  const texts = groups.map((group) => group.toString(16));
  if (bestLen < 2) return texts.join(':');
  return `${texts.slice(0, bestStart).join(':')}::${texts.slice(bestStart + bestLen).join(':')}`;
}
