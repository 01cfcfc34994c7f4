import type { RateChange, RateFigures } from '../model/comparison.ts';
import { newcombe, wilson } from '../statistics/intervals.ts';
import { hypergeometricTail } from '../statistics/tails.ts';

export function rateOf(count: number, of: number): RateFigures {
  const { low, high } = wilson(count, of);
  return { count, of, rate: of === 0 ? 0 : count / of, low, high };
}

export function changeOf(before: RateFigures, after: RateFigures): RateChange {
  const { low, high } = newcombe(before.count, before.of, after.count, after.of);
  return {
    before,
    after,
    difference: after.rate - before.rate,
    differenceLow: low,
    differenceHigh: high,
    pValue: fisherP(before, after),
  };
}

/** Fisher's exact test, two-sided by doubling the smaller tail. */
function fisherP(before: RateFigures, after: RateFigures): number {
  const marked = before.count + after.count;
  const population = before.of + after.of;
  if (before.of === 0 || after.of === 0) return 1;
  const more = hypergeometricTail(after.count, after.of, marked, population);
  const fewer = 1 - hypergeometricTail(after.count + 1, after.of, marked, population);
  return Math.max(0, Math.min(1, 2 * Math.min(more, fewer)));
}
