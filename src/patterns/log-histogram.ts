/** Below this every whole number has a class of its own. */
const EXACT = 16;
const EXACT_BITS = 4;
/** Above it each power of two has eight classes: a class is at most 1/8 of its value wide. */
const PARTS_BITS = 3;
const PARTS = 1 << PARTS_BITS;
const MAX_VALUE = 0x7fffffff;
const CLASSES = EXACT + (31 - EXACT_BITS) * PARTS;

/** Counts of whole numbers from 0 to 2³¹ − 1 in classes that widen with the value. Larger ones count as the largest. */
export class LogHistogram {
  readonly #counts = new Float64Array(CLASSES);
  total = 0;

  add(value: number): void {
    this.#counts[classOf(value)]!++;
    this.total++;
  }

  /** Counts in every class that has any, in ascending order: values `low … high − 1`. */
  *classes(): Generator<{ readonly low: number; readonly high: number; readonly count: number }> {
    for (let index = 0; index < CLASSES; index++) {
      const count = this.#counts[index]!;
      if (count > 0) yield { low: lowOf(index), high: lowOf(index + 1), count };
    }
  }

  /** Values from `low` to `high`, with those of a class that is only touched: never too few. */
  countTouching(low: number, high: number): number {
    const last = classOf(high);
    let count = 0;
    for (let index = classOf(low); index <= last; index++) count += this.#counts[index]!;
    return count;
  }

  /** Values of the classes that lie above `low` as a whole: never too many. */
  countAbove(low: number): number {
    let count = 0;
    for (let index = classOf(low) + 1; index < CLASSES; index++) count += this.#counts[index]!;
    return count;
  }

  /** About the value that this share (0–1) of all lie below; NaN without any. */
  quantile(share: number): number {
    let left = share * this.total;
    for (let index = 0; index < CLASSES; index++) {
      const count = this.#counts[index]!;
      if (count > 0 && left <= count) {
        const low = lowOf(index);
        if (low === 0) return 0;
        return low + (left / count) * (lowOf(index + 1) - low);
      }
      left -= count;
    }
    return Number.NaN;
  }
}

function classOf(value: number): number {
  const whole = value >= MAX_VALUE ? MAX_VALUE : value > 0 ? value | 0 : 0;
  if (whole < EXACT) return whole;
  const exponent = 31 - Math.clz32(whole);
  const part = (whole >>> (exponent - PARTS_BITS)) & (PARTS - 1);
  return EXACT + (exponent - EXACT_BITS) * PARTS + part;
}

function lowOf(index: number): number {
  if (index < EXACT) return index;
  const exponent = ((index - EXACT) >> PARTS_BITS) + EXACT_BITS;
  const part = (index - EXACT) & (PARTS - 1);
  return (PARTS + part) * 2 ** (exponent - PARTS_BITS);
}
