import type { CaptureRunner } from './capture-run.ts';
import type { Diagnostics } from './diagnostics.ts';

/** What a command works with, besides its options. */
export interface CommandContext {
  readonly write: (chunk: string) => void;
  /** Hands on what was written, which is otherwise gathered into larger pieces. */
  readonly flush: () => void;
  readonly diagnostics: Diagnostics;
  readonly signal: AbortSignal;
  readonly run: CaptureRunner;
  readonly isDebug: boolean;
  readonly isStdoutTerminal: boolean;
  readonly isStderrTerminal: boolean;
  /** Can the file be read twice? Not a pipe. */
  readonly isSeekable: (path: string) => boolean;
}
