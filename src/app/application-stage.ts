import type { AppSnapshot } from '../model/app.ts';
import type { LandmarkSink, StreamSink } from '../model/stream.ts';
import { ConnectionApp, SILENT_APP } from './connection-app.ts';

/** Streams → application state, one {@link ConnectionApp} for each connection that has sent anything. */
export class ApplicationStage implements StreamSink {
  readonly #connections: (ConnectionApp | undefined)[] = [];
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
    this.#connections[row] = undefined;
  }

  #connectionOf(half: number): ConnectionApp {
    const row = half >> 1;
    const known = this.#connections[row];
    if (known !== undefined) return known;
    const app = new ConnectionApp(half & ~1, this.#landmarks);
    this.#connections[row] = app;
    return app;
  }
}
