/** Steps of a tenth: a percentile is right to 5 %. */
const STEP = Math.log(1.1);
/** 1.1^400 is far beyond any duration in nanoseconds. */
const STEPS = 400;

/** Percentiles of positive numbers without keeping them. */
export class Distribution {
  readonly #steps = new Uint32Array(STEPS);
  count = 0;
  sum = 0;
  min = Number.POSITIVE_INFINITY;
  max = 0;
  /** Connection that has the largest value. */
  maxId = -1;

  add(value: number, connectionId: number): void {
    if (!(value >= 0)) return;
    this.count++;
    this.sum += value;
    if (value < this.min) this.min = value;
    if (value > this.max || this.maxId < 0) {
      this.max = value;
      this.maxId = connectionId;
    }
    const step = value < 1 ? 0 : Math.min(STEPS - 1, Math.round(Math.log(value) / STEP));
    this.#steps[step] = (this.#steps[step] ?? 0) + 1;
  }

  /** The value that a share of `part` (0–1) does not exceed; null without values. */
  percentile(part: number): number | null {
    if (this.count === 0) return null;
    let left = Math.ceil(part * this.count);
    for (let step = 0; step < STEPS; step++) {
      left -= this.#steps[step] ?? 0;
      if (left <= 0) return Math.min(this.max, Math.max(this.min, step === 0 ? 0 : Math.exp(step * STEP)));
    }
    return this.max;
  }
}
