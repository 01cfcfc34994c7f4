import type { JoinCertainty } from '../model/explanation.ts';
import type { LogEvent } from '../model/log-event.ts';
import type { Candidate } from './candidates.ts';

/** A line and what it was found to be about. */
export interface Joined {
  readonly event: LogEvent;
  readonly found: Candidate | null;
  readonly certainty: JoinCertainty | null;
  readonly reasons: readonly string[];
}

export function notJoined(event: LogEvent, ...reasons: readonly string[]): Joined {
  return { event, found: null, certainty: null, reasons };
}
