import { binomialTail } from '../statistics/tails.ts';

/** A thing and the value by which it may lie close to others. */
export interface Valued<T> {
  readonly value: number;
  readonly thing: T;
}

export interface Window<T> {
  readonly members: readonly Valued<T>[];
  /** Probability of so many in some window by chance, corrected for the windows tried. */
  readonly pValue: number;
}

/**
 * How far the sides that a window is held against reach: a factor, and a multiple of its width. The far one shows what is
 * usual, the near one a crowd that is wider than any timer.
 */
const FAR = 1.5;
const NEAR = 8;

/** Values beside the first, and how many times as dense as beside it a window must be to be tried. */
const MIN_OTHERS = 3;
const MIN_RISE = 1.5;

export interface WindowOptions {
  /** Windows begin here at the lowest; values below only count as neighbours. */
  readonly least: number;
  /** Width of the window that begins at this value. */
  widthAt(value: number): number;
  /**
   * Of what is not in question (responses that were completed), the share (0–1) within `low … high` among that within
   * `from … to`, which includes it; 0 when there is too little of it.
   */
  usualShare(low: number, high: number, from: number, to: number): number;
  /** Further looks that are taken (other measures, other sides): the probability is multiplied by them. */
  readonly looks: number;
}

/**
 * The window with the most improbable number of values. It is held against either side of it, near and far, and the side
 * where values lie most densely counts: if the density (over the logarithm) went on through the window, the
 * number in it, out of window and side together, would be binomial. The first value only defines the window.
 */
export function densestWindow<T>(values: readonly Valued<T>[], options: WindowOptions): Window<T> | null {
  const things = [...values].filter(({ value }) => value > 0).sort((a, b) => a.value - b.value);
  const sorted = things.map(({ value }) => value);
  let best: { first: number; end: number; pValue: number } | null = null;
  let end = 0;
  for (let first = 0; first < sorted.length; first++) {
    const low = sorted[first]!;
    if (low < options.least) continue;
    const high = low + options.widthAt(low);
    while (end < sorted.length && sorted[end]! <= high) end++;
    if (end - first <= MIN_OTHERS) continue;
    const chance = chanceOf({ first, end, low, high }, sorted, options);
    const pValue = Math.min(1, options.looks * sorted.length * chance);
    if (best === null || pValue < best.pValue) best = { first, end, pValue };
  }
  if (best === null) return null;
  return { members: things.slice(best.first, best.end), pValue: best.pValue };
}

interface Place {
  /** Index of the first value inside, and of the first behind. */
  readonly first: number;
  readonly end: number;
  readonly low: number;
  readonly high: number;
}

function chanceOf(place: Place, sorted: readonly number[], options: WindowOptions): number {
  const { first, end, low, high } = place;
  const others = end - first - 1;
  const reach = NEAR * (high - low);
  const edges = [
    [low / FAR, high],
    [Math.max(low - reach, low / FAR), high],
    [low, high * FAR],
    [low, Math.min(high + reach, high * FAR)],
  ] as const;
  let chance = 0;
  for (const [from, to] of edges) {
    const beside = from < low ? first - placeOf(sorted, from) : placeOf(sorted, to) - end;
    const even = Math.log(high / low) / Math.log(to / from);
    const share = Math.min(1, Math.max(even, options.usualShare(low, high, from, to)));
    // Most windows are nothing special, and their probability need not be worked out.
    if (others < MIN_RISE * share * (others + beside)) return 1;
    chance = Math.max(chance, binomialTail(others, others + beside, share));
  }
  return chance;
}

/** How many of the sorted values lie below `value`. */
function placeOf(sorted: readonly number[], value: number): number {
  let from = 0;
  let to = sorted.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (sorted[middle]! < value) from = middle + 1;
    else to = middle;
  }
  return from;
}
