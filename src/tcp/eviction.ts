import type { ConnectionRow } from './connection-row.ts';
import { MAX_CONNECTIONS } from './limits.ts';
import { isHalfOpen, ROW_FREE } from './row-bits.ts';
import { SHARDS } from './shards.ts';

/** Connections chosen at a time: looking through those of the shard then costs each of them next to nothing. */
const MAX_CHOSEN = 4_096;
/** Connections of a shard that have begun since they were last gone through, and those there were then. */
const MAX_LISTED = 2 * MAX_CONNECTIONS;

/** Those of one shard. A row may have gone to another connection since, so each stands with its first frame. */
class Shard {
  /** All that are there, in the order in which they began as far as it was seen; some that are gone. */
  readonly rows = new Int32Array(MAX_LISTED);
  readonly firstFrames = new Int32Array(MAX_LISTED);
  length = 0;
  /** Places in the list of those chosen to go, the next one last; below `halfOpenFrom` they were not half open. */
  readonly chosen: Int32Array = new Int32Array(MAX_CHOSEN);
  left = 0;
  halfOpenFrom = 0;
}

/**
 * Who makes room when a shard is full: half-open connections first, those before the others that have been silent
 * longest. Which those are depends on the connections of the shard alone, not on the rows they lie in.
 *
 * Until a shard is full for the first time nothing is kept of its connections; then they are listed as they begin.
 */
export class Evictions {
  readonly #shards = new Array<Shard | null>(SHARDS).fill(null);
  readonly #shardOf: (row: ConnectionRow) => number;
  /** By place in the list, while choosing. */
  readonly #lastNs = new Float64Array(MAX_LISTED);

  constructor(shardOf: (row: ConnectionRow) => number) {
    this.#shardOf = shardOf;
  }

  /** A connection of `shard` begins in row `index`. */
  opened(shard: number, index: number, firstFrame: number): void {
    const listed = this.#shards[shard]!;
    if (listed === null) return;
    // So many since somebody last had to go: it is cheaper to look for them when it comes to that again.
    if (listed.length === MAX_LISTED) this.#shards[shard] = null;
    else append(listed, index, firstFrame);
  }

  /** The row of the next one of `shard` among `rows` rows, looked at with the view `row`; −1 if there is none. */
  next(shard: number, row: ConnectionRow, rows: number): number {
    if (this.#shards[shard] === null) this.#list(row, rows);
    const listed = this.#shards[shard]!;
    const next = take(listed, row);
    if (next >= 0) return next;
    this.#choose(listed, row);
    return take(listed, row);
  }

  /** Lists the connections of all shards that have no list: where one is full, the others soon will be. */
  #list(row: ConnectionRow, rows: number): void {
    const isNew = this.#shards.map((listed) => listed === null);
    for (let index = 1; index < rows; index++) {
      row.move(index);
      if (row.has(ROW_FREE)) continue;
      const shard = this.#shardOf(row);
      if (!isNew[shard]) continue;
      this.#shards[shard] ??= new Shard();
      append(this.#shards[shard], index, row.firstFrame);
    }
  }

  #choose(listed: Shard, row: ConnectionRow): void {
    const lastNs = this.#lastNs;
    const halfOpen: number[] = [];
    const others: number[] = [];
    let length = 0;
    for (let place = 0; place < listed.length; place++) {
      if (!moveTo(row, listed, place)) continue;
      listed.rows[length] = row.index;
      listed.firstFrames[length] = row.firstFrame;
      lastNs[length] = row.lastNs;
      (isHalfOpen(row) ? halfOpen : others).push(length++);
    }
    listed.length = length;
    this.#sort(halfOpen, listed);
    const rest = MAX_CHOSEN - halfOpen.length;
    if (rest > 0) this.#sort(others, listed);
    const order = rest > 0 ? halfOpen.concat(others.slice(0, rest)) : halfOpen.slice(0, MAX_CHOSEN);
    listed.chosen.set(order.reverse());
    listed.left = order.length;
    listed.halfOpenFrom = order.length - Math.min(halfOpen.length, MAX_CHOSEN);
  }

  /** Those of a flood are in order: then this is one look at each. */
  #sort(places: number[], { firstFrames }: Shard): void {
    const lastNs = this.#lastNs;
    places.sort((a, b) => lastNs[a]! - lastNs[b]! || firstFrames[a]! - firstFrames[b]!);
  }
}

function append(listed: Shard, index: number, firstFrame: number): void {
  listed.rows[listed.length] = index;
  listed.firstFrames[listed.length++] = firstFrame;
}

function take(listed: Shard, row: ConnectionRow): number {
  while (listed.left > 0) {
    const place = listed.chosen[--listed.left]!;
    const wasHalfOpen = listed.left >= listed.halfOpenFrom;
    if (moveTo(row, listed, place) && isHalfOpen(row) === wasHalfOpen) return row.index;
  }
  return -1;
}

/** False when the connection at this place is gone. */
function moveTo(row: ConnectionRow, listed: Shard, place: number): boolean {
  row.move(listed.rows[place]!);
  return row.firstFrame === listed.firstFrames[place]! && !row.has(ROW_FREE);
}
