import type { ConnectionTimeline, TimelineLandmark, TimelineRow, TimelineSink } from '../model/timeline.ts';

/** Rows kept for one connection: beyond this nobody reads, and its beginning and its end are what tells. */
const MAX_ROWS = 20_000;
/** Rows kept over all connections (some 100 octets each) when everything must be recorded in one pass. */
const MAX_TOTAL_ROWS = 500_000;

/**
 * Records the ladders of the connections it is told to. Of a long one it keeps the first half of the limit and,
 * in a ring, the latest half, so that the end is always there.
 */
export class TimelineRecorder implements TimelineSink {
  readonly #wanted: (connectionId: number) => boolean;
  readonly #rowLimit: number;
  readonly #totalLimit: number;
  readonly #recordings = new Map<number, Recording>();
  #totalRows = 0;
  /** Connections that were wanted but not recorded because the total limit was reached. */
  readonly refused = new Set<number>();

  constructor(
    wanted: (connectionId: number) => boolean,
    rowLimit: number = MAX_ROWS,
    totalLimit: number = MAX_TOTAL_ROWS,
  ) {
    this.#wanted = wanted;
    this.#rowLimit = rowLimit;
    this.#totalLimit = totalLimit;
  }

  wants(connectionId: number): boolean {
    if (!this.#wanted(connectionId)) return false;
    if (this.#recordings.has(connectionId)) return true;
    if (this.#totalRows < this.#totalLimit) return true;
    if (this.refused.size < MAX_REFUSED) this.refused.add(connectionId);
    return false;
  }

  segment(connectionId: number, row: TimelineRow): void {
    const recording = this.#recordingOf(connectionId);
    const before = recording.rows.length;
    // Once the total is used up a recording no longer grows: its ring stays as long as it is.
    const limit = this.#totalRows < this.#totalLimit ? this.#rowLimit : Math.min(this.#rowLimit, before);
    recording.rows.push({ ...row }, limit);
    this.#totalRows += recording.rows.length - before;
  }

  landmark(connectionId: number, landmark: TimelineLandmark): void {
    this.#recordingOf(connectionId).landmarks.push({ ...landmark }, this.#rowLimit);
  }

  /** The recording of a connection, which is then forgotten: empty when there is none. */
  take(connectionId: number): ConnectionTimeline {
    const recording = this.#recordings.get(connectionId) ?? new Recording(this.#rowLimit);
    this.#recordings.delete(connectionId);
    this.#totalRows -= recording.rows.length;
    return {
      id: connectionId,
      rows: recording.rows.toArray(),
      landmarks: recording.landmarks.toArray(),
      omitted: recording.rows.omitted,
    };
  }

  #recordingOf(connectionId: number): Recording {
    let recording = this.#recordings.get(connectionId);
    if (recording === undefined) {
      recording = new Recording(this.#rowLimit);
      this.#recordings.set(connectionId, recording);
    }
    return recording;
  }
}

/** Enough to say "and N were not recorded" without keeping every id of a large capture. */
const MAX_REFUSED = 100_000;

class Recording {
  readonly rows: HeadAndTail<TimelineRow>;
  readonly landmarks: HeadAndTail<TimelineLandmark>;

  constructor(limit: number) {
    this.rows = new HeadAndTail(Math.ceil(limit / 2));
    this.landmarks = new HeadAndTail(Math.ceil(limit / 2));
  }
}

/** A list that drops from its middle. */
class HeadAndTail<T> {
  readonly #headLimit: number;
  readonly #head: T[] = [];
  readonly #ring: T[] = [];
  /** Where the oldest entry of the full ring lies. */
  #oldest = 0;
  omitted = 0;

  constructor(headLimit: number) {
    this.#headLimit = headLimit;
  }

  get length(): number {
    return this.#head.length + this.#ring.length;
  }

  /** Adds an entry; when the list holds `limit` already, the oldest of the tail goes. */
  push(entry: T, limit: number): void {
    if (this.#head.length < this.#headLimit && this.length < limit) {
      this.#head.push(entry);
      return;
    }
    if (this.length < limit && this.omitted === 0) {
      this.#ring.push(entry);
      return;
    }
    this.omitted++;
    if (this.#ring.length === 0) return;
    this.#ring[this.#oldest] = entry;
    this.#oldest = (this.#oldest + 1) % this.#ring.length;
  }

  toArray(): T[] {
    return [...this.#head, ...this.#ring.slice(this.#oldest), ...this.#ring.slice(0, this.#oldest)];
  }
}
