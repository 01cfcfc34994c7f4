import type { CaptureOverview, Pattern } from '../model/analysis.ts';
import type { Ending } from './ending.ts';
import type { ResponseCounts } from './response-counts.ts';
import type { WellEnded } from './well-ended.ts';

/**
 * A pattern is told when chance would make something as striking, anywhere that was looked within its kind, in fewer
 * than one of a thousand captures. With some twenty looks a capture without any pattern shows one in fifty at most.
 */
export const DECISION_P = 0.001;
/** Fewer than this are no pattern, however improbable. */
export const MIN_CONNECTIONS = 5;

/** How numbers and times are put into words; the report's own way, handed in. */
export interface PatternWords {
  /** `1 file`, `3 files`. */
  counted(count: number, noun: string): string;
  thousands(count: number): string;
  duration(ns: number): string;
  percent(share: number): string;
  /** `03:04:05` UTC. */
  timeOfDay(capture: CaptureOverview, ns: number): string;
}

/** All that a kind of pattern may look at. */
export interface PatternEvidence {
  /** Every connection that deserves a look. */
  readonly endings: readonly Ending[];
  /** Those that no pattern before this one explains. */
  readonly open: readonly Ending[];
  readonly responses: ResponseCounts;
  readonly wellEnded: WellEnded;
  readonly capture: CaptureOverview;
  readonly words: PatternWords;
}

/** A pattern with the connections that it is made of. */
export interface FoundPattern extends Omit<Pattern, 'connections' | 'examples'> {
  readonly members: readonly Ending[];
  /** It says why these ended: later kinds leave them out. */
  readonly isCause: boolean;
}

export type PatternKind = (evidence: PatternEvidence) => readonly FoundPattern[];
