/**
 * Walks HTTP/2 frames (RFC 9113 §4.1) of both directions without decoding headers: which streams are open, and who has
 * ended them. Enough to say whether a response was in flight.
 */

const FRAME_HEADER_LEN = 9;
const TYPE_DATA = 0;
const TYPE_HEADERS = 1;
const TYPE_RST_STREAM = 3;
const TYPE_GOAWAY = 7;
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
}

export class Http2Walker {
  readonly #directions = [new Direction(), new Direction()] as const;
  readonly #streams = new Map<number, number>();
  requests = 0;
  responses = 0;
  complete = 0;
  isGoawaySeen = false;
  /** Octets of the client's preface still to come. */
  #prefaceLeft = 24;

  /** `side` 0 = client, 1 = server. */
  data(side: 0 | 1, bytes: Uint8Array, start: number, end: number): void {
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
    if (length <= direction.left) direction.left -= length;
    else direction.isLost = true;
  }

  /** Streams opened whose response is not complete. */
  get inFlight(): number {
    return this.#streams.size;
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
    if (type === TYPE_GOAWAY) this.isGoawaySeen = true;
    else if (type === TYPE_RST_STREAM) this.#streams.delete(stream);
    else if (type === TYPE_HEADERS && side === 0) this.#open(stream);
    else if (side === 1 && (type === TYPE_HEADERS || type === TYPE_DATA)) this.#answer(stream, type, flags);
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
