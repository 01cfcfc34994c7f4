/** Rows in order of time, first in, first out: a ring that doubles. */
export class LingerQueue {
  #rows = new Int32Array(1024);
  #frames = new Int32Array(1024);
  #timesNs = new Float64Array(1024);
  #head = 0;
  length = 0;

  /** When and at which frame the first one was put in. Only valid while `length > 0`. */
  get firstNs(): number {
    return this.#timesNs[this.#head]!;
  }
  get firstFrame(): number {
    return this.#frames[this.#head]!;
  }

  /** `timeNs` must not be less than that of the one before. */
  push(row: number, timeNs: number, frame: number): void {
    if (this.length === this.#rows.length) this.#grow();
    const place = (this.#head + this.length) & (this.#rows.length - 1);
    this.#rows[place] = row;
    this.#frames[place] = frame;
    this.#timesNs[place] = timeNs;
    this.length++;
  }

  shift(): number {
    const row = this.#rows[this.#head]!;
    this.#head = (this.#head + 1) & (this.#rows.length - 1);
    this.length--;
    return row;
  }

  #grow(): void {
    const size = this.#rows.length;
    const rows = new Int32Array(2 * size);
    const frames = new Int32Array(2 * size);
    const timesNs = new Float64Array(2 * size);
    for (let k = 0; k < this.length; k++) {
      const place = (this.#head + k) & (size - 1);
      rows[k] = this.#rows[place]!;
      frames[k] = this.#frames[place]!;
      timesNs[k] = this.#timesNs[place]!;
    }
    this.#rows = rows;
    this.#frames = frames;
    this.#timesNs = timesNs;
    this.#head = 0;
  }
}
