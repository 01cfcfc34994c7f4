import type { AnalysisSink, AnalysisSummary } from '../model/analysis.ts';
import type { TimelineSink } from '../model/timeline.ts';

/** One pass over a capture. */
export interface CaptureRun {
  readonly paths: readonly string[];
  /** Stop after so many frames; null for all. */
  readonly maxFrames: number | null;
  readonly signal: AbortSignal;
  readonly onProgress: (octets: number, total: number | null) => void;
  readonly sink: AnalysisSink;
  readonly timeline?: TimelineSink;
}

export interface CaptureResult {
  readonly summary: AnalysisSummary;
  /** Why the input could not be read, or not to its end; null when it could. Results so far are in `summary`. */
  readonly inputError: unknown;
}

/** How a command has a capture analysed; a parameter, so that commands can be tested without captures. */
export type CaptureRunner = (run: CaptureRun) => Promise<CaptureResult>;
