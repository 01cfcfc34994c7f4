import type { JoinCertainty } from '../model/explanation.ts';
import type { LogEvent } from '../model/log-event.ts';
import { type Alignment, align, LINE_ALONE } from './alignment.ts';
import type { Candidate } from './candidates.ts';
import { type Clocks, clockOf } from './clocks.ts';
import { IMPOSSIBLE, lateSeconds, timeCost } from './cost.ts';
import { MAX_ALIGNMENT_CELLS } from './limits.ts';
import { momentNs } from './moment.ts';

/** Nats by which a pairing must be better than any other of the same lines, to be likely or certain. */
const LIKELY_MARGIN = 3;
const CERTAIN_MARGIN = 8;
/** Ends so far apart are not logged in the wrong order: a program writes its line at once, or when it next writes. */
const ORDERED_NS = 50e6;
const ORDERED_WHEN_CUT_NS = 250e6;
const ORDER_NATS = 4;
/** How far the order of lines is mended. */
const PASSES = 3;
const NEIGHBOURS = 8;
/** Seconds around the lines' times in which exchanges are looked at. */
export const REACH_SECONDS = 130;

/** How many candidates so many lines can be held against. */
export function mostFor(lines: number): number {
  return Math.floor(MAX_ALIGNMENT_CELLS / (lines + 1)) - 1;
}

/** The exchange (or connection) that a line was paired with, and how much better than any other it fits. */
export interface Pairing {
  readonly found: Candidate;
  readonly cost: number;
  /** Nats by which everything would fit worse with another one for this line. */
  readonly margin: number;
  /** Others that the line could be about. */
  readonly others: number;
}

/** Lines that are alike, what they may be about, and how well each fits each. */
export class CostTable {
  readonly #lines: readonly LogEvent[];
  readonly #candidates: readonly Candidate[];
  /** When each was done with, and when it began: lines stand in the order of the one or of the other. */
  readonly #ends: Float64Array;
  readonly #starts: Float64Array;
  readonly #costs: Float64Array;
  readonly isTooMuch: boolean;

  /** `candidates`: null when they are more than {@link mostFor} so many lines. */
  constructor(
    lines: readonly LogEvent[],
    candidates: readonly Candidate[] | null,
    likeness: (event: LogEvent, found: Candidate) => number,
    clocks: Clocks,
    epochSeconds: number,
  ) {
    this.#lines = lines;
    const inReach = candidates?.filter((found) => isInReach(lines, found, clocks, epochSeconds)) ?? null;
    const all = inReach === null || inReach.length > mostFor(lines.length) ? [] : inReach;
    this.isTooMuch = inReach === null || all.length < inReach.length;
    const rows = lines.map((event) =>
      all.map(
        (found) => likeness(event, found) + timeCost(event, found, clockOf(event, clocks), epochSeconds),
      ),
    );
    const places = all.flatMap((_, place) => (rows.some((row) => row[place]! < IMPOSSIBLE) ? [place] : []));
    this.#candidates = places.map((place) => all[place]!);
    this.#costs = Float64Array.from(rows.flatMap((row) => places.map((place) => row[place]!)));
    this.#ends = Float64Array.from(this.#candidates, (found) => endOrder(lines[0]!, found));
    this.#starts = Float64Array.from(this.#candidates, (found) => startOrder(found));
  }

