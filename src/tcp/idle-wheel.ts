import { IDLE_HALF_OPEN_NS, IDLE_TICK_NS } from './limits.ts';

/** Ticks within which a row has its next turn: none falls idle sooner than a half-open one. */
const MAX_AHEAD = Math.floor(IDLE_HALF_OPEN_NS / IDLE_TICK_NS) + 1;
/** More than MAX_AHEAD, a power of two. */
const SLOTS = 256;
const NONE = -1;
const ABSENT = -2;
const FIRST_ROWS = 1_024;

/**
 * Whose turn it is to be looked at for idleness: a timer wheel of coarse ticks, each slot a chain of rows.
 *
 * A segment does not touch it. A row that has its turn and is not idle is put in again; a row that was freed and went to
 * another connection keeps its turn, which comes soon enough for that one too. So a connection is found idle at the
 * first frame of the tick after its limit, whatever other connections do and wherever its row lies.
 */
export class IdleWheel {
  readonly #heads = new Int32Array(SLOTS).fill(NONE);
  /** By row: the next one in its slot's chain, NONE, or ABSENT. */
  #next = new Int32Array(FIRST_ROWS).fill(ABSENT);
  /** The tick that has come. */
  #tick = 0;
  /** When the next one comes. */
  #dueNs = Number.NEGATIVE_INFINITY;
  /** Filled by {@link turn}. */
  readonly due: number[] = [];

  /** True when rows may have their turn by now: then {@link turn} comes first. */
  isDue(nowNs: number): boolean {
    return nowNs >= this.#dueNs;
  }

  /** The time has come to `nowNs`: moves the rows whose turn it is from their slots to {@link due}. */
  turn(nowNs: number): void {
    const tick = Math.floor(nowNs / IDLE_TICK_NS);
    const passed = this.#dueNs === Number.NEGATIVE_INFINITY ? 0 : Math.min(SLOTS, tick - this.#tick);
    for (let k = 1; k <= passed; k++) this.#empty(slotOf(this.#tick + k));
    this.#tick = tick;
    this.#dueNs = (tick + 1) * IDLE_TICK_NS;
  }

  /** A connection begins in `row`. */
  enter(row: number): void {
    if (row >= this.#next.length) this.#grow();
    if (this.#next[row] === ABSENT) this.#put(row, this.#tick + MAX_AHEAD);
  }

  /** `row` was due and stays: its turn comes again when its connection, silent since then, would be idle. */
  enterAgain(row: number, silentSinceNs: number, limitNs: number): void {
    const tick = Math.floor((silentSinceNs + limitNs) / IDLE_TICK_NS) + 1;
    this.#put(row, Math.min(tick, this.#tick + MAX_AHEAD));
  }

  /** Has a connection that has been silent since then been so for longer than `limitNs`, to the tick? */
  isIdle(silentSinceNs: number, limitNs: number): boolean {
    return Math.floor((silentSinceNs + limitNs) / IDLE_TICK_NS) < this.#tick;
  }

  #put(row: number, tick: number): void {
    const slot = slotOf(tick);
    this.#next[row] = this.#heads[slot]!;
    this.#heads[slot] = row;
  }

  #empty(slot: number): void {
    let row = this.#heads[slot]!;
    this.#heads[slot] = NONE;
    while (row !== NONE) {
      const next = this.#next[row]!;
      this.#next[row] = ABSENT;
      this.due.push(row);
      row = next;
    }
  }

  #grow(): void {
    const next = new Int32Array(2 * this.#next.length).fill(ABSENT);
    next.set(this.#next);
    this.#next = next;
  }
}

/** Damaged time stamps can be centuries away: more ticks than 32 bits hold. */
function slotOf(tick: number): number {
  return ((tick % SLOTS) + SLOTS) % SLOTS;
}
