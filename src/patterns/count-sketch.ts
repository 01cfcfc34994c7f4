const BITS = 12;
const SLOTS = 1 << BITS;
const MASK = SLOTS - 1;

/**
 * Counts by 32-bit keys in a fixed room: two rows of counters, each under other bits of the key, and the smaller one
 * counts (Cormode and Muthukrishnan 2005, count-min sketch). Never too few; too many only when both are shared.
 */
export class CountSketch {
  readonly #low = new Float64Array(SLOTS);
  readonly #high = new Float64Array(SLOTS);

  add(key: number): void {
    this.#low[key & MASK]!++;
    this.#high[key >>> (32 - BITS)]!++;
  }

  count(key: number): number {
    return Math.min(this.#low[key & MASK]!, this.#high[key >>> (32 - BITS)]!);
  }
}
