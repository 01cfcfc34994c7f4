import type { Side } from '../model/facts.ts';
import type { CaptureLetter, ClockEstimate } from '../model/pair.ts';
import { RST } from '../model/segment.ts';
import type { TransitRule } from './alignment.ts';
import type { Packet } from './packet.ts';

/** Longer than this no queue holds a packet (RFC 9293 §3.4.2 allows two minutes, which nothing uses). */
const MAX_TRANSIT_NS = 20e9;
/** Multi-queue captures order packets this badly. */
const REORDER_NS = 3e6;
/** For a reset, whose copies may differ in nothing, only what clocks that were just compared are off by. */
const RESET_SLACK_NS = 0.3e6;

/** Puts times of B on A's clock, and knows how long packets take from one capture to the other. */
export class Transit implements TransitRule {
  readonly #clock: ClockEstimate;
  readonly #nearClient: CaptureLetter | null;

  constructor(clock: ClockEstimate, nearClient: CaptureLetter | null) {
    this.#clock = clock;
    this.#nearClient = nearClient;
  }

  /** A time of B on A's clock. */
  onClockOfA(timeNs: number): number {
    const { offsetNs, driftPpm, atNs } = this.#clock;
    if (offsetNs === null) return timeNs;
    const slope = (driftPpm ?? 0) / 1e6;
    return (timeNs - offsetNs + slope * atNs) / (1 + slope);
  }

  /** A time on A's clock, as B would have stamped it. */
  onClockOfB(timeNs: number): number {
    const { offsetNs, driftPpm, atNs } = this.#clock;
    return offsetNs === null ? timeNs : timeNs + offsetNs + ((driftPpm ?? 0) / 1e6) * (timeNs - atNs);
  }

  transitNs(a: Packet, b: Packet): number {
    const difference = this.onClockOfA(b.timeNs) - a.timeNs;
    return this.nearTo(a.from) === 'b' ? -difference : difference;
  }

  isPossible(a: Packet, b: Packet): boolean {
    if (this.#clock.offsetNs === null) return true;
    const transit = this.transitNs(a, b);
    if (this.#nearClient === null) return Math.abs(transit) <= MAX_TRANSIT_NS;
    const slack = (a.flags & RST) !== 0 ? RESET_SLACK_NS : REORDER_NS;
    return transit >= -slack && transit <= MAX_TRANSIT_NS;
  }

  /** The capture that a side's packets pass first; null when that is not known. */
  nearTo(side: Side): CaptureLetter | null {
    if (this.#nearClient === null) return null;
    return (side === 'client') === (this.#nearClient === 'a') ? 'a' : 'b';
  }
}
