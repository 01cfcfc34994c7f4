import { Analysis } from '../analyze.ts';
import { CaptureState } from '../capture/capture-state.ts';
import { readCaptures } from '../io/read-capture.ts';
import { asIncomplete, joinErrors, PATIENCE } from './capture-outcome.ts';
import type { CaptureResult, CaptureRun } from './capture-run.ts';
import { FrameTap } from './frame-tap.ts';

/** Reads and analyses a capture. Faults of the input come back in the result; anything thrown is a fault of ours. */
export async function runCapture(run: CaptureRun): Promise<CaptureResult> {
  if (isDivisible(run)) return (await import('./jobs/run-jobs.ts')).runJobs(run);
  const state = new CaptureState();
  const tap = new FrameTap(state, run.maxFrames ?? Number.POSITIVE_INFINITY);
  const options = {
    clock: state.clock,
    fileOf: (frameNumber: number) => tap.fileOf(frameNumber),
    files: () => tap.files,
    frames: () => tap.frames,
    patience: PATIENCE,
    wantsConditions: run.wantsConditions === true,
  };
  const analysis = new Analysis(options, run.sink, run.timeline ?? null, run.observer ?? null);
  tap.sink = analysis;
  const signal = AbortSignal.any([run.signal, tap.signal]);
  let inputError: unknown = null;
  let isAborted = false;
  try {
    const outcome = await readCaptures(run.paths, tap, { state, signal, onProgress: run.onProgress });
    isAborted = outcome.isAborted;
    inputError = joinErrors(outcome.errors);
  } catch (error) {
    if (!isInputError(error)) throw error;
    inputError = error;
  }
  const summary = analysis.end();
  return {
    summary: isAborted ? asIncomplete(summary) : summary,
    inputError,
    judgeAgain: (facts, witness) => analysis.judgeAgain(facts, witness),
  };
}

/** Can several threads follow the connections? Not when somebody looks at single segments: those come from one. */
function isDivisible({ jobs = 1, timeline, observer, wantsConditions }: CaptureRun): boolean {
  return jobs > 1 && timeline === undefined && observer === undefined && wantsConditions !== true;
}

/** Known by name, so that faults of ours are never taken for faults of the input. */
function isInputError(error: unknown): boolean {
  return error instanceof Error && error.name === 'CaptureInputError';
}
