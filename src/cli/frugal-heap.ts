import { fileStatus } from '../io/file-source.ts';
import type { CaptureRunner } from './capture-run.ts';

/** Octets of a file from which on the heap matters. Below, loading node:v8 alone would take as long as the reading. */
const LONG_LEN = 4 * 1024 * 1024;

/**
 * Octets of the young generation, both halves, from which it grows no more. V8 would let it come to 32 MiB: 24 MB more on any
 * capture that takes a second, for no time that could be measured (docs/performance.md).
 */
const ENOUGH_YOUNG = 8 * 1024 * 1024;
const LOOK_EVERY_MS = 20;

/**
 * Keeps memory small where V8 would trade it for little time. Left to itself it lets the old generation triple before it is
 * collected, instead of grow by half: 240 MB instead of 165 on a large capture.
 */
export async function growHeapSlowly(): Promise<void> {
  const { getHeapSpaceStatistics, setFlagsFromString } = await import('node:v8');
  setFlagsFromString('--heap-growing-percent=50');
  // The young generation's limits are set before any program runs, how it grows towards them is not.
  const timer = setInterval(() => {
    const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
    if (young !== undefined && young.space_size < ENOUGH_YOUNG) return;
    setFlagsFromString('--semi-space-growth-factor=1');
    clearInterval(timer);
  }, LOOK_EVERY_MS);
  timer.unref();
}

/** Runs that have the heap grow slowly when they will last. */
export function growingHeapSlowly(run: CaptureRunner): CaptureRunner {
  return async (wanted) => {
    if (wanted.paths.some(isLong)) await growHeapSlowly();
    return run(wanted);
  };
}

/** Of a pipe nobody knows. */
function isLong(path: string): boolean {
  const status = path === '-' ? null : fileStatus(path);
  return status === null || !status.isFile() || status.size >= LONG_LEN;
}
