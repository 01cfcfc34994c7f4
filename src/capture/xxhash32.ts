/** XXH32 (xxHash specification), fed in pieces: the checksum of LZ4 frames. */

const PRIME_1 = 0x9e3779b1;
const PRIME_2 = 0x85ebca77;
const PRIME_3 = 0xc2b2ae3d;
const PRIME_4 = 0x27d4eb2f;
const PRIME_5 = 0x165667b1;
const STRIPE_LEN = 16;

export class XxHash32 {
  #lane1 = (PRIME_1 + PRIME_2) | 0;
  #lane2 = PRIME_2 | 0;
  #lane3 = 0;
  #lane4 = -PRIME_1 | 0;
  #totalLen = 0;
  /** Octets that do not fill a stripe yet. */
  readonly #rest = new Uint8Array(STRIPE_LEN);
  #restLen = 0;

  update(bytes: Uint8Array, start: number, end: number): void {
    this.#totalLen += end - start;
    let at = start;
    if (this.#restLen > 0) {
      while (this.#restLen < STRIPE_LEN && at < end) this.#rest[this.#restLen++] = bytes[at++]!;
      if (this.#restLen < STRIPE_LEN) return;
      this.#stripes(this.#rest, 0, STRIPE_LEN);
      this.#restLen = 0;
    }
    const stripesEnd = at + Math.floor((end - at) / STRIPE_LEN) * STRIPE_LEN;
    this.#stripes(bytes, at, stripesEnd);
    for (at = stripesEnd; at < end; at++) this.#rest[this.#restLen++] = bytes[at]!;
  }

  /** The checksum, 0 … 2^32−1. */
  digest(): number {
    let hash: number;
    if (this.#totalLen >= STRIPE_LEN) {
      hash =
        rotate(this.#lane1, 1) + rotate(this.#lane2, 7) + rotate(this.#lane3, 12) + rotate(this.#lane4, 18);
    } else hash = PRIME_5;
    hash = (hash + this.#totalLen) | 0;
    let at = 0;
    for (; at + 4 <= this.#restLen; at += 4) {
      hash = Math.imul(rotate((hash + Math.imul(word(this.#rest, at), PRIME_3)) | 0, 17), PRIME_4);
    }
    for (; at < this.#restLen; at++) {
      hash = Math.imul(rotate((hash + Math.imul(this.#rest[at]!, PRIME_5)) | 0, 11), PRIME_1);
    }
    hash = Math.imul(hash ^ (hash >>> 15), PRIME_2);
    hash = Math.imul(hash ^ (hash >>> 13), PRIME_3);
    return (hash ^ (hash >>> 16)) >>> 0;
  }

  #stripes(bytes: Uint8Array, start: number, end: number): void {
    let lane1 = this.#lane1;
    let lane2 = this.#lane2;
    let lane3 = this.#lane3;
    let lane4 = this.#lane4;
    for (let at = start; at < end; at += STRIPE_LEN) {
      lane1 = round(lane1, word(bytes, at));
      lane2 = round(lane2, word(bytes, at + 4));
      lane3 = round(lane3, word(bytes, at + 8));
      lane4 = round(lane4, word(bytes, at + 12));
    }
    this.#lane1 = lane1;
    this.#lane2 = lane2;
    this.#lane3 = lane3;
    this.#lane4 = lane4;
  }
}

function round(lane: number, input: number): number {
  return Math.imul(rotate((lane + Math.imul(input, PRIME_2)) | 0, 13), PRIME_1);
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

function word(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}
