import type { SingleBar } from 'cli-progress';
import { monotonicMs } from '../io/monotonic.ts';

/** Work that is over sooner needs no bar. */
const QUIET_MS = 1000;
/** A bar that moves more often than this only flickers. */
const REDRAW_MS = 100;

/** A progress bar on standard error: only on a terminal, only for work that lasts, and gone when the work is done. */
export class Progress {
  readonly #isWanted: boolean;
  readonly #startedMs = monotonicMs();
  #lastMs = 0;
  #bar: SingleBar | null = null;
  #isLoading = false;
  #isOver = false;

  constructor(isWanted: boolean) {
    this.#isWanted = isWanted;
  }

  /** `total` null (a pipe): there is no share to show, so there is no bar. */
  readonly update = (octets: number, total: number | null): void => {
    if (!this.#isWanted || total === null || total === 0) return;
    const nowMs = monotonicMs();
    if (nowMs - this.#startedMs < QUIET_MS || nowMs - this.#lastMs < REDRAW_MS) return;
    this.#lastMs = nowMs;
    if (this.#bar === null) this.#load();
    this.#bar?.update(Math.min(100, Math.floor((octets / total) * 100)));
  };

  stop(): void {
    this.#isOver = true;
    this.#bar?.stop();
    this.#bar = null;
  }

  #load(): void {
    if (this.#isLoading) return;
    this.#isLoading = true;
    void import('cli-progress').then(({ default: cliProgress }) => {
      if (this.#isOver) return;
      const format = 'reading [{bar}] {percentage} %';
      const shape = { format, stream: process.stderr, clearOnComplete: true, hideCursor: false };
      this.#bar = new cliProgress.SingleBar(shape, cliProgress.Presets.legacy);
      this.#bar.start(100, 0);
    });
  }
}
