import type { Side } from '../model/facts.ts';
import type { Outcome } from '../model/verdict.ts';
import type { Case } from './case.ts';

/** What kind of end it was; the sentences of the verdict go by it. */
export type Reason =
  | 'refused'
  | 'stray'
  | 'probe'
  | 'gave-up'
  | 'unused'
  | 'orderly'
  | 'half-close'
  | 'late-request'
  | 'not-visible'
  | 'reset-after-answer'
  | 'closed-in-protocol'
  | 'early-answer'
  | 'answered-for'
  | 'left-unread'
  | 'tls-failed'
  | 'cut'
  | 'aborted'
  | 'forbidden'
  | 'unanswered-syn'
  | 'half-open'
  | 'unacknowledged'
  | 'given-up'
  | 'probes-unanswered'
  | 'window-stayed-shut'
  | 'capture-ended';

/** A row of an outcome table. Of several that fit, the first counts. */
export interface OutcomeRule {
  readonly reason: Reason;
  readonly outcome: Outcome;
  /** The side whose doing it was, before the question whether the segment is really its own; null = no culprit. */
  blames(found: Case): Side | null;
  fits(found: Case): boolean;
}

export const nobody = (): null => null;
export const theInitiator = ({ ending }: Case): Side | null => ending.by;
