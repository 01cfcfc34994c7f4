import type { ConnectionTimeline } from '../model/timeline.ts';
import type { JudgedConnection } from '../model/verdict.ts';
import type { LiveCounts } from './live-counts.ts';
import type { Selection } from './selection.ts';
import { Tally } from './tally.ts';
import type { TimeBase } from './wall-time.ts';
import { isBadEnd } from './words.ts';

/** Ended connections that the screen can still show: each holds its facts and its ladder, some 100 kB. */
const MAX_LATEST = 200;

export interface BoardEntry {
  readonly judged: JudgedConnection;
  readonly base: TimeBase;
  readonly timeline: ConnectionTimeline;
}

/** What the live screen shows: everything counted, and the latest bad ends. */
export class LiveBoard {
  readonly tally = new Tally();
  readonly #latest: BoardEntry[] = [];
  counts: LiveCounts = { frames: 0, drops: null, open: 0, memoryLen: 0 };
  /** Frames in the last second. */
  rate = 0;
  elapsedNs = 0;
  /** The last thing that the capture had to tell. */
  notice = '';

  /** `isListed`: -Y lets it through. */
  add(entry: BoardEntry, isListed: boolean): void {
    this.tally.add(entry.judged);
    if (!isListed) return;
    this.#latest.unshift(entry);
    if (this.#latest.length > MAX_LATEST) this.#latest.pop();
  }

  /** The latest first; without a filter those that did not end well. */
  latest(filter: Selection | null): BoardEntry[] {
    return this.#latest.filter(({ judged }) => (filter === null ? isBadEnd(judged.verdict) : filter(judged)));
  }
}
