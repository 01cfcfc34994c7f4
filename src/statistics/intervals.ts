import { betaI, gammaP, gammaQ } from './special.ts';
import { binomialTail } from './tails.ts';

/** Between these the true value lies, in so many of a hundred captures as the function says. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Two-sided 95 %. */
const Z = 1.959963984540054;
const TAIL = 0.025;
/** Halvings of an interval: more than the digits of a number. */
const HALVINGS = 100;

/** Interval of a proportion, 95 % (Wilson 1927): sensible for few events and for none, unlike ±2σ. */
export function wilson(count: number, trials: number): Interval {
  if (trials === 0) return { low: 0, high: 1 };
  const share = count / trials;
  const weight = 1 + (Z * Z) / trials;
  const middle = (share + (Z * Z) / (2 * trials)) / weight;
  const half = (Z * Math.sqrt((share * (1 - share)) / trials + (Z * Z) / (4 * trials * trials))) / weight;
  return {
    low: count === 0 ? 0 : Math.max(0, middle - half),
    high: count === trials ? 1 : Math.min(1, middle + half),
  };
}

/**
 * Interval of a difference of proportions, second minus first, 95 % (Newcombe 1998, method 10): made of the two
 * Wilson intervals.
 */
export function newcombe(count1: number, trials1: number, count2: number, trials2: number): Interval {
  if (trials1 === 0 || trials2 === 0) return { low: -1, high: 1 };
  const p1 = count1 / trials1;
  const p2 = count2 / trials2;
  const w1 = wilson(count1, trials1);
  const w2 = wilson(count2, trials2);
  const difference = p2 - p1;
  return {
    low: difference - Math.hypot(p2 - w2.low, w1.high - p1),
    high: difference + Math.hypot(w2.high - p2, p1 - w1.low),
  };
}

/** Interval of the mean of a Poisson count, 95 %, exact (Garwood 1936). */
export function poissonInterval(count: number): Interval {
  const top = 10 + 2 * count + 10 * Math.sqrt(count + 1);
  return {
    low: count === 0 ? 0 : solve((mean) => gammaP(count, mean) < TAIL, 0, top),
    high: solve((mean) => gammaQ(count + 1, mean) > TAIL, 0, top),
  };
}

/**
 * Probability, two-sided, that two Poisson counts differ at least so much though their rates are the same: given the
 * sum, the second is binomial (Przyborowski and Wilenski 1940).
 */
export function equalRatesP(count1: number, exposure1: number, count2: number, exposure2: number): number {
  const all = count1 + count2;
  if (all === 0 || exposure1 + exposure2 <= 0) return 1;
  const share2 = exposure2 / (exposure1 + exposure2);
  const more = binomialTail(count2, all, share2);
  const fewer = 1 - binomialTail(count2 + 1, all, share2);
  return Math.min(1, 2 * Math.min(more, fewer));
}

/**
 * Interval, 95 %, for the next count of a Poisson process of which `count` were seen in one unit of exposure, over
 * `ratio` units. Negative binomial: the rate is known only as well as `count` shows it (Jeffreys' prior).
 */
export function nextCountInterval(count: number, ratio: number): Interval {
  if (ratio <= 0) return { low: 0, high: 0 };
  const shape = count + 0.5;
  const success = 1 / (1 + ratio);
  const below = (next: number): number => betaI(success, shape, next + 1);
  const top = Math.ceil(10 + 3 * shape * ratio + 20 * Math.sqrt(shape * ratio * (1 + ratio) + 1));
  return {
    low: firstWhole((next) => below(next) >= TAIL, top),
    high: firstWhole((next) => below(next) >= 1 - TAIL, top),
  };
}

/** Where `isBelow` turns from true to false between `low` and `high`. */
function solve(isBelow: (value: number) => boolean, low: number, high: number): number {
  let from = low;
  let to = high;
  for (let k = 0; k < HALVINGS; k++) {
    const middle = (from + to) / 2;
    if (isBelow(middle)) from = middle;
    else to = middle;
  }
  return (from + to) / 2;
}

/** The smallest whole number from 0 to `top` that `holds`; it holds for all above. */
function firstWhole(holds: (value: number) => boolean, top: number): number {
  let from = 0;
  let to = top;
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    if (holds(middle)) to = middle;
    else from = middle + 1;
  }
  return from;
}
