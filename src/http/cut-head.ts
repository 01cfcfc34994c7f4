/** A head that was cut lacks its blank line at least: CR LF. */
export const MIN_HEAD_REST = 2;

/**
 * A response whose head was cut (snaplen, gap) behind its Content-Length. Where its body begins is not known, but a
 * lower bound of what must follow is: the blank line, and the body.
 */
export class CutHead {
  /** Octets of body that the head announced. */
  readonly #bodyLength: number;
  /** Octets that have passed since the cut, head and body together. */
  #since: number;

  constructor(bodyLength: number, since: number) {
    this.#bodyLength = bodyLength;
    this.#since = since;
  }

  pass(length: number): void {
    this.#since += length;
  }

  /** Whatever the head had left, the response cannot be whole. False when that cannot be shown. */
  get isShort(): boolean {
    return this.#since < this.#bodyLength + MIN_HEAD_REST;
  }
}
