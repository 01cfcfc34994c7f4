import { CaptureState } from '../capture/capture-state.ts';
import type { CaptureWarning, FrameSink } from '../model/frame.ts';
import { displayName } from './capture-input-error.ts';
import { fileIdentity, fileStatus, openFile } from './file-source.ts';
import { Pace } from './pace.ts';
import { readSource } from './read-source.ts';

/** One of several files, with the time of its first frame: nanoseconds since 1970, null when it cannot be told. */
export interface DatedFile {
  readonly path: string;
  readonly firstNs: bigint | null;
}

/** Parts of one capture follow each other; frames of several receive queues may be written this much out of order. */
const OVERLAP_TOLERANCE_NS = 10_000_000n;
const NS_PER_MS = 1_000_000n;
/** File names listed in a warning. */
const MAX_NAMES = 5;

/** The paths without those that lead to a file named before, which are `repeated`. */
export function withoutRepeats(paths: readonly string[]): { once: string[]; repeated: string[] } {
  const known = new Set<string>();
  const once: string[] = [];
  const repeated: string[] = [];
  for (const path of paths) {
    const identity = fileIdentity(path);
    if (identity !== null && known.has(identity)) repeated.push(path);
    else once.push(path);
    if (identity !== null) known.add(identity);
  }
  return { once, repeated };
}

export function repeatWarning(path: string): CaptureWarning {
  const text = 'this file is named more than once; it is read once';
  return { kind: 'file-repeated', text, file: path, byteOffset: null, frameNumber: null };
}

/** Looks at the first frame of each file, unless one of them is a pipe: that can be read only once. */
export async function dateFiles(paths: readonly string[]): Promise<DatedFile[]> {
  const isDatable = paths.length > 1 && paths.every(isRegularOrMissing);
  const dated: DatedFile[] = [];
  for (const path of paths) dated.push({ path, firstNs: isDatable ? await firstFrameTime(path) : null });
  return dated;
}

function isRegularOrMissing(path: string): boolean {
  if (path === '-') return false;
  const status = fileStatus(path);
  return status === null || status.isFile() || status.isDirectory();
}

async function firstFrameTime(path: string): Promise<bigint | null> {
  const state = new CaptureState();
  let firstNs: bigint | null = null;
  const sink: FrameSink = {
    frame: (frame) => {
      firstNs ??= state.clock.epochNs + BigInt(frame.timeNs);
    },
    interfaceFound: () => {},
    warning: () => {},
  };
  try {
    const source = openFile(path);
    try {
      const pace = new Pace(
        () => firstNs !== null,
        () => {},
      );
      await readSource(path, source, sink, state, pace);
    } finally {
      source.close();
    }
  } catch {
    // Whatever is wrong with it is told when the file is read in earnest.
  }
  return firstNs;
}

/** The files in the order of time. A file without a time stays behind the one that it was named after. */
export function orderByTime(files: readonly DatedFile[]): DatedFile[] {
  let previousNs = 0n;
  const keyed = files.map((file) => {
    previousNs = file.firstNs ?? previousNs;
    return { file, sortNs: previousNs };
  });
  keyed.sort((a, b) => (a.sortNs < b.sortNs ? -1 : a.sortNs > b.sortNs ? 1 : 0));
  return keyed.map(({ file }) => file);
}

/** Says that the files were put in another order than they were named in; null when they were not. */
export function reorderWarning(
  named: readonly DatedFile[],
  ordered: readonly DatedFile[],
): CaptureWarning | null {
  if (named.every((file, at) => file === ordered[at])) return null;
  const names = ordered.slice(0, MAX_NAMES).map(({ path }) => displayName(path));
  if (ordered.length > MAX_NAMES) names.push('…');
  const text = `the files were not named in the order of their times; they were read in it: ${names.join(', ')}`;
  return { kind: 'files-reordered', text, file: null, byteOffset: null, frameNumber: null };
}

/** Says that the next file begins before the last one ended; null when it does not. */
export function overlapWarning(next: DatedFile, lastNs: bigint, lastFrame: number): CaptureWarning | null {
  if (next.firstNs === null || next.firstNs >= lastNs - OVERLAP_TOLERANCE_NS) return null;
  const overlapMs = (lastNs - next.firstNs) / NS_PER_MS;
  const text =
    `this file begins ${overlapMs} ms before the end of the one before it: they look like captures of the same ` +
    'traffic at two places, not like parts of one (for that there is `whohungup pair`)';
  return { kind: 'files-overlap', text, file: next.path, byteOffset: null, frameNumber: lastFrame };
}