  /** For each line what it was paired with, or null. */
  pairings(): (Pairing | null)[] {
    const byEnd = this.#aligned(this.#ends);
    const byStart = this.#isOfStart ? this.#aligned(this.#starts) : byEnd;
    const isByStart = byStart.cost < byEnd.cost;
    const { partners } = isByStart ? byStart : byEnd;
    const moments = isByStart ? this.#starts : this.#ends;
    const lineOf = new Int32Array(this.#candidates.length).fill(-1);
    partners.forEach((place, line) => {
      if (place >= 0) lineOf[place] = line;
    });
    const filled = this.#fill(partners, lineOf);
    return this.#lines.map((_, line) => {
      const place = partners[line]!;
      if (place < 0) return null;
      return {
        found: this.#candidates[place]!,
        cost: this.#cost(line, place),
        margin: filled.has(line) ? 0 : this.#margin(line, place, lineOf, moments),
        others: this.possible(line) - 1,
      };
    });
  }

  /** Lines that the order left over, with what is left that they fit: no more than a guess. */
  #fill(partners: Int32Array, lineOf: Int32Array): ReadonlySet<number> {
    const filled = new Set<number>();
    for (let line = 0; line < partners.length; line++) {
      if (partners[line]! >= 0) continue;
      let best = -1;
      for (let place = 0; place < lineOf.length; place++) {
        if (lineOf[place]! >= 0 || this.#cost(line, place) >= LINE_ALONE) continue;
        if (best < 0 || this.#cost(line, place) < this.#cost(line, best)) best = place;
      }
      if (best < 0) continue;
      partners[line] = best;
      lineOf[best] = line;
      filled.add(line);
    }
    return filled;
  }

  get #isOfStart(): boolean {
    const moment = this.#lines[0]?.moment;
    return moment === 'start' || moment === 'head';
  }

  #aligned(moments: Float64Array): Alignment {
    const order = [...moments.keys()].sort((a, b) => moments[a]! - moments[b]!);
    const { partners, cost } = align(this.#lines.length, order.length, (line, at) =>
      this.#cost(line, order[at]!),
    );
    const own = partners.map((at) => (at < 0 ? -1 : order[at]!));
    this.#improve(own, moments);
    return { partners: own, cost };
  }

  /** Two neighbours change partners where their times and sizes say so more clearly than the order of the lines. */
  #improve(partners: Int32Array, moments: Float64Array): void {
    for (let pass = 0; pass < PASSES; pass++)
      for (let line = 0; line < partners.length; line++)
        for (let next = line + 1; next < Math.min(partners.length, line + NEIGHBOURS); next++)
          this.#swapIfBetter(partners, line, next, moments);
  }

  #swapIfBetter(partners: Int32Array, line: number, next: number, moments: Float64Array): void {
    const a = partners[line]!;
    const b = partners[next]!;
    if (a < 0 || b < 0) return;
    const now = this.#cost(line, a) + this.#cost(next, b);
    const then = this.#cost(line, b) + this.#cost(next, a);
    const isInOrder = moments[a]! <= moments[b]!;
    const price = this.#disorder(moments, a, b) * (isInOrder ? 1 : -1);
    if (then + price >= now) return;
    partners[line] = b;
    partners[next] = a;
  }

  /** Nats by which all fit ill, paired as well as can be. */
  get cost(): number {
    const byEnd = this.#aligned(this.#ends).cost;
    return this.#isOfStart ? Math.min(byEnd, this.#aligned(this.#starts).cost) : byEnd;
  }

  /** How many a line could be about. */
  possible(line: number): number {
    let count = 0;
    for (let place = 0; place < this.#candidates.length; place++)
      if (this.#cost(line, place) < IMPOSSIBLE) count++;
    return count;
  }

  #disorder(moments: Float64Array, place: number, other: number): number {
    const isWhole = (at: number): boolean => this.#candidates[at]!.exchange?.isComplete === true;
    const apart = isWhole(place) && isWhole(other) ? ORDERED_NS : ORDERED_WHEN_CUT_NS;
    return Math.abs(moments[place]! - moments[other]!) > apart ? ORDER_NATS : 0;
  }

  #cost(line: number, place: number): number {
    return this.#costs[line * this.#candidates.length + place]!;
  }

  /** With another one for this line, and the line of that one, if any, here. */
  #margin(line: number, place: number, lineOf: Int32Array, moments: Float64Array): number {
    const own = this.#cost(line, place);
    let least = IMPOSSIBLE;
    for (let other = 0; other < this.#candidates.length; other++) {
      if (other === place) continue;
      if (this.#candidates[other]!.connection === this.#candidates[place]!.connection) continue;
      const instead = this.#cost(line, other);
      if (instead === IMPOSSIBLE) continue;
      const rival = lineOf[other]!;
      // Two that change places would be logged in the wrong order.
      const swapped =
        rival < 0
          ? 0
          : this.#cost(rival, place) - this.#cost(rival, other) + this.#disorder(moments, place, other);
      least = Math.min(least, instead - own + swapped);
    }
    return least;
  }
}

/** `isTimed`: the clocks are known. `isSure`: and everything else that would let it be certain holds. */
export function certaintyOf(
  { margin, cost, others }: Pairing,
  isTimed: boolean,
  isSure: boolean,
  isOnlyLine: boolean,
): JoinCertainty {
  if (!isTimed) return others === 0 && isOnlyLine ? 'likely' : 'guess';
  if (margin < LIKELY_MARGIN || cost > 2 * LIKELY_MARGIN) return 'guess';
  return isSure && cost < LIKELY_MARGIN && margin >= CERTAIN_MARGIN ? 'certain' : 'likely';
}

function isInReach(
  lines: readonly LogEvent[],
  found: Candidate,
  clocks: Clocks,
  epochSeconds: number,
): boolean {
  const moment = momentNs(lines[0]!, found.connection, found.exchange);
  const first = lateSeconds(lines[0]!, moment, clockOf(lines[0]!, clocks), epochSeconds);
  const last = lateSeconds(lines.at(-1)!, moment, clockOf(lines.at(-1)!, clocks), epochSeconds);
  if (first === null || last === null) return true;
  return Math.min(first, last) < REACH_SECONDS && Math.max(first, last) > -REACH_SECONDS;
}

/** When a program was done with what a line is about, whatever moment the line's time is of. */
function endOrder(event: LogEvent, { connection, exchange }: Candidate): number {
  return momentNs({ ...event, moment: 'end' }, connection, exchange);
}

/** Some write a line with a response's head; and a proxy that hears of nothing writes when its server answers. */
function startOrder({ connection, exchange }: Candidate): number {
  return exchange?.requestNs ?? connection.startNs;
}
