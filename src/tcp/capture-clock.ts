import { LEAP_NS } from './limits.ts';

/** The latest time that the capture has come to. It never runs backwards. */
export class CaptureClock {
  nowNs = Number.NEGATIVE_INFINITY;
  /** Time of a frame that lies far ahead of all before it, until the next one confirms it. */
  #leapNs = Number.POSITIVE_INFINITY;

  /** One frame with a damaged time stamp must not end every connection: a leap counts when the next frame bears it out. */
  advance(timeNs: number): void {
    const isLeap = timeNs - this.nowNs > LEAP_NS && this.nowNs !== Number.NEGATIVE_INFINITY;
    if (isLeap && timeNs < this.#leapNs) this.#leapNs = timeNs;
    else if (isLeap) this.nowNs = this.#leapNs;
    else {
      this.#leapNs = Number.POSITIVE_INFINITY;
      if (timeNs > this.nowNs) this.nowNs = timeNs;
    }
  }
}
