import { PlainExchanges } from '../http/plain-exchanges.ts';
import type { AppSnapshot } from '../model/app.ts';
import type { ResponseSink } from '../model/responses.ts';
import type { LandmarkSink, StreamSink } from '../model/stream.ts';
import { ConnectionApp, SILENT_APP } from './connection-app.ts';

const MAX_SPARE = 4_096;

/** Streams → application state, one {@link ConnectionApp} for each connection that has sent anything. */
export class ApplicationStage implements StreamSink {
  readonly #connections: (ConnectionApp | undefined)[] = [];
  /** Released ones, to be used again: parsers cost more to make than to clear. */
  readonly #spare: ConnectionApp[] = [];
  readonly plain: PlainExchanges;
  /** The connection whose octets come again, and how many of its responses have been told already. */
  #repeated = -1;
  #told = 0;
  readonly #landmarks: LandmarkSink | null;
  readonly #responses: ResponseSink | null;

  constructor(landmarks: LandmarkSink | null, responses: ResponseSink | null = null) {
    this.#landmarks = landmarks;
    this.#responses = responses;
    this.plain = new PlainExchanges(responses, (row, told) => {
      this.#repeated = row;
      this.#told = told;
    });
  }

  data(
    half: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    missing: number,
    streamOffset: number,
    frameNumber: number,
    timeNs: number,
  ): void {
    this.#connectionOf(half).data(half, bytes, start, end, missing, streamOffset, frameNumber, timeNs);
  }

  gap(half: number, length: number, _streamOffset: number, timeNs: number): void {
    this.#connectionOf(half).gap(half, length, timeNs);
  }

  fin(half: number, timeNs: number): void {
    this.#connections[half >> 1]?.fin(half, timeNs);
  }

  snapshot(row: number): AppSnapshot {
    return this.#connections[row]?.snapshot() ?? SILENT_APP;
  }

  release(row: number): void {
    const app = this.#connections[row];
    if (app === undefined) return;
    this.#connections[row] = undefined;
    if (this.#spare.length < MAX_SPARE) this.#spare.push(app);
  }

  isAtRest(row: number): boolean {
    return this.#connections[row]?.isAtRest ?? false;
  }

  requestsBegun(row: number): number {
    return this.#connections[row]?.requestsBegun ?? 0;
  }

  #connectionOf(half: number): ConnectionApp {
    const row = half >> 1;
    const known = this.#connections[row];
    if (known !== undefined) return known;
    const app = this.#spare.pop() ?? new ConnectionApp(this.#landmarks, this.#responses);
    app.reset(half & ~1, row === this.#repeated ? this.#told : 0);
    this.#repeated = -1;
    this.#connections[row] = app;
    return app;
  }
}
