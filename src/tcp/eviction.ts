import type { ConnectionRow } from './connection-row.ts';
import { MAX_CONNECTIONS } from './limits.ts';
import { isHalfOpen, ROW_FREE } from './row-bits.ts';
import { SHARDS } from './shards.ts';
import { SilenceOrder } from './silence-order.ts';

/** Connections of a shard in its lists, some of which are gone. */
const MAX_LISTED = 2 * MAX_CONNECTIONS;

/** The connections of a shard, as they stood when they were put in: each is looked at again when its turn comes. */
class Shard {
  readonly halfOpen = new SilenceOrder();
  readonly others = new SilenceOrder();
}

/**
 * Who makes room when a shard is full: half-open connections first, those before the others that have been silent
 * longest. Which those are depends on the connections of the shard alone, not on the rows they lie in.
 *
 * Until a shard is full for the first time nothing is kept of its connections; then they are listed as they begin.
 * Segments do not touch the lists: who has spoken since goes back to where it belongs when its turn comes.
 */
export class Evictions {
  readonly #shards = new Array<Shard | null>(SHARDS).fill(null);
  readonly #shardOf: (row: ConnectionRow) => number;

  constructor(shardOf: (row: ConnectionRow) => number) {
    this.#shardOf = shardOf;
  }

  /** A connection of `shard` begins in `row`. */
  opened(shard: number, row: ConnectionRow): void {
    const listed = this.#shards[shard]!;
    if (listed === null) return;
    // So many since somebody last had to go: they are listed anew when it comes to that again.
    if (listed.halfOpen.length + listed.others.length >= MAX_LISTED) this.#shards[shard] = null;
    else listed.halfOpen.push(row);
  }

  /** The row of the next one of `shard` among `rows` rows, looked at with the view `row`; −1 if there is none. */
  next(shard: number, row: ConnectionRow, rows: number): number {
    if (this.#shards[shard] === null) this.#list(row, rows);
    const { halfOpen, others } = this.#shards[shard]!;
    while (halfOpen.length > 0) {
      halfOpen.shift();
      if (!isThere(row, halfOpen)) continue;
      const isStill = isHalfOpen(row);
      if (isStill && row.lastNs === halfOpen.sinceNs) return row.index;
      (isStill ? halfOpen : others).push(row);
    }
    while (others.length > 0) {
      others.shift();
      if (!isThere(row, others)) continue;
      if (row.lastNs === others.sinceNs) return row.index;
      others.push(row);
    }
    return -1;
  }

  /** Lists the connections of all shards that have no lists: where one is full, the others soon will be. */
  #list(row: ConnectionRow, rows: number): void {
    const isNew = this.#shards.map((listed) => listed === null);
    for (let shard = 0; shard < SHARDS; shard++) this.#shards[shard] ??= new Shard();
    for (let index = 1; index < rows; index++) {
      row.move(index);
      if (row.has(ROW_FREE)) continue;
      const shard = this.#shardOf(row);
      if (!isNew[shard]) continue;
      const { halfOpen, others } = this.#shards[shard]!;
      (isHalfOpen(row) ? halfOpen : others).push(row);
    }
  }
}

/** A row may have gone to another connection since; that one has another first frame. */
function isThere(row: ConnectionRow, { row: index, firstFrame }: SilenceOrder): boolean {
  row.move(index);
  return row.firstFrame === firstFrame && !row.has(ROW_FREE);
}
