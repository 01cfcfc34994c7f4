import type { ConnectionRow } from './connection-row.ts';
import { IDLE_HALF_OPEN_NS, IDLE_NS } from './limits.ts';
import { ROW_CLOSED, ROW_DATA, ROW_FREE, ROW_SYN_ACK } from './row-bits.ts';

/** Rows looked at in search of a half-open one when the table is full. */
const EVICTION_STEPS = 4_096;

/** Goes around the table of connections like the hand of a clock, and finds those that were silent too long. */
export class IdleHand {
  #at = 0;

  /** Looks at the next of `rows` rows, with the view `row`: its number when it is idle, else −1. */
  findIdle(row: ConnectionRow, rows: number, nowNs: number): number {
    this.#move(row, rows);
    if (row.has(ROW_FREE | ROW_CLOSED) || row.segments === 0) return -1;
    const limitNs = isHalfOpen(row) ? IDLE_HALF_OPEN_NS : IDLE_NS;
    return nowNs - row.lastNs > limitNs ? this.#at : -1;
  }

  /** Who makes room: the first half-open connection found, else the one that was silent longest; −1 if there is none. */
  findOldest(row: ConnectionRow, rows: number): number {
    let oldest = -1;
    let oldestNs = Number.POSITIVE_INFINITY;
    for (let step = 0; step < EVICTION_STEPS; step++) {
      this.#move(row, rows);
      if (row.has(ROW_FREE) || row.segments === 0) continue;
      if (isHalfOpen(row)) return this.#at;
      if (row.lastNs >= oldestNs) continue;
      oldest = this.#at;
      oldestNs = row.lastNs;
    }
    return oldest;
  }

  #move(row: ConnectionRow, rows: number): void {
    this.#at = this.#at + 1 < rows ? this.#at + 1 : 0;
    row.move(this.#at);
  }
}

function isHalfOpen(row: ConnectionRow): boolean {
  return !row.has(ROW_SYN_ACK | ROW_DATA);
}
