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
 * Who makes room when a shard is full: half-open connections first, those before the others that have been silent
 * longest. Which those are depends on the connections of the shard alone, not on the rows they lie in.
 */
export class Evictions {
  /** By shard: those chosen and still there, the next one last. */
  readonly #chosen: Candidate[][] = [];
  readonly #shardOf: (row: ConnectionRow) => number;

  constructor(shardOf: (row: ConnectionRow) => number) {
    this.#shardOf = shardOf;
  }

  /** The row of the next one of `shard` among `rows` rows, looked at with the view `row`; −1 if there is none. */
  next(shard: number, row: ConnectionRow, rows: number): number {
    const left = this.#take(shard, row);
    if (left >= 0) return left;
    this.#chosen[shard] = this.#choose(shard, row, rows);
    return this.#take(shard, row);
  }

  #take(shard: number, row: ConnectionRow): number {
    const chosen = this.#chosen[shard];
    for (let next = chosen?.pop(); next !== undefined; next = chosen?.pop()) {
      row.move(next.index);
      const isSame = row.firstFrame === next.firstFrame && !row.has(ROW_FREE);
      if (isSame && isHalfOpen(row) === next.isHalfOpen) return next.index;
    }
    return -1;
  }

  #choose(shard: number, row: ConnectionRow, rows: number): Candidate[] {
    const found: Candidate[] = [];
    for (let index = 1; index < rows; index++) {
      row.move(index);
      if (row.has(ROW_FREE) || this.#shardOf(row) !== shard) continue;
      found.push({ index, firstFrame: row.firstFrame, isHalfOpen: isHalfOpen(row), lastNs: row.lastNs });
    }
    return found.sort(inOrder).slice(0, MAX_CHOSEN).reverse();
  }
}

function inOrder(a: Candidate, b: Candidate): number {
  if (a.isHalfOpen !== b.isHalfOpen) return a.isHalfOpen ? -1 : 1;
  return a.lastNs - b.lastNs || a.firstFrame - b.firstFrame;
}
