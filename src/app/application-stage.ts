import type { AppSnapshot } from '../model/app.ts';
import type { LandmarkSink, StreamSink } from '../model/stream.ts';
import { ConnectionApp, SILENT_APP } from './connection-app.ts';

const MAX_SPARE = 4_096;

/** Streams → application state, one {@link ConnectionApp} for each connection that has sent anything. */
export class ApplicationStage implements StreamSink {
  readonly #connections: (ConnectionApp | undefined)[] = [];
  /** Released ones, to be used again: parsers cost more to make than to clear. */
  readonly #spare: ConnectionApp[] = [];
  readonly #landmarks: LandmarkSink | null;

  constructor(landmarks: LandmarkSink | null) {
    this.#landmarks = landmarks;
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
    const app = this.#spare.pop() ?? new ConnectionApp(this.#landmarks);
    app.reset(half & ~1);
    this.#connections[row] = app;
    return app;
  }
}
