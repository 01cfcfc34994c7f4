import { CaptureState } from '../capture/capture-state.ts';
import type { FrameSink } from '../model/frame.ts';
import type { ByteSource } from './byte-source.ts';
import { CaptureInputError } from './capture-input-error.ts';
import {
  type DatedFile,
  dateFiles,
  orderByTime,
  overlapWarning,
  reorderWarning,
  repeatWarning,
  withoutRepeats,
} from './file-order.ts';
import { fileStatus, openFile } from './file-source.ts';
import { Pace } from './pace.ts';
import { readSource } from './read-source.ts';
import { openStdin } from './stdin-source.ts';

export interface ReadOptions {
  /** Numbering, clock and secrets of the capture; pass one to have the clock while frames come. */
  readonly state?: CaptureState;
  /** Called some 20 times a second. `totalBytes` is null when an input is a pipe. */
  readonly onProgress?: (bytesRead: number, totalBytes: number | null) => void;
  /** Ends the reading early; what was read stands. */
  readonly signal?: AbortSignal;
  /** Opens an input that is to be read; throws CaptureInputError. */
  readonly open?: (path: string) => ByteSource;
}

export interface ReadOutcome {
  /** The inputs that were read, in that order, also if in part. */
  readonly files: readonly string[];
  /** One for each input that could not be read at all. */
  readonly errors: readonly CaptureInputError[];
  readonly isAborted: boolean;
}

/**
 * Reads files (`-` = standard input) as one capture, in the order of their first frames. Compressed ones are unpacked on
 * the way. Throws CaptureInputError when none of them can be read.
 */
export async function readCaptures(
  paths: readonly string[],
  sink: FrameSink,
  options: ReadOptions = {},
): Promise<ReadOutcome> {
  const { signal, onProgress } = options;
  const state = options.state ?? new CaptureState();
  const { once, repeated } = withoutRepeats(paths);
  const totalBytes = totalLength(once);
  const pace = new Pace(
    () => signal?.aborted ?? false,
    (bytesRead) => onProgress?.(bytesRead, totalBytes),
  );
  for (const path of repeated) sink.warning(repeatWarning(path));
  const named = await dateFiles(once);
  const ordered = orderByTime(named);
  const reordered = reorderWarning(named, ordered);
  if (reordered !== null) sink.warning(reordered);

  const files: string[] = [];
  const errors: CaptureInputError[] = [];
  for (const file of ordered) {
    if (pace.isDone) break;
    warnOfOverlap(file, state, sink);
    try {
      await readInput(file.path, sink, state, pace, options);
      files.push(file.path);
    } catch (error) {
      if (!(error instanceof CaptureInputError)) throw error;
      if (!pace.isDone) errors.push(error);
    }
  }
  if (files.length === 0 && errors.length > 0) throw sumUp(errors);
  onProgress?.(pace.bytesRead, totalBytes);
  return { files, errors, isAborted: pace.isDone };
}

function warnOfOverlap(next: DatedFile, state: CaptureState, sink: FrameSink): void {
  if (!state.isClockSet) return;
  const lastNs = state.clock.epochNs + BigInt(state.frame.timeNs);
  const warning = overlapWarning(next, lastNs, state.frames);
  if (warning !== null) sink.warning(warning);
}

async function readInput(
  path: string,
  sink: FrameSink,
  state: CaptureState,
  pace: Pace,
  { signal, open = openInput }: ReadOptions,
): Promise<void> {
  const source = open(path);
  // A pipe may be silent for hours: closing it is what wakes a read that waits for it.
  const wake = () => {
    if (source.totalLen === null) source.close();
  };
  signal?.addEventListener('abort', wake, { once: true });
  try {
    await readSource(path, source, sink, state, pace);
  } finally {
    signal?.removeEventListener('abort', wake);
    source.close();
  }
}

/** A file, or standard input for `-`. Throws CaptureInputError. */
export function openInput(path: string): ByteSource {
  return path === '-' ? openStdin() : openFile(path);
}

function totalLength(paths: readonly string[]): number | null {
  let total = 0;
  for (const path of paths) {
    if (path === '-') return null;
    const status = fileStatus(path);
    if (status === null || status.isDirectory()) continue;
    if (!status.isFile()) return null;
    total += status.size;
  }
  return total;
}

function sumUp(errors: readonly CaptureInputError[]): CaptureInputError {
  if (errors.length === 1) return errors[0]!;
  return new CaptureInputError(null, errors.map(({ message }) => message).join('\n'));
}
