import type { ByteSource } from '../../io/byte-source.ts';

/** The octets of a pipe, which another thread reads and sends piece by piece. */
export class PipedSource implements ByteSource {
  readonly totalLen = null;
  readonly #used: () => void;
  readonly #pieces: Uint8Array[] = [];
  #at = 0;
  #isOver = false;
  #fault: string | null = null;
  #wake: (() => void) | null = null;

  /** `used` is called for each piece that has been read to its end. */
  constructor(used: () => void) {
    this.#used = used;
  }

  /** The next octets; none: the end. */
  push(octets: Uint8Array): void {
    if (octets.length === 0) this.#isOver = true;
    else this.#pieces.push(octets);
    this.#wake?.();
  }

  /** Reading failed there, with this error of the system. */
  fail(code: string): void {
    this.#fault = code;
    this.#wake?.();
  }

  async read(into: Uint8Array): Promise<number> {
    while (this.#pieces.length === 0) {
      if (this.#fault !== null) throw Object.assign(new Error(this.#fault), { code: this.#fault });
      if (this.#isOver) return 0;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const piece = this.#pieces[0]!;
    const len = Math.min(into.length, piece.length - this.#at);
    into.set(piece.subarray(this.#at, this.#at + len));
    this.#at += len;
    if (this.#at === piece.length) {
      this.#pieces.shift();
      this.#at = 0;
      this.#used();
    }
    return len;
  }

  rewind(): boolean {
    return false;
  }

  close(): void {
    this.#isOver = true;
    this.#wake?.();
  }
}
