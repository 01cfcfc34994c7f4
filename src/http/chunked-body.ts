import { CR, hexValue, LF } from '../bytes/ascii.ts';

/** Hexadecimal digits of a chunk size that fit a safe integer. */
const MAX_SIZE_DIGITS = 13;
const LAST_CHUNK = [0x30, CR, LF, CR, LF] as const;

const SIZE = 0;
const EXTENSION = 1;
const DATA = 2;
const DATA_END = 3;
const TRAILER = 4;
const COMPLETE = 5;

/**
 * A chunked body (RFC 9112 §7.1), passed over chunk by chunk:
 *
 *   size ──[extension]──LF──▶ data ──0 left──▶ CRLF ──▶ size …
 *     └──size 0, LF──▶ trailer ──blank line──▶ complete
 */
export class ChunkedBody {
  #phase = SIZE;
  #digits = 0;
  #lineLen = 0;
  /** Of the last chunk's octets, how many the end of the data so far has. */
  #matched = 0;
  #left = 0;
  /** The chunk in hand: number from 1, declared size. */
  index = 0;
  size = 0;
  /** Body octets seen, and lost in gaps inside chunks. */
  bytes = 0;
  notCaptured = 0;
  /** Why the framing cannot be followed any more; null while it can. */
  problem: 'bad-chunk-size' | 'bad-chunk-end' | null = null;

  reset(): void {
    this.#expectSize();
    this.#matched = 0;
    this.#left = 0;
    this.index = 0;
    this.size = 0;
    this.bytes = 0;
    this.notCaptured = 0;
    this.problem = null;
  }

  get isComplete(): boolean {
    return this.#phase === COMPLETE;
  }

  /** Octets of the chunk in hand that have been seen. */
  get chunkBytes(): number {
    return this.#phase === DATA ? this.size - this.#left : this.size;
  }

  /** Takes octets until the body is complete or has a problem; returns the offset behind the last one taken. */
  take(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    while (at < end && this.#phase !== COMPLETE && this.problem === null) {
      if (this.#phase === DATA) {
        const len = Math.min(end - at, this.#left);
        this.#left -= len;
        this.bytes += len;
        at += len;
        if (this.#left === 0) this.#phase = DATA_END;
      } else {
        this.#takeOctet(bytes[at++]!);
      }
    }
    return at;
  }

  /** True when the gap lies inside a chunk, so that the place is not lost. */
  bridge(length: number): boolean {
    if (this.#phase !== DATA || length >= this.#left) return false;
    this.#left -= length;
    this.notCaptured += length;
    return true;
  }

  /** After the place was lost: do the octets so far end in the last chunk, `0 CRLF CRLF`? */
  endsHere(bytes: Uint8Array, start: number, end: number): boolean {
    let matched = this.#matched;
    for (let at = Math.max(start, end - 2 * LAST_CHUNK.length); at < end; at++) {
      if (matched === LAST_CHUNK.length) matched = 0;
      if (bytes[at] === LAST_CHUNK[matched]) matched++;
      else matched = bytes[at] === LAST_CHUNK[0] ? 1 : 0;
    }
    this.#matched = matched === LAST_CHUNK.length ? 0 : matched;
    return matched === LAST_CHUNK.length;
  }

  #takeOctet(octet: number): void {
    if (this.#phase === SIZE) this.#takeSize(octet);
    else if (this.#phase === EXTENSION) {
      if (octet === LF) this.#enterChunk();
    } else if (this.#phase === DATA_END) {
      if (octet === LF) this.#expectSize();
      else if (octet !== CR) this.problem = 'bad-chunk-end';
    } else this.#takeTrailer(octet);
  }

  #takeSize(octet: number): void {
    if (octet === LF) {
      this.#enterChunk();
      return;
    }
    const digit = hexValue(octet);
    if (digit < 0) {
      this.#phase = EXTENSION;
      return;
    }
    // Leading zeros are digits too; only what makes the number large is counted against the limit.
    this.size = this.size * 16 + digit;
    this.#digits = this.size === 0 ? 1 : this.#digits + 1;
    if (this.#digits > MAX_SIZE_DIGITS) this.problem = 'bad-chunk-size';
  }

  #enterChunk(): void {
    if (this.#digits === 0) {
      this.problem = 'bad-chunk-size';
    } else if (this.size === 0) {
      this.#phase = TRAILER;
      this.#lineLen = 0;
    } else {
      this.index++;
      this.#left = this.size;
      this.#phase = DATA;
    }
  }

  #expectSize(): void {
    this.#phase = SIZE;
    this.#digits = 0;
    this.size = 0;
  }

  #takeTrailer(octet: number): void {
    if (octet === LF) {
      if (this.#lineLen === 0) this.#phase = COMPLETE;
      this.#lineLen = 0;
    } else if (octet !== CR) this.#lineLen++;
  }
}
