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

/** Something that several connections have in common, in words and numbers. */
export interface Pattern {
  /** Kebab-case: `idle-timer`, `burst`, `one-url`, `same-offset`… */
  readonly kind: string;
  readonly text: string;
  readonly connections: number;
  /** Ids of up to ten of them. */
  readonly examples: readonly number[];
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
  readonly capture: CaptureOverview;
}

/** Where the analysis puts its answers. `connection` is called once for each, as it ends or at the end of the capture. */
export interface AnalysisSink {
  /**
   * A connection that ended with both FINs while every request was answered, which is most of them: no facts are
   * gathered and no verdict is worked out for it. A sink without this method gets all connections by `connection`.
   */
  uneventful?(id: number): void;
  /** The counts of `overview` are those of a little while ago. */
  connection(judged: JudgedConnection, overview: CaptureOverview): void;
}
