import type { LoneSyn } from '../model/lone-syn.ts';
import type { JudgedConnection } from '../model/verdict.ts';
import { type Ending, endingLike, endingOf } from './ending.ts';

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

  /** Its numbers are taken only if it is kept: a flood has millions. */
  add(judged: JudgedConnection): void {
    const place = this.#place();
    if (place < MAX_KEPT) this.kept[place] = endingOf(judged);
  }

  /** One like `judged` with another client at another time. */
  addAlike(judged: JudgedConnection, syn: LoneSyn): void {
    const place = this.#place();
    if (place < MAX_KEPT) this.kept[place] = endingLike(endingOf(judged), syn.id, syn.timeNs, syn.clientIp());
  }

  /** Where the next one goes; beyond the last place it is not kept. */
  #place(): number {
    this.total++;
    if (this.kept.length < MAX_KEPT) return this.kept.length;
    this.#random = (this.#random * MULTIPLIER) % MODULUS;
    return Math.floor((this.#random / MODULUS) * this.total);
  }
}
