/** Beyond this the wall clock was stepped (settimeofday, NTP) and is followed; below, it is the reading that is coarse. */
const STEP_MS = 50;
/** How often the wall clock is looked at. */
const CHECK_MS = 1_000;
const US_PER_MS = 1_000;

/**
 * Wall time with microseconds, never backwards unless the wall clock itself was set back: the monotonic clock, put in
 * its place by the wall clock.
 */
export class UserClock {
  readonly #wall: () => number;
  readonly #steady: () => number;
  #offsetMs: number;
  #checkedMs: number;

  /**
   * `wall` and `steady` give milliseconds; `originMs` is the wall time at which `steady` was 0, as finely as it is known
   * (wall clocks that are read as whole milliseconds lie half of one back).
   */
  constructor(wall: () => number, steady: () => number, originMs: number) {
    this.#wall = wall;
    this.#steady = steady;
    this.#checkedMs = steady();
    this.#offsetMs = originMs;
  }

  /** Microseconds since 1970. */
  nowUs(): number {
    const steadyMs = this.#steady();
    if (steadyMs - this.#checkedMs > CHECK_MS) {
      this.#checkedMs = steadyMs;
      const offsetMs = this.#wall() - steadyMs;
      if (Math.abs(offsetMs - this.#offsetMs) > STEP_MS) this.#offsetMs = offsetMs;
    }
    return (steadyMs + this.#offsetMs) * US_PER_MS;
  }
}
