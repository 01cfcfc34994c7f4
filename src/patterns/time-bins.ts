/** Bins over the whole capture, however long it is. */
const BINS = 4096;
/** About a millisecond to begin with; doubled whenever the capture outgrows the bins. */
const FIRST_WIDTH_NS = 2 ** 20;
/** The bins begin so long before the first response was complete: it and those beside it had begun before. */
const FIRST_LEAD_NS = 1e9;

/** What happened when: the capture's time in equal bins. Times before the first bin count as within it. */
export class TimeBins {
  /** Responses that were completed. */
  readonly completed = new Float64Array(BINS);
  /** The same responses, when their requests had come. */
  readonly asked = new Float64Array(BINS);
  /** Exchanges under way, averaged over the bin, is the running sum of `#steps` plus `#parts`. */
  readonly #parts = new Float64Array(BINS);
  readonly #steps = new Float64Array(BINS + 1);
  widthNs = FIRST_WIDTH_NS;
  #binsPerNs = 1 / FIRST_WIDTH_NS;
  #startNs = Number.NaN;
  #used = 0;

  get startNs(): number {
    return this.#startNs;
  }

  /** Bins in use: those behind hold nothing. */
  get length(): number {
    return this.#used;
  }

  /** An exchange was under way from then to then, when its response was complete. */
  complete(fromNs: number, toNs: number): void {
    const last = this.place(toNs);
    this.completed[last]!++;
    const from = (fromNs - this.#startNs) * this.#binsPerNs;
    const to = (toNs - this.#startNs) * this.#binsPerNs;
    if (!(to > from) || from < 0) return;
    const first = Math.floor(from);
    this.asked[first]!++;
    const parts = this.#parts;
    if (first >= last) {
      parts[first]! += to - from;
      return;
    }
    parts[first]! += first + 1 - from;
    this.#steps[first + 1]!++;
    this.#steps[last]!--;
    parts[last]! += to - last;
  }

  /** The bin of a time. */
  place(timeNs: number): number {
    if (Number.isNaN(this.#startNs)) this.#startNs = timeNs - FIRST_LEAD_NS;
    let place = Math.floor((timeNs - this.#startNs) * this.#binsPerNs);
    if (place < 0) return 0;
    while (place >= BINS) {
      this.#fold();
      place = Math.floor((timeNs - this.#startNs) * this.#binsPerNs);
    }
    if (place >= this.#used) this.#used = place + 1;
    return place;
  }

  /** Exchanges under way in each bin in use, on average over the bin. */
  load(): Float64Array {
    const load = new Float64Array(this.#used);
    let level = 0;
    for (let bin = 0; bin < this.#used; bin++) {
      level += this.#steps[bin]!;
      load[bin] = Math.max(0, level + this.#parts[bin]!);
    }
    return load;
  }

  /** Two bins become one. */
  #fold(): void {
    const load = this.load();
    for (let bin = 0; bin < BINS / 2; bin++) {
      this.completed[bin] = this.completed[2 * bin]! + this.completed[2 * bin + 1]!;
      this.asked[bin] = this.asked[2 * bin]! + this.asked[2 * bin + 1]!;
      this.#parts[bin] = ((load[2 * bin] ?? 0) + (load[2 * bin + 1] ?? 0)) / 2;
    }
    this.completed.fill(0, BINS / 2);
    this.asked.fill(0, BINS / 2);
    this.#parts.fill(0, BINS / 2);
    this.#steps.fill(0);
    this.widthNs *= 2;
    this.#binsPerNs = 1 / this.widthNs;
    this.#used = Math.ceil(this.#used / 2);
  }
}
