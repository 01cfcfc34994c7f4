import type { AnalysisSink, AnalysisSummary } from '../model/analysis.ts';
import type { ConnectionFacts } from '../model/facts.ts';
import type { SegmentObserver } from '../model/observer.ts';
import type { Witness } from '../model/pair.ts';
import type { TimelineSink } from '../model/timeline.ts';
import type { Verdict } from '../model/verdict.ts';

/** One pass over a capture. */
export interface CaptureRun {
  readonly paths: readonly string[];
  /** Stop after so many frames; null for all. */
  readonly maxFrames: number | null;
  readonly signal: AbortSignal;
  readonly onProgress: (octets: number, total: number | null) => void;
  readonly sink: AnalysisSink;
  readonly timeline?: TimelineSink;
  readonly observer?: SegmentObserver;
  readonly wantsConditions?: boolean;
  /** Threads that follow connections; 1 without it. Makes no difference to what comes out. */
  readonly jobs?: number;
}

export interface CaptureResult {
  readonly summary: AnalysisSummary;
  /** Why the input could not be read, or not to its end; null when it could. Results so far are in `summary`. */
  readonly inputError: unknown;
  /** A verdict worked out again, with all that the capture has shown and what another capture says. */
  readonly judgeAgain: (facts: ConnectionFacts, witness: Witness | null) => Verdict;
}

/** How a command has a capture analysed; a parameter, so that commands can be tested without captures. */
export type CaptureRunner = (run: CaptureRun) => Promise<CaptureResult>;
