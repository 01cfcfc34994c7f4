import type { ConnectionRow } from './connection-row.ts';
import { isHalfOpen, ROW_FREE } from './row-bits.ts';

/** Connections chosen at a time: looking through the table then costs each of them next to nothing. */
const MAX_CHOSEN = 4_096;

interface Candidate {
  readonly index: number;
  readonly firstFrame: number;
  readonly isHalfOpen: boolean;
  readonly lastNs: number;
}

/**
 * Who makes room when the table is full: half-open connections first, those before the others that have been silent
 * longest. Which those are depends on the connections alone, not on the rows they lie in.
 */
export class Eviction {
  #chosen: Candidate[] = [];
  #at = 0;

  /** The row of the next one among `rows` rows, looked at with the view `row`; −1 if there is none. */
  next(row: ConnectionRow, rows: number): number {
    for (let round = 0; round < 2; round++) {
      while (this.#at < this.#chosen.length) {
        const chosen = this.#chosen[this.#at++]!;
        row.move(chosen.index);
        const isSame = row.firstFrame === chosen.firstFrame && !row.has(ROW_FREE);
        if (isSame && isHalfOpen(row) === chosen.isHalfOpen) return chosen.index;
      }
      this.#choose(row, rows);
    }
    return -1;
  }

  #choose(row: ConnectionRow, rows: number): void {
    const found: Candidate[] = [];
    for (let index = 1; index < rows; index++) {
      row.move(index);
      if (row.has(ROW_FREE)) continue;
      found.push({ index, firstFrame: row.firstFrame, isHalfOpen: isHalfOpen(row), lastNs: row.lastNs });
    }
    found.sort(byMerit);
    this.#chosen = found.slice(0, MAX_CHOSEN);
    this.#at = 0;
  }
}

function byMerit(a: Candidate, b: Candidate): number {
  if (a.isHalfOpen !== b.isHalfOpen) return a.isHalfOpen ? -1 : 1;
  return a.lastNs - b.lastNs || a.firstFrame - b.firstFrame;
}
