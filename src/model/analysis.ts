import type { Checklist } from './conditions.ts';
import type { Vantage } from './facts.ts';
import type { CaptureWarning } from './frame.ts';
import type { ClosedBy, Group, JudgedConnection, Outcome, Position } from './verdict.ts';

/** What the capture itself is, as far as it was read. */
export interface CaptureOverview {
  readonly files: readonly string[];
  /** False while the capture is still being read: counts are "so far". */
  readonly isComplete: boolean;
  /** LINKTYPE_ numbers seen. */
  readonly linkTypes: readonly number[];
  readonly frames: number;
  readonly tcpSegments: number;
  /** Frames that hold no TCP, cannot be decoded, or have a link type that we cannot read. */
  readonly otherFrames: number;
  readonly malformedFrames: number;
  readonly unsupportedFrames: number;
  readonly epochNs: bigint;
  /** Digits after the decimal point of the time stamps: 6 or 9. */
  readonly digits: number;
  readonly firstNs: number | null;
  readonly lastNs: number | null;
  /** Frames that the capture says it dropped; null when it does not say. */
  readonly drops: number | null;
  /** Who stamped the frames of a live capture: the kernel, or a program that got them later. Null: a file does not say. */
  readonly timestampSource: 'kernel' | 'userspace' | null;
  /** How far such a time may be from the true one. */
  readonly clockErrorNs: number;
  readonly warnings: readonly CaptureWarning[];
  readonly vantage: Vantage;
  /** Version of the weights by which the evidence was weighed. */
  readonly weights: string;
}

/** Something that several connections have in common, in words and numbers (docs/patterns.md has each kind). */
export interface Pattern {
  /** Kebab-case: `idle-timer`, `burst`, `one-url`, `same-offset`… */
  readonly kind: string;
  /** What was found, in one sentence. */
  readonly text: string;
  /** Connections (for `departures` responses) that have it in common… */
  readonly connections: number;
  /** …of so many that could have. */
  readonly of: number;
  /** Ids of up to ten of them. */
  readonly examples: readonly number[];
  /** What was measured; docs/patterns.md has the names of each kind. */
  readonly figures: Readonly<Record<string, number | string | null>>;
  /**
   * Probability of something at least as striking if nothing of the kind were at work, corrected for everything that
   * was looked at within the kind. Null where each connection is evidence by itself.
   */
  readonly pValue: number | null;
  /** What it suggests. */
  readonly suggests: string;
  /** What to check next. */
  readonly next: string;
}

/** Responses as exposed to being cut: from the first octet on the wire to the last. */
export interface ResponseFigures {
  readonly completed: number;
  /** Connections that ended badly while a response was being sent… */
  readonly cut: number;
  /** …or awaited. */
  readonly unanswered: number;
  readonly cutByGroup: Readonly<Record<Group, number>>;
  /** First octet to last, or to the cut, summed over all responses. */
  readonly exposureNs: number;
  readonly medianExposureNs: number | null;
  readonly p95ExposureNs: number | null;
  readonly buffering: BufferingEstimate | null;
}

/** What would become of the resets in the response if each response were written in one go (docs/compare.md). */
export interface BufferingEstimate {
  /** Clients that left while a response was being sent, and those that are expected to. */
  readonly departures: number;
  readonly responses: number;
  readonly expected: number;
  /** 95 % for the number seen among as many responses. */
  readonly expectedLow: number;
  readonly expectedHigh: number;
  /** Departures for each second that a response is on the wire, and 95 %. */
  readonly hazard: number;
  readonly hazardLow: number;
  readonly hazardHigh: number;
  /** Mean time on the wire as seen, and as estimated when written in one go. */
  readonly exposureNs: number;
  readonly exposureAtOnceNs: number;
  readonly roundTripNs: number;
  /** Share (0–1) of the time on the wire in which the server had nothing to send. */
  readonly pausedShare: number;
}

export interface AnalysisSummary {
  readonly connections: number;
  readonly byOutcome: Readonly<Record<Outcome, number>>;
  /** Connections with a group, harmful or not. */
  readonly byGroup: Readonly<Record<Group, number>>;
  readonly undetermined: number;
  readonly byPosition: Readonly<Partial<Record<Position, number>>>;
  /** Of connections with a group. */
  readonly byClosedBy: Readonly<Record<ClosedBy, number>>;
  /** Ended badly, but nobody was hurt. */
  readonly harmless: number;
  readonly exchanges: number;
  readonly patterns: readonly Pattern[];
  readonly responses: ResponseFigures;
  /** Only when conditions were asked for. */
  readonly checklist?: Checklist;
  readonly capture: CaptureOverview;
}

/** Where the analysis puts its answers. `connection` is called once for each, as it ends or at the end of the capture. */
export interface AnalysisSink {
  /**
   * A connection that ended with both FINs while every request was answered, which is most of them: no facts are
   * gathered and no verdict is worked out for it. A sink without this method gets all connections by `connection`.
   */
  uneventful?(id: number): void;
  /**
   * One more connection for which all is as for `judged`, but for its number, its times, its client and where nobody looks
   * at it: a lone SYN to the same server. A sink without this method gets these by `connection`, too.
   */
  alike?(judged: JudgedConnection, id: number): void;
  /** The counts of `overview` are those of a little while ago. */
  connection(judged: JudgedConnection, overview: CaptureOverview): void;
}
