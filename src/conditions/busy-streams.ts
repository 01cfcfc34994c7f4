import type { AppSnapshot } from '../model/app.ts';
import type { StreamSink } from '../model/stream.ts';

/**
 * Stands in front of the application stage and counts the connections that are busy: an HTTP/1 request of theirs is
 * not completely answered. What is encrypted, tunnelled or HTTP/2 does not show it.
 */
export class BusyStreams implements StreamSink {
  readonly #inner: StreamSink;
  readonly #idOf: (row: number) => number;
  readonly #ids = new Set<number>();
  /** Connections that speak something else, or are over: not to be asked again. */
  readonly #others = new Set<number>();
  peak = 0;
  /** It must see every connection. */
  readonly plain = null;

  constructor(inner: StreamSink, idOf: (row: number) => number) {
    this.#inner = inner;
    this.#idOf = idOf;
  }

  get busy(): number {
    return this.#ids.size;
  }

  /** The connection is over: it is not busy, and will not be. */
  drop(connectionId: number): void {
    if (this.#ids.delete(connectionId)) this.#others.add(connectionId);
  }

  isBusy(connectionId: number): boolean {
    return this.#ids.has(connectionId);
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
    this.#inner.data(half, bytes, start, end, missing, streamOffset, frameNumber, timeNs);
    this.#note(half >> 1);
  }

  gap(half: number, length: number, streamOffset: number, timeNs: number): void {
    this.#inner.gap(half, length, streamOffset, timeNs);
    this.#note(half >> 1);
  }

  fin(half: number, timeNs: number): void {
    this.#inner.fin(half, timeNs);
    const row = half >> 1;
    const id = this.#idOf(row);
    // Nothing more comes from a server that has sent a FIN; a client may still be waiting.
    if (this.#ids.has(id) && this.#inner.snapshot(row).clientHalf !== (half & 1)) this.drop(id);
    else this.#note(row);
  }

  snapshot(row: number): AppSnapshot {
    return this.#inner.snapshot(row);
  }

  isAtRest(row: number): boolean {
    return this.#inner.isAtRest(row);
  }

  requestsBegun(row: number): number {
    return this.#inner.requestsBegun(row);
  }

  release(row: number): void {
    const id = this.#idOf(row);
    this.#ids.delete(id);
    this.#others.delete(id);
    this.#inner.release(row);
  }

  #note(row: number): void {
    const isOpen = this.#inner.requestsBegun(row) > 0 && !this.#inner.isAtRest(row);
    const id = this.#idOf(row);
    if (isOpen === this.#ids.has(id)) return;
    if (!isOpen) {
      this.#ids.delete(id);
      return;
    }
    if (this.#others.has(id)) return;
    const { protocol, phase } = this.#inner.snapshot(row);
    if (protocol !== 'http/1' || phase === 'tunnel') {
      this.#others.add(id);
      return;
    }
    this.#ids.add(id);
    if (this.#ids.size > this.peak) this.peak = this.#ids.size;
  }
}
