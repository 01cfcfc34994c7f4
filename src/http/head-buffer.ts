import { CR, LF } from '../bytes/ascii.ts';

/** A head larger than this is not gathered further. nginx takes 32 KiB, Node 16 KiB, Apache 8 KiB a line. */
const MAX_HEAD_LEN = 256 * 1024;
const FIRST_LEN = 2_048;
/** Below this a loop is faster than a view and `set`. */
const SHORT_LEN = 32;

/**
 * Gathers a head that comes in pieces and watches for its end, touching each octet once. Its buffer is let go
 * with the head: most connections never have one. Where every head is cut, one buffer serves them all.
 */
export class HeadBuffer {
  bytes: Uint8Array = NOTHING;
  len = 0;
  /** The head is too long: nothing more is taken. */
  isOverflown = false;
  /** Line ends seen. */
  lines = 0;
  #lineLen = 0;

  clear(): void {
    if (this.bytes.length === FIRST_LEN) spare = this.bytes;
    this.bytes = NOTHING;
    this.len = 0;
    this.lines = 0;
    this.isOverflown = false;
    this.#lineLen = 0;
  }

  /** Takes octets `start … end`, at most to the end of a line or head; returns how far. `isAtLineEnd` tells which. */
  take(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    let lineLen = this.#lineLen;
    while (at < end) {
      const octet = bytes[at++];
      if (octet === LF) break;
      if (octet !== CR) lineLen++;
    }
    this.#append(bytes, start, at);
    this.isLineEnd = bytes[at - 1] === LF;
    this.isBlankLine = this.isLineEnd && lineLen === 0;
    if (this.isLineEnd) this.lines++;
    this.#lineLen = this.isLineEnd ? 0 : lineLen;
    return at;
  }

  /** What {@link take} stopped at. */
  isLineEnd = false;
  isBlankLine = false;

  #append(bytes: Uint8Array, start: number, end: number): void {
    const needed = this.len + end - start;
    if (needed > MAX_HEAD_LEN) {
      this.isOverflown = true;
      return;
    }
    if (needed > this.bytes.length) this.#grow(needed);
    if (end - start < SHORT_LEN) {
      for (let at = start, to = this.len; at < end; at++, to++) this.bytes[to] = bytes[at]!;
    } else {
      this.bytes.set(bytes.subarray(start, end), this.len);
    }
    this.len = needed;
  }

  #grow(needed: number): void {
    if (needed <= FIRST_LEN && spare.length > 0) {
      this.bytes = spare;
      spare = NOTHING;
      return;
    }
    const larger = new Uint8Array(Math.max(FIRST_LEN, 2 * this.bytes.length, needed));
    larger.set(this.bytes.subarray(0, this.len));
    this.bytes = larger;
  }
}

const NOTHING = new Uint8Array(0);
/** A buffer that nobody has, to be used again. */
let spare: Uint8Array = NOTHING;
