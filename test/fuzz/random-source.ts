/** A small seeded generator (xorshift32, Marsaglia 2003), so that a failing run can be had again from its seed. */
export class RandomSource {
  #state: number;

  /** Any 32-bit seed; nearby seeds give unrelated numbers. */
  constructor(seed: number) {
    // Mixed first: the raw generator begins alike for alike seeds. It must not be 0.
    this.#state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ (seed >>> 13) || 1;
    for (let k = 0; k < 8; k++) this.next();
  }

  /** 0 … 2^32 − 1. */
  next(): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return x >>> 0;
  }

  /** 0 … limit − 1; 0 when the limit is 0. */
  below(limit: number): number {
    return limit <= 1 ? 0 : this.next() % limit;
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)]!;
  }

  octets(len: number): Uint8Array {
    return Uint8Array.from({ length: len }, () => this.next() & 0xff);
  }
}
