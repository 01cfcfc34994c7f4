import type { SeenConnection, SeenExchange } from '../model/explanation.ts';
import type { LogEvent } from '../model/log-event.ts';
import { type Clocks, clockOf } from './clocks.ts';
import { REACH_SECONDS } from './cost-table.ts';
import { loggedSeconds } from './moment.ts';

/** What a line can be about. */
interface Placed {
  readonly connection: SeenConnection;
  readonly exchange: SeenExchange | null;
}

/**
 * Picks out of many what some lines of a log can be about by their time. All are looked through for every few lines, so they
 * are numbers here.
 */
export class Reach<P extends Placed> {
  readonly #all: readonly P[];
  /** Seconds since 1970 between which lies the moment that a line's time is of (moment.ts). */
  readonly #from: Float64Array;
  readonly #until: Float64Array;

  /** `lines`: all that will be asked about. */
  constructor(all: readonly P[], lines: readonly LogEvent[], epochSeconds: number) {
    this.#all = all;
    this.#from = new Float64Array(all.length).fill(Number.POSITIVE_INFINITY);
    this.#until = new Float64Array(all.length).fill(Number.NEGATIVE_INFINITY);
    const moments = new Set(lines.map(({ moment }) => moment));
    for (const moment of moments)
      for (const [place, placed] of all.entries()) this.#note(place, placed, moment, epochSeconds);
  }

  #note(place: number, placed: P, moment: LogEvent['moment'], epoch: number): void {
    for (const ns of momentsNs(placed, moment)) {
      const seconds = epoch + ns / 1e9;
      this.#from[place] = Math.min(this.#from[place]!, seconds);
      this.#until[place] = Math.max(this.#until[place]!, seconds);
    }
  }

  /** What `lines`, in the order of their times, may be about, as far as it `isFree`; null when that is more than `most`. */
  of(lines: readonly LogEvent[], clocks: Clocks, most: number, isFree: (placed: P) => boolean): P[] | null {
    const first = momentOf(lines[0]!, clocks);
    const last = momentOf(lines.at(-1)!, clocks);
    const isOpen = first === null || last === null;
    const from = isOpen ? Number.NEGATIVE_INFINITY : Math.min(first, last) - REACH_SECONDS;
    const until = isOpen ? Number.POSITIVE_INFINITY : Math.max(first, last) + REACH_SECONDS;
    const found: P[] = [];
    for (let place = 0; place < this.#all.length; place++) {
      if (this.#until[place]! < from || this.#from[place]! > until) continue;
      const placed = this.#all[place]!;
      if (!isFree(placed)) continue;
      if (found.length === most) return null;
      found.push(placed);
    }
    return found;
  }
}

/** By the capture's clock; null when that is not known. */
function momentOf(event: LogEvent, clocks: Clocks): number | null {
  const logged = loggedSeconds(event);
  const { isSettled, offsetSeconds } = clockOf(event, clocks);
  return logged === null || offsetSeconds === null || !isSettled ? null : logged - offsetSeconds;
}

/** As momentNs; of a response that was cut either may be meant, which depends on the octets that a line counts. */
function momentsNs({ connection, exchange }: Placed, moment: LogEvent['moment']): readonly number[] {
  const { startNs, killNs } = connection;
  if (exchange === null) return [moment === 'start' ? startNs : killNs];
  if (moment === 'start') return [exchange.requestNs ?? startNs];
  if (moment === 'head') return [exchange.headNs ?? exchange.endNs];
  if (moment === 'written') return [killNs];
  return exchange.isComplete ? [exchange.endNs] : [exchange.headNs ?? killNs, killNs];
}
