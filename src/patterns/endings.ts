import type { Ending } from './ending.ts';

/** Endings kept: some 8 MB, and a second of work at the end. Of more, each has the same chance to be among them. */
const MAX_KEPT = 16_384;
/** Park and Miller's generator (1988): which endings are kept is the same for each reading of a capture. */
const MULTIPLIER = 48_271;
const MODULUS = 2 ** 31 - 1;

/** The endings of a capture, or a random sample of them (reservoir sampling, Vitter 1985, algorithm R). */
export class Endings {
  readonly kept: Ending[] = [];
  total = 0;
  #random = 1;

  add(ending: Ending): void {
    this.total++;
    if (this.kept.length < MAX_KEPT) {
      this.kept.push(ending);
      return;
    }
    this.#random = (this.#random * MULTIPLIER) % MODULUS;
    const place = Math.floor((this.#random / MODULUS) * this.total);
    if (place < MAX_KEPT) this.kept[place] = ending;
  }
}
