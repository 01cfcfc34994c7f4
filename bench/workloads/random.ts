/**
 * Pseudo-random numbers that are the same on every machine and in every version of Node: the sfc32 generator (Chris
 * Doty-Humphrey, PractRand), integer arithmetic only. `Math.random` has no seed, and `Math.log` and its like may differ
 * in the last bit between engines.
 */
export class Random {
  private a: number;
  private b = 0x9e3779b9 | 0;
  private c = 0x243f6a88 | 0;
  private counter = 1;

  constructor(seed: number) {
    this.a = seed | 0;
    // The first outputs still show the seed; sfc32 is mixed after about a dozen rounds.
    for (let i = 0; i < 15; i++) this.bits();
  }

  /** 32 random bits, as a signed number. */
  bits(): number {
    const sum = (this.a + this.b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = ((this.c << 21) | (this.c >>> 11)) + sum;
    return sum;
  }

  /** 0 ≤ x < 1, in steps of 2^−32. */
  fraction(): number {
    return (this.bits() >>> 0) / 4_294_967_296;
  }

  /** An integer, from ≤ x < to. */
  between(from: number, to: number): number {
    return from + Math.floor(this.fraction() * (to - from));
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  /** One of a non-empty list. */
  pick<T>(list: readonly T[]): T {
    return list[this.between(0, list.length)]!;
  }
}
