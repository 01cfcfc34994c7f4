import { damaged, type Specimen } from './damage.ts';
import { RandomSource } from './random-source.ts';
import { type RunOptions, violations, wholeRun } from './whole-run.ts';

/** How one run came out. */
export interface RunResult {
  readonly octets: Uint8Array;
  readonly options: RunOptions;
  /** What was wrong; empty when nothing was. */
  readonly faults: readonly string[];
  readonly elapsedMs: number;
}

const WIDTHS = [40, 80, 100, 200] as const;

/** The run of this number under this seed: the same octets and options each time. */
export function seededRun(specimens: readonly Specimen[], seed: number, index: number): RunResult {
  const random = new RandomSource((seed + Math.imul(index, 0x9e37_79b1)) | 0);
  const octets = damaged(random.pick(specimens), random);
  const options: RunOptions = {
    ladderOf: random.below(2) === 0 ? -1 : random.below(4),
    width: random.pick(WIDTHS),
    verbosity: random.below(3),
    isAll: random.below(2) === 0,
  };
  return checkedRun(octets, options);
}

export function checkedRun(octets: Uint8Array, options: RunOptions): RunResult {
  const begun = performance.now();
  let elapsedMs = 0;
  let faults: string[];
  try {
    const run = wholeRun(octets, options);
    elapsedMs = performance.now() - begun;
    faults = violations(run, options);
  } catch (error) {
    elapsedMs = performance.now() - begun;
    faults = [error instanceof Error ? (error.stack ?? error.message) : String(error)];
  }
  return { octets, options, faults, elapsedMs };
}
