import { Analysis } from '../analyze.ts';
import { CaptureState } from '../capture/capture-state.ts';
import { readCaptures } from '../io/read-capture.ts';
import type { AnalysisSummary } from '../model/analysis.ts';
import type { CaptureInterface, CaptureWarning, Frame, FrameSink } from '../model/frame.ts';
import type { CaptureResult, CaptureRun } from './capture-run.ts';

/**
 * Connections that did not end well and wait for the rest of the capture: each holds its facts, some 10 kB, so this
 * bounds them to some 10 MB.
 */
const PATIENCE = 1_000;

/** Reads and analyses a capture. Faults of the input come back in the result; anything thrown is a fault of ours. */
export async function runCapture(run: CaptureRun): Promise<CaptureResult> {
  const state = new CaptureState();
  const tap = new FrameTap(state, run.maxFrames ?? Number.POSITIVE_INFINITY);
  const options = {
    clock: state.clock,
    fileOf: (frameNumber: number) => tap.fileOf(frameNumber),
    files: () => tap.files,
    // The reader goes on to the end of its chunk, which may lie beyond the last frame wanted.
    frames: () => Math.min(state.frames, run.maxFrames ?? state.frames),
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

/** Known by name, so that faults of ours are never taken for faults of the input. */
function isInputError(error: unknown): boolean {
  return error instanceof Error && error.name === 'CaptureInputError';
}

function joinErrors(errors: readonly Error[]): Error | null {
  const [first, ...rest] = errors;
  if (first === undefined || rest.length === 0) return first ?? null;
  const joined = new Error(errors.map(({ message }) => message).join('\n'));
  joined.name = first.name;
  return joined;
}

function asIncomplete(summary: AnalysisSummary): AnalysisSummary {
  return { ...summary, capture: { ...summary.capture, isComplete: false } };
}

/** Passes frames on, notes in which file each lies, and ends the reading after `maxFrames`. */
class FrameTap implements FrameSink {
  /** Set before the first frame. */
  sink: FrameSink | null = null;
  readonly files: string[] = [];
  readonly #firstFrames: number[] = [];
  readonly #state: CaptureState;
  readonly #maxFrames: number;
  readonly #enough = new AbortController();
  #file: string | null = null;

  constructor(state: CaptureState, maxFrames: number) {
    this.#state = state;
    this.#maxFrames = maxFrames;
  }

  get signal(): AbortSignal {
    return this.#enough.signal;
  }

  frame(frame: Frame): void {
    if (frame.frameNumber > this.#maxFrames) {
      this.#enough.abort();
      return;
    }
    if (this.#state.file !== this.#file) this.#nextFile(frame.frameNumber);
    this.sink?.frame(frame);
  }

  interfaceFound(found: CaptureInterface): void {
    if (this.#state.file !== this.#file) this.#nextFile(this.#state.frames + 1);
    this.sink?.interfaceFound(found);
  }

  warning(warning: CaptureWarning): void {
    this.sink?.warning(warning);
  }

  fileOf(frameNumber: number): string {
    let index = this.#firstFrames.length - 1;
    while (index > 0 && (this.#firstFrames[index] ?? 0) > frameNumber) index--;
    return this.files[index] ?? '';
  }

  #nextFile(firstFrame: number): void {
    this.#file = this.#state.file;
    this.files.push(this.#file ?? '');
    this.#firstFrames.push(firstFrame);
  }
}
