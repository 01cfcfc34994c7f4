import type { SeenConnection } from '../model/explanation.ts';
import type { LogEvent } from '../model/log-event.ts';
import { type Clocks, clockOf } from './clocks.ts';
import { MAX_ALIKE } from './limits.ts';
import { captureSeconds, loggedSeconds } from './moment.ts';

/** Picks, of connections that a line names equally well, those worth a closer look; null: too many, and nothing tells them apart. */
export type Pick = (connections: readonly SeenConnection[]) => readonly SeenConnection[] | null;

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

  constructor(clocks: Clocks, epochNs: bigint) {
    this.#clocks = clocks;
    this.#epochSeconds = captureSeconds(epochNs, 0);
  }

  /** For the lines of one event. */
  pickFor(event: LogEvent): Pick {
    return (connections) =>
      connections.length <= MAX_ALIKE ? connections : this.#nearest(connections, event);
  }

  #nearest(connections: readonly SeenConnection[], event: LogEvent): readonly SeenConnection[] | null {
    const logged = loggedSeconds(event);
    const { isSettled, offsetSeconds } = clockOf(event, this.#clocks);
    if (logged === null || offsetSeconds === null || !isSettled) return null;
    const isStart = event.moment === 'start' || event.moment === 'head';
    const order = this.#orderOf(connections, isStart);
    const at = placeOf((logged - offsetSeconds - this.#epochSeconds) * 1e9, order.momentsNs);
    const first = Math.max(0, at - MAX_ALIKE / 2);
    return order.connections.slice(first, first + MAX_ALIKE);
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

/** Place of the first moment that is not before `ns`. */
function placeOf(ns: number, momentsNs: Float64Array): number {
  let low = 0;
  let high = momentsNs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (momentsNs[middle]! < ns) low = middle + 1;
    else high = middle;
  }
  return low;
}
