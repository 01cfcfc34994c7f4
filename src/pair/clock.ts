import type { ClockEstimate } from '../model/pair.ts';
import { MAX_CLOCK_SAMPLES } from './limits.ts';

/** Parts that the time is cut into; each gives one point of the line. */
const BINS = 16;
/** A line needs that many points over that long a time. */
const MIN_POINTS = 4;
const MIN_SPAN_NS = 5e9;
/** A slope must lift the clock this many times the scatter of the points to be believed. */
const MIN_SIGNAL = 3;
/** Where in its part of the time an extreme lies depends on the drift: with it taken out the line is found anew. */
const ROUNDS = 4;
const PPM = 1e6;

/**
 * Clock of B against clock of A from packets that passed both. One way every packet shows at least
 * offset + transit, the other way at most offset − transit, so the smallest of one and the largest of the other enclose
 * the offset; the middle is right when both ways take the same time, and half of the distance is how wrong it can be.
 * Queues only add delay, which is why extremes are used and no means. Drift is the slope of those extremes over time.
 */
export class ClockSamples {
  readonly #atNs: number[] = [];
  readonly #differenceNs: number[] = [];
  readonly #isForward: boolean[] = [];

  /** `differenceNs`: time at B minus time at A. Forward: it passed A first. */
  add(atNs: number, differenceNs: number, isForward: boolean): void {
    if (this.#atNs.length >= MAX_CLOCK_SAMPLES) return;
    this.#atNs.push(atNs);
    this.#differenceNs.push(differenceNs);
    this.#isForward.push(isForward);
  }

  estimate(): ClockEstimate {
    const samples = this.#atNs.length;
    if (samples === 0) return { offsetNs: null, uncertaintyNs: null, driftPpm: null, atNs: 0, samples };
    const atNs = this.#atNs.reduce((least, at) => Math.min(least, at), Number.POSITIVE_INFINITY);
    const lastNs = this.#atNs.reduce((most, at) => Math.max(most, at), Number.NEGATIVE_INFINITY);
    const slope = this.#slope(atNs, lastNs);
    const { forward, backward } = this.#extremes(atNs, lastNs, 1, slope ?? 0)[0]!;
    const driftPpm = slope === null ? null : slope * PPM;
    if (forward === null || backward === null) {
      return { offsetNs: forward ?? backward, uncertaintyNs: null, driftPpm, atNs, samples };
    }
    // Negative where a clock was set in between: then the distance is what the estimate may be off.
    const uncertaintyNs = Math.abs(forward - backward) / 2;
    return { offsetNs: (forward + backward) / 2, uncertaintyNs, driftPpm, atNs, samples };
  }

  /** Nanoseconds a nanosecond; null when there is no telling. */
  #slope(firstNs: number, lastNs: number): number | null {
    if (lastNs - firstNs < MIN_SPAN_NS) return null;
    let slope = 0;
    let scatter = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const points = this.#points(firstNs, lastNs, slope);
      if (points.length < MIN_POINTS) return null;
      const rest = medianSlope(points);
      slope += rest;
      const residuals = points.map(({ x, y }) => y - rest * x);
      const centre = median(residuals);
      scatter = median(residuals.map((each) => Math.abs(each - centre)));
    }
    return Math.abs(slope) * (lastNs - firstNs) > MIN_SIGNAL * scatter ? slope : null;
  }

  /** Middle of the extremes in each part of the time, with `slope` taken out. */
  #points(firstNs: number, lastNs: number, slope: number): Point[] {
    const points: Point[] = [];
    for (const { forward, backward, atNs } of this.#extremes(firstNs, lastNs, BINS, slope)) {
      if (forward !== null && backward !== null)
        points.push({ x: atNs - firstNs, y: (forward + backward) / 2 });
    }
    return points;
  }

  /** Smallest forward and largest backward difference in each part of the time, with `slope` taken out. */
  #extremes(firstNs: number, lastNs: number, bins: number, slope: number): Extremes[] {
    const widthNs = (lastNs - firstNs) / bins || 1;
    const found: Extremes[] = Array.from({ length: bins }, (_, bin) => ({
      atNs: firstNs + (bin + 0.5) * widthNs,
      forward: null,
      backward: null,
    }));
    for (let place = 0; place < this.#atNs.length; place++) {
      const sinceNs = this.#atNs[place]! - firstNs;
      const bin = found[Math.min(bins - 1, Math.floor(sinceNs / widthNs))]!;
      const difference = this.#differenceNs[place]! - slope * sinceNs;
      if (this.#isForward[place] === true) bin.forward = Math.min(bin.forward ?? difference, difference);
      else bin.backward = Math.max(bin.backward ?? difference, difference);
    }
    return found;
  }
}

interface Extremes {
  readonly atNs: number;
  forward: number | null;
  backward: number | null;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Theil–Sen: the median of the slopes between all points, which a few bad points do not move. */
function medianSlope(points: readonly Point[]): number {
  const slopes: number[] = [];
  points.forEach((one, place) => {
    for (const other of points.slice(place + 1)) slopes.push((other.y - one.y) / (other.x - one.x));
  });
  return median(slopes);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}
