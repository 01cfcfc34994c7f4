/** A log time minus the capture's time of what the line may be about. */
export interface Difference {
  readonly seconds: number;
  /** 1 / number of candidates of its line: what is unambiguous counts most. */
  readonly weight: number;
}

/** A difference that many pairs share. */
export interface Window {
  readonly offset: number;
  readonly spread: number;
  readonly weight: number;
  readonly isSettled: boolean;
}

/** Lines that must agree before their clock is believed without doubt. */
const MIN_LINES = 3;
/** How much better than the next best difference the best one must be. */
const MIN_LEAD = 1.5;
/** Programs notice and write with delays of this order. */
export const JITTER_SECONDS = 0.2;

/** The middles of the `most` stretches of `width` seconds with most weight, that are at least half of `width` apart. */
export function heaviest(differences: readonly Difference[], width: number, most: number): number[] {
  const sorted = differences.toSorted((a, b) => a.seconds - b.seconds);
  const sums = runningSums(sorted, width);
  const order = [...sums.keys()].sort((a, b) => sums[b]!.weight - sums[a]!.weight);
  const totals = totalsOf(sorted);
  const found: number[] = [];
  for (const start of order) {
    const middle = sorted[middlePlace(totals, start, sums[start]!.end)]!.seconds;
    if (found.every((other) => Math.abs(other - middle) >= width / 2)) found.push(middle);
    if (found.length >= most) break;
  }
  return found;
}

/** Weight of all differences before each place, and of all. */
function totalsOf(sorted: readonly Difference[]): Float64Array {
  const totals = new Float64Array(sorted.length + 1);
  for (const [place, { weight }] of sorted.entries()) totals[place + 1] = totals[place]! + weight;
  return totals;
}

/**
 * Where half of the weight of `start … end` is reached. By search, as a long log has as many stretches as lines, and nearly
 * all of its lines in each.
 */
function middlePlace(totals: Float64Array, start: number, end: number): number {
  const half = (totals[start]! + totals[end]!) / 2;
  let low = start;
  let high = end - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (totals[middle + 1]! >= half) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The stretch of `width` seconds with most weight in it; the offset is where `share` of that weight lies below. */
export function densest(differences: readonly Difference[], width: number, share: number): Window | null {
  if (differences.length === 0) return null;
  const sorted = differences.toSorted((a, b) => a.seconds - b.seconds);
  const sums = runningSums(sorted, width);
  let best = 0;
  for (let start = 1; start < sums.length; start++)
    if (sums[start]!.weight > sums[best]!.weight) best = start;
  const { weight, end } = sums[best]!;
  const from = sorted[best]!.seconds;
  let second = 0;
  for (let start = 0; start < sums.length; start++)
    if (Math.abs(sorted[start]!.seconds - from) > width) second = Math.max(second, sums[start]!.weight);
  const inside = sorted.slice(best, end);
  const core = coreOf(inside, width);
  const offset = weightedQuantile(core, share);
  const low = weightedQuantile(core, 0.05);
  const high = weightedQuantile(core, 0.95);
  const noise = Math.sqrt((second * weight) / Math.max(1, inside.length));
  const isClear = weight >= MIN_LEAD * second || weight - second > 4 * noise + 1;
  return {
    offset,
    spread: Math.max(MIN_SPREAD_SECONDS, (high - low) / 2),
    weight,
    isSettled: weight >= MIN_LINES * 0.9 && isClear,
  };
}

/** Where most of it lies much closer together than it might, that is the clocks' difference and the rest is chance. */
function coreOf(inside: readonly Difference[], width: number): readonly Difference[] {
  const narrow = Math.max(width - JITTER_SECONDS, 0) + CORE_SECONDS;
  if (narrow >= width) return inside;
  const sums = runningSums(inside, narrow);
  let best = 0;
  for (let start = 1; start < sums.length; start++)
    if (sums[start]!.weight > sums[best]!.weight) best = start;
  const all = inside.reduce((sum, { weight }) => sum + weight, 0);
  return sums[best]!.weight >= CORE_SHARE * all ? inside.slice(best, sums[best]!.end) : inside;
}

/** What a program that writes at once needs for it, and the share of all that must lie so close. */
const CORE_SECONDS = 0.02;
const CORE_SHARE = 0.6;
const MIN_SPREAD_SECONDS = 0.005;

function runningSums(sorted: readonly Difference[], width: number): { weight: number; end: number }[] {
  const sums: { weight: number; end: number }[] = [];
  let weight = 0;
  let end = 0;
  for (let start = 0; start < sorted.length; start++) {
    while (end < sorted.length && sorted[end]!.seconds - sorted[start]!.seconds <= width) {
      weight += sorted[end]!.weight;
      end++;
    }
    sums.push({ weight, end });
    weight -= sorted[start]!.weight;
  }
  return sums;
}

function weightedQuantile(sorted: readonly Difference[], share: number): number {
  const half = sorted.reduce((sum, { weight }) => sum + weight, 0) * share;
  let sum = 0;
  for (const { seconds, weight } of sorted) {
    sum += weight;
    if (sum >= half) return seconds;
  }
  return 0;
}
