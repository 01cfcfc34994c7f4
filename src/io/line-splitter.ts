const LF = 0x0a;
const CR = 0x0d;
/** Octets of a line that are handed on: four times what is looked at, for characters of four octets. */
const MAX_LINE_OCTETS = 32_768;

/** Finds the lines in octets that come in pieces. */
export class LineSplitter {
  readonly #line: (text: string) => void;
  readonly #decoder = new TextDecoder();
  /** The beginning of the line that the last piece ended in. */
  readonly #held = new Uint8Array(MAX_LINE_OCTETS);
  #heldLen = 0;

  constructor(line: (text: string) => void) {
    this.#line = line;
  }

  /** Takes octets `start … end`, which are borrowed. */
  push(octets: Uint8Array, start: number, end: number): void {
    const piece = octets.subarray(start, end);
    let from = 0;
    for (;;) {
      const to = piece.indexOf(LF, from);
      if (to < 0) break;
      if (this.#heldLen === 0) this.#line(this.#textOf(piece, from, to));
      else {
        this.#hold(piece, from, to);
        this.end();
      }
      from = to + 1;
    }
    this.#hold(piece, from, piece.length);
  }

  /** Hands over what is held as the last line, if there is anything. */
  end(): void {
    if (this.#heldLen === 0) return;
    const len = this.#heldLen;
    this.#heldLen = 0;
    this.#line(this.#textOf(this.#held, 0, len));
  }

  #hold(piece: Uint8Array, start: number, end: number): void {
    const len = Math.min(end - start, MAX_LINE_OCTETS - this.#heldLen);
    this.#held.set(piece.subarray(start, start + len), this.#heldLen);
    this.#heldLen += len;
  }

  #textOf(octets: Uint8Array, start: number, end: number): string {
    const last = end > start && octets[end - 1] === CR ? end - 1 : end;
    return this.#decoder.decode(octets.subarray(start, Math.min(last, start + MAX_LINE_OCTETS)));
  }
}
