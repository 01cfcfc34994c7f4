import { CR, hexValue, LF, SEMICOLON, SPACE, TAB } from '../bytes/ascii.ts';
import { LastChunkWatch } from './last-chunk-watch.ts';

const SIZE = 0;
const EXTENSION = 1;
const DATA = 2;
const DATA_END = 3;
const TRAILER = 4;

/** CR LF. */
const LINE_END_LEN = 2;
/** Of a size that is looked for where the place is lost: a gigabyte and more. */
const MAX_SIZE_DIGITS = 8;

/** What {@link ChunkedBody.take} came to. */
export const CHUNK_MORE = 0;
/** A chunk's last octet was passed. */
export const CHUNK_PASSED = 1;
/** The blank line behind the last chunk and the trailers was passed. */
export const CHUNKED_DONE = 2;
export const CHUNK_BAD_SIZE = 3;
const CHUNK_BAD_END = 4;

/**
 * The chunked coding (RFC 9112 §7.1): size line, data, line end … size 0, trailer lines, blank line. Data are passed
 * over by arithmetic. A bare LF ends a line as well (§2.2).
 */
export class ChunkedBody {
  #state = SIZE;
  #hasDigit = false;
  #lineLen = 0;
  /** Chunks begun; the last one, of size 0, counts. */
  index = 0;
  /** Declared size of the chunk in hand, and octets of it seen, lost in gaps, and still to come. */
  size = 0;
  seen = 0;
  remaining = 0;
  #nextSize = 0;
  outcome = CHUNK_MORE;
  /** Chunks have passed that were not counted. */
  isNumberLost = false;
  /** For when a gap has taken the place in the body. */
  readonly lastChunk = new LastChunkWatch();

  begin(): void {
    this.#state = SIZE;
    this.#hasDigit = false;
    this.#nextSize = 0;
    this.index = 0;
    this.isNumberLost = false;
    this.size = 0;
    this.seen = 0;
    this.remaining = 0;
  }

  /** Takes octets from `at` until something is worth telling (`outcome`) or `end` is reached; returns how far. */
  take(bytes: Uint8Array, start: number, end: number): number {
    this.outcome = CHUNK_MORE;
    let at = start;
    while (at < end && this.outcome === CHUNK_MORE) {
      if (this.#state === DATA) at = this.#takeData(at, end);
      else this.#takeOctet(bytes[at++]!);
    }
    return at;
  }

  /** Passes over `length` octets of the chunk in hand; false, and nothing is passed over, when it has not so many left. */
  skip(length: number): boolean {
    if (this.#state !== DATA || length > this.remaining) return false;
    this.remaining -= length;
    if (this.remaining === 0) this.#state = DATA_END;
    return true;
  }

  /**
   * `length` octets are not there. They can be passed over when they lie within the chunk in hand and the line end behind it.
   * Returns how many of them are data, or −1: a size is among them.
   */
  bridge(length: number): number {
    const inside = Math.min(length, this.remaining);
    if (this.#state !== DATA || length - inside > LINE_END_LEN) return -1;
    this.skip(inside);
    if (length - inside === LINE_END_LEN) this.#state = SIZE;
    return inside;
  }

  /**
   * The place is lost. Servers write a chunk with its size and line end in one piece: a segment of `bytes[start … end)` and
   * `missing` octets more that is exactly that gives the place back, but for the number of the chunk.
   */
  findAgain(bytes: Uint8Array, start: number, end: number, missing: number): boolean {
    let size = 0;
    let at = start;
    const limit = Math.min(end, start + MAX_SIZE_DIGITS);
    for (; at < limit && hexValue(bytes[at]!) >= 0; at++) size = size * 16 + hexValue(bytes[at]!);
    if (size === 0 || at + LINE_END_LEN > end || bytes[at] !== CR || bytes[at + 1] !== LF) return false;
    if (at - start + size + 2 * LINE_END_LEN !== end - start + missing) return false;
    this.#state = SIZE;
    this.#hasDigit = false;
    this.#nextSize = 0;
    this.isNumberLost = true;
    return true;
  }

  #takeData(at: number, end: number): number {
    const len = Math.min(end - at, this.remaining);
    this.remaining -= len;
    this.seen += len;
    if (this.remaining === 0) {
      this.#state = DATA_END;
      this.outcome = CHUNK_PASSED;
    }
    return at + len;
  }

  #takeOctet(octet: number): void {
    if (this.#state === SIZE) this.#takeSize(octet);
    else if (this.#state === EXTENSION) {
      if (octet === LF) this.#enterChunk();
    } else if (this.#state === DATA_END) {
      if (octet === LF) this.#state = SIZE;
      else if (octet !== CR) this.outcome = CHUNK_BAD_END;
    } else if (octet !== LF) {
      if (octet !== CR) this.#lineLen++;
    } else {
      if (this.#lineLen === 0) this.outcome = CHUNKED_DONE;
      this.#lineLen = 0;
    }
  }

  #takeSize(octet: number): void {
    const digit = hexValue(octet);
    if (digit >= 0) {
      this.#nextSize = this.#nextSize * 16 + digit;
      this.#hasDigit = true;
      // RFC 9112 §7.1: recipients must guard against sizes that they cannot count.
      if (this.#nextSize > Number.MAX_SAFE_INTEGER) this.outcome = CHUNK_BAD_SIZE;
    } else if (!this.#hasDigit) {
      this.outcome = CHUNK_BAD_SIZE;
    } else if (octet === LF) {
      this.#enterChunk();
    } else if (octet === SEMICOLON || octet === SPACE || octet === TAB || octet === CR) {
      this.#state = EXTENSION;
    } else {
      this.outcome = CHUNK_BAD_SIZE;
    }
  }

  #enterChunk(): void {
    this.index++;
    this.size = this.#nextSize;
    this.remaining = this.size;
    this.seen = 0;
    this.#nextSize = 0;
    this.#hasDigit = false;
    this.#lineLen = 0;
    this.#state = this.size === 0 ? TRAILER : DATA;
  }
}
