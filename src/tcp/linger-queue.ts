/** Rows in order of time, first in, first out: a ring that doubles. */
export class LingerQueue {
  #rows = new Int32Array(1024);
  #timesNs = new Float64Array(1024);
  #head = 0;
  length = 0;

  /** When the first one was put in. Only valid while `length > 0`. */
  get firstNs(): number {
    return this.#timesNs[this.#head]!;
  }

  push(row: number, timeNs: number): void {
    if (this.length === this.#rows.length) this.#grow();
    const place = (this.#head + this.length) & (this.#rows.length - 1);
    this.#rows[place] = row;
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
    const timesNs = new Float64Array(2 * size);
    for (let k = 0; k < this.length; k++) {
      rows[k] = this.#rows[(this.#head + k) & (size - 1)]!;
      timesNs[k] = this.#timesNs[(this.#head + k) & (size - 1)]!;
    }
    this.#rows = rows;
    this.#timesNs = timesNs;
    this.#head = 0;
  }
}
