import { writeAll } from '../io/write-all.ts';
import { EXIT_DONE } from './exit-codes.ts';

const STDOUT = 1;
/** Octets gathered before a write: one system call for some hundred lines. */
const BATCH_LEN = 128 * 1024;
/** Most octets of UTF-8 that one character of a string becomes (a pair of surrogates becomes four). */
const MAX_OCTETS_PER_CHARACTER = 3;

/**
 * Standard output, written synchronously in batches: the reader of a pipe then holds up the analysis, instead of the
 * report piling up in memory.
 */
export class Output {
  readonly #fd: number;
  readonly #onClosed: () => never;
  readonly #batch = Buffer.allocUnsafe(BATCH_LEN);
  #batchLen = 0;

  constructor(fd: number = STDOUT, onClosed: () => never = leaveQuietly) {
    this.#fd = fd;
    this.#onClosed = onClosed;
  }

  /** Bound, to be passed as a function. */
  readonly write = (chunk: string): void => {
    const mostOctets = MAX_OCTETS_PER_CHARACTER * chunk.length;
    if (this.#batchLen + mostOctets > BATCH_LEN) this.flush();
    if (mostOctets > BATCH_LEN) this.#writeAll(Buffer.from(chunk, 'utf8'));
    else this.#batchLen += this.#batch.write(chunk, this.#batchLen, 'utf8');
  };

  flush(): void {
    const octets = this.#batch.subarray(0, this.#batchLen);
    this.#batchLen = 0;
    this.#writeAll(octets);
  }

  #writeAll(octets: Buffer): void {
    try {
      writeAll(this.#fd, octets);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
      this.#onClosed();
    }
  }
}

/** `| head` has read enough: that is success, and nobody is there to tell. */
function leaveQuietly(): never {
  process.exit(EXIT_DONE);
}
