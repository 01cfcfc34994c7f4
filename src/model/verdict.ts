import type { ConnectionConditions } from './conditions.ts';
import type { ConnectionFacts } from './facts.ts';

export type Group = 'client-abort' | 'intermediary' | 'server';
export type Certainty = 'proven' | 'likely' | 'undetermined';
export type Outcome = 'clean' | 'aborted' | 'truncated' | 'refused' | 'timed-out' | 'open' | 'scan';
export type ClosedBy = 'client' | 'server' | 'intermediary' | 'both' | 'none';
export type CloseKind = 'FIN' | 'RST' | 'none';
export type Position =
  | 'handshake'
  | 'before-request'
  | 'in-request'
  | 'awaiting-response'
  | 'in-response-headers'
  | 'in-response-body'
  | 'after-response'
  | 'idle-keepalive'
  | 'tls-handshake'
  | 'tls-application'
  | 'tunnel'
  | 'non-http'
  | 'unknown';

/** One fact that speaks for or against a group, by a named rule (docs/evidence.md has a heading for each). */
export interface Evidence {
  readonly rule: string;
  readonly towards: Group;
  /** Decibels: 10·log10 of the likelihood ratio. Positive = speaks for `towards`, negative = against. */
  readonly weight: number;
  readonly frames: readonly number[];
  readonly text: string;
}

/** A FIN or RST as the record lists it. */
export interface CloseRole {
  readonly frame: number;
  readonly from: 'client' | 'server';
  readonly kind: 'FIN' | 'RST';
  readonly role: 'cause' | 'consequence' | 'answer' | 'ignored' | 'simultaneous';
}

export interface ApplicationView {
  /** What this side's program most likely logged or did, in plain words. */
  readonly likely: string;
  /** The errno it most likely saw ('ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNREFUSED'), or null. */
  readonly errno: string | null;
}

/** The answer for one connection (contract: docs/json.md). */
export interface Verdict {
  readonly outcome: Outcome;
  readonly group: Group | null;
  readonly certainty: Certainty | null;
  /** Probability of `group`, 0–1; null when group is null. */
  readonly confidence: number | null;
  readonly probabilities: Readonly<Record<Group, number>> | null;
  readonly closedBy: ClosedBy;
  readonly kind: CloseKind;
  readonly killerFrame: number | null;
  readonly position: Position;
  readonly closes: readonly CloseRole[];
  readonly evidence: readonly Evidence[];
  readonly applications: { readonly client: ApplicationView; readonly server: ApplicationView };
  /** One sentence, plain words first. */
  readonly headline: string;
  /** Does anybody need to act? One short sentence. */
  readonly matters: string;
  readonly isHarmless: boolean;
  /** For `undetermined`: which other groups remain and which capture would settle it. */
  readonly settle: string | null;
  /** Plain-word findings about the connection that are not about blame: small writes, zero window, loss… */
  readonly notes: readonly string[];
}

/** What reports work from: the facts and the answer. */
export interface JudgedConnection {
  /** The file that holds its first frame. */
  readonly file: string;
  readonly facts: ConnectionFacts;
  readonly verdict: Verdict;
  /** Only when they were asked for, and measured. */
  readonly conditions?: ConnectionConditions;
}
