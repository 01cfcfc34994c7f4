import type { LogReader } from '../logs/log-reader.ts';
import { endsWithin } from './time-limit.ts';
import { UsageError } from './usage-error.ts';

/** Lines that a pattern of the user's gets at a time, and how long it may take for them. */
const LINES_AT_A_TIME = 1_000;
const PATTERN_LIMIT_MS = 10_000;

/** Hands lines to a reader; those that are for a pattern of the user's in blocks, as it may never come to an end. */
export class LineBlocks {
  readonly #reader: LogReader;
  readonly #isLimited: boolean;
  #block: string[] = [];

  constructor(reader: LogReader, isLimited: boolean) {
    this.#reader = reader;
    this.#isLimited = isLimited;
  }

  push(line: string): void {
    if (!this.#isLimited) this.#reader.line(line);
    else if (this.#block.push(line) === LINES_AT_A_TIME) this.flush();
  }

  flush(): void {
    const block = this.#block;
    this.#block = [];
    const work = (): void => {
      for (const line of block) this.#reader.line(line);
    };
    if (block.length === 0 || endsWithin(PATTERN_LIMIT_MS, work)) return;
    throw new UsageError(
      `--log-pattern: took more than ${PATTERN_LIMIT_MS / 1_000} s for ${block.length} lines; repetitions inside repetitions may be the reason`,
    );
  }
}
