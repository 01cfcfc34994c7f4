import type { LoneSyn } from '../model/lone-syn.ts';
import type { JudgedConnection } from '../model/verdict.ts';
import { type Ending, endingLike, endingOf } from './ending.ts';

/** Endings kept: some 8 MB, and a second of work at the end. Of more, each has the same chance to be among them. */
const MAX_KEPT = 16_384;
/** Park and Miller's generator (1988): which endings are kept is the same for each reading of a capture. */
const MULTIPLIER = 48_271;
const MODULUS = 2 ** 31 - 1;

/** An ending like that of another connection: most of a flood's make room for later ones before anybody looks. */
interface Alike {
  readonly judged: JudgedConnection;
  readonly id: number;
  readonly timeNs: number;
  readonly clientIp: string;
}

/** The endings of a capture, or a random sample of them (reservoir sampling, Vitter 1985, algorithm R). */
export class Endings {
  /** By place: an Alike, or null where the place of the same number among the endings holds it. */
  readonly #alike: (Alike | null)[] = [];
  readonly #endings: Ending[] = [];
  total = 0;
  #random = 1;

  /** Its numbers are taken only if it is kept: a flood has millions. */
  add(judged: JudgedConnection): void {
    const place = this.#place();
    if (place >= MAX_KEPT) return;
    this.#endings[place] = endingOf(judged);
    this.#alike[place] = null;
  }

  /** One like `judged` with another client at another time. */
  addAlike(judged: JudgedConnection, syn: LoneSyn): void {
    const place = this.#place();
    if (place >= MAX_KEPT) return;
    this.#alike[place] = { judged, id: syn.id, timeNs: syn.timeNs, clientIp: syn.clientIp() };
  }

  get kept(): Ending[] {
    this.#alike.forEach((alike, place) => {
      if (alike === null) return;
      const { judged, id, timeNs, clientIp } = alike;
      this.#endings[place] = endingLike(endingOf(judged), id, timeNs, clientIp);
      this.#alike[place] = null;
    });
    return this.#endings;
  }

  /** Where the next one goes; beyond the last place it is not kept. */
  #place(): number {
    this.total++;
    if (this.#alike.length < MAX_KEPT) return this.#alike.length;
    this.#random = (this.#random * MULTIPLIER) % MODULUS;
    return Math.floor((this.#random / MODULUS) * this.total);
  }
}
