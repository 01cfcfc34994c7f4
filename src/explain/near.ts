import type { SeenConnection, SeenExchange } from '../model/explanation.ts';
import type { LogEvent } from '../model/log-event.ts';
import { type Clocks, clockOf } from './clocks.ts';
import { MAX_ALIKE } from './limits.ts';
import { loggedSeconds } from './moment.ts';

/** Picks among what a line names equally well. */
export interface Picker {
  /** Those worth a closer look; null: too many, and nothing tells them apart. */
  connections(connections: readonly SeenConnection[]): readonly SeenConnection[] | null;
  /** The one of a connection's exchanges, in order, that the line is about. */
  exchange(exchanges: readonly SeenExchange[]): SeenExchange | undefined;
}

/** Connections by when they began or were ended. */
interface Order {
  readonly connections: readonly SeenConnection[];
  readonly momentsNs: Float64Array;
}

/** Of many connections those whose time is nearest to a line's: a busy server has a hundred thousand that the line names. */
export class Nearness {
  readonly #clocks: Clocks;
  readonly #epochSeconds: number;
  /** By list and kind of moment. The lists do not change any more. */
  readonly #byStart = new WeakMap<readonly SeenConnection[], Order>();
  readonly #byEnd = new WeakMap<readonly SeenConnection[], Order>();

  constructor(clocks: Clocks, epochSeconds: number) {
    this.#clocks = clocks;
    this.#epochSeconds = epochSeconds;
  }

  /** For the lines of one event. */
  pickerFor(event: LogEvent): Picker {
    return {
      connections: (connections) =>
        connections.length <= MAX_ALIKE ? connections : this.#nearest(connections, event),
      exchange: (exchanges) => this.#exchangeOf(event, exchanges),
    };
  }

  /** The nearest in time; the last one, where there is no time, or where it is that of the connection's end. */
  #exchangeOf(event: LogEvent, exchanges: readonly SeenExchange[]): SeenExchange | undefined {
    const last = exchanges.at(-1);
    if (exchanges.length < 2 || event.moment === 'written') return last;
    const lineNs = this.#captureNs(event);
    if (lineNs === null) return last;
    const momentOf = ({ requestNs, endNs }: SeenExchange): number =>
      isOfStart(event) ? (requestNs ?? endNs) : endNs;
    const at = placeOf(lineNs, exchanges.length, (place) => momentOf(exchanges[place]!));
    const before = exchanges[at - 1];
    const after = exchanges[at];
    if (before === undefined || after === undefined) return before ?? after;
    return lineNs - momentOf(before) < momentOf(after) - lineNs ? before : after;
  }

  /** A line's time by the capture's clock, in nanoseconds since its epoch; null when it is not known. */
  #captureNs(event: LogEvent): number | null {
    const logged = loggedSeconds(event);
    const { isSettled, offsetSeconds } = clockOf(event, this.#clocks);
    if (logged === null || offsetSeconds === null || !isSettled) return null;
    return (logged - offsetSeconds - this.#epochSeconds) * 1e9;
  }

  #nearest(connections: readonly SeenConnection[], event: LogEvent): readonly SeenConnection[] | null {
    const lineNs = this.#captureNs(event);
    if (lineNs === null) return null;
    const { connections: sorted, momentsNs } = this.#orderOf(connections, isOfStart(event));
    const at = placeOf(lineNs, momentsNs.length, (place) => momentsNs[place]!);
    const first = Math.max(0, at - MAX_ALIKE / 2);
    return sorted.slice(first, first + MAX_ALIKE);
  }

  #orderOf(connections: readonly SeenConnection[], isStart: boolean): Order {
    const known = isStart ? this.#byStart : this.#byEnd;
    let order = known.get(connections);
    if (order === undefined) {
      const momentOf = ({ startNs, killNs }: SeenConnection): number => (isStart ? startNs : killNs);
      const sorted = connections.toSorted((a, b) => momentOf(a) - momentOf(b));
      order = { connections: sorted, momentsNs: Float64Array.from(sorted, momentOf) };
      known.set(connections, order);
    }
    return order;
  }
}

function isOfStart({ moment }: LogEvent): boolean {
  return moment === 'start' || moment === 'head';
}

/** The first of `count` places, ordered by their moments, whose moment is not before `ns`. */
function placeOf(ns: number, count: number, momentOf: (place: number) => number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (momentOf(middle) < ns) low = middle + 1;
    else high = middle;
  }
  return low;
}
