import type { Http2Failure, Http2State } from '../model/app.ts';

/**
 * Walks HTTP/2 frames (RFC 9113 §4.1) of both directions without decoding headers: which streams are open, and who has
 * ended them, and which errors GOAWAY names. Enough to say whether a response was in flight, and who gave it up.
 */

const FRAME_HEADER_LEN = 9;
const TYPE_DATA = 0;
const TYPE_HEADERS = 1;
const TYPE_RST_STREAM = 3;
const TYPE_GOAWAY = 7;
/** RFC 9113 §6.8: the last stream's number and an error code, four octets each, before free text. */
const GOAWAY_LEN = 8;
const NO_ERROR = 0;
const FLAG_END_STREAM = 0x1;
/** Streams followed at once; RFC 9113 §6.5.2 recommends no limit below 100, and servers allow a few hundred. */
const MAX_STREAMS = 4_096;
/** A stream's response has begun. */
const ANSWERING = 1;

class Direction {
  readonly header = new Uint8Array(FRAME_HEADER_LEN);
  headerLen = 0;
  left = 0;
  isLost = false;
  readonly goaway = new Uint8Array(GOAWAY_LEN);
  /** Octets of a GOAWAY taken so far; −1 when the frame in hand is none. */
  goawayLen = -1;
}

export class Http2Walker {
  readonly #directions = [new Direction(), new Direction()] as const;
  readonly #streams = new Map<number, number>();
  requests = 0;
  responses = 0;
  complete = 0;
  isGoawaySeen = false;
  readonly #failures: Http2Failure[] = [];
  readonly #resets: [number, number] = [0, 0];
  /** Octets of the client's preface still to come. */
  #prefaceLeft = 24;

  /** `side` 0 = client, 1 = server. */
  data(side: 0 | 1, bytes: Uint8Array, start: number, end: number, frameNumber: number): void {
    const direction = this.#directions[side];
    let at = start;
    if (side === 0 && this.#prefaceLeft > 0) {
      const len = Math.min(this.#prefaceLeft, end - at);
      this.#prefaceLeft -= len;
      at += len;
    }
    while (at < end && !direction.isLost) {
      if (direction.left > 0) {
        const len = Math.min(direction.left, end - at);
        if (direction.goawayLen >= 0) this.#takeGoaway(side, bytes, at, at + len, frameNumber);
        direction.left -= len;
        at += len;
        continue;
      }
      direction.header[direction.headerLen++] = bytes[at++]!;
      if (direction.headerLen === FRAME_HEADER_LEN) this.#takeFrame(side, direction);
    }
  }

  gap(side: 0 | 1, length: number): void {
    const direction = this.#directions[side];
    direction.goawayLen = -1;
    if (length <= direction.left) direction.left -= length;
    else direction.isLost = true;
  }

  /** Streams opened whose response is not complete. */
  get inFlight(): number {
    return this.#streams.size;
  }

  state(): Http2State {
    const [resetByClient, resetByServer] = this.#resets;
    return { failures: [...this.#failures], resetByClient, resetByServer };
  }

  get isAnswering(): boolean {
    for (const state of this.#streams.values()) if (state === ANSWERING) return true;
    return false;
  }

  get isLost(): boolean {
    return this.#directions[0].isLost || this.#directions[1].isLost;
  }

  #takeFrame(side: 0 | 1, direction: Direction): void {
    const { header } = direction;
    direction.headerLen = 0;
    direction.left = (header[0]! << 16) | (header[1]! << 8) | header[2]!;
    const type = header[3]!;
    const flags = header[4]!;
    const stream = ((header[5]! & 0x7f) << 24) | (header[6]! << 16) | (header[7]! << 8) | header[8]!;
    direction.goawayLen = type === TYPE_GOAWAY ? 0 : -1;
    if (type === TYPE_GOAWAY) this.isGoawaySeen = true;
    else if (type === TYPE_RST_STREAM) this.#reset(side, stream);
    else if (type === TYPE_HEADERS && side === 0) this.#open(stream);
    else if (side === 1 && (type === TYPE_HEADERS || type === TYPE_DATA)) this.#answer(stream, type, flags);
  }

  #takeGoaway(side: 0 | 1, bytes: Uint8Array, start: number, end: number, frameNumber: number): void {
    const direction = this.#directions[side];
    for (let at = start; at < end && direction.goawayLen < GOAWAY_LEN; at++)
      direction.goaway[direction.goawayLen++] = bytes[at]!;
    if (direction.goawayLen < GOAWAY_LEN) return;
    direction.goawayLen = -1;
    const [, , , , a, b, c, d] = direction.goaway;
    const code = ((a! << 24) | (b! << 16) | (c! << 8) | d!) >>> 0;
    const from = side === 0 ? 'client' : 'server';
    if (code === NO_ERROR || this.#failures.some((failure) => failure.from === from)) return;
    this.#failures.push({ from, frame: frameNumber, code });
  }

  /** Of a stream that is over, RST_STREAM only says that the rest of the request is not wanted (RFC 9113 §8.1). */
  #reset(side: 0 | 1, stream: number): void {
    if (this.#streams.delete(stream)) this.#resets[side]++;
  }

  #open(stream: number): void {
    // A second HEADERS frame on an open stream is a trailer.
    if (this.#streams.has(stream) || this.#streams.size >= MAX_STREAMS) return;
    this.#streams.set(stream, 0);
    this.requests++;
  }

  #answer(stream: number, type: number, flags: number): void {
    const state = this.#streams.get(stream);
    if (state === undefined) return;
    if (type === TYPE_HEADERS && state !== ANSWERING) {
      this.#streams.set(stream, ANSWERING);
      this.responses++;
    }
    if ((flags & FLAG_END_STREAM) === 0) return;
    this.#streams.delete(stream);
    this.complete++;
  }
}
