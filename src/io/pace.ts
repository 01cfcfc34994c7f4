import { monotonicMs } from './monotonic.ts';

/** Reading is synchronous; after this long it lets signals, timers and output have their turn. */
const MAX_TURN_MS = 50;

/** Keeps a long read interruptible, and counts how far it is. */
export class Pace {
  /** Octets of the inputs themselves (compressed ones count as they lie on disk). */
  bytesRead = 0;
  readonly #isDone: () => boolean;
  readonly #onProgress: (bytesRead: number) => void;
  #turnStart = monotonicMs();

  constructor(isDone: () => boolean, onProgress: (bytesRead: number) => void) {
    this.#isDone = isDone;
    this.#onProgress = onProgress;
  }

  /** True when reading should end although there is more. */
  get isDone(): boolean {
    return this.#isDone();
  }

  /** Counts `len` octets; call once a chunk. */
  async advance(len: number): Promise<void> {
    this.bytesRead += len;
    if (monotonicMs() - this.#turnStart < MAX_TURN_MS) return;
    this.#onProgress(this.bytesRead);
    await new Promise((resolve) => setImmediate(resolve));
    this.#turnStart = monotonicMs();
  }
}
