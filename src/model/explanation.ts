import type { Side } from './facts.ts';
import type { LogCounts, LogEvent } from './log-event.ts';
import type {
  ApplicationView,
  Certainty,
  ClosedBy,
  CloseKind,
  CloseRole,
  Group,
  Outcome,
  Position,
} from './verdict.ts';

/** One exchange of a connection, as far as log lines need it. Times are the capture's; null where it was not seen. */
export interface SeenExchange {
  readonly index: number;
  readonly method: string | null;
  readonly target: string;
  readonly status: number | null;
  readonly requestNs: number | null;
  readonly requestEndNs: number | null;
  readonly headNs: number | null;
  /** When its last octet was seen, or when it was cut. */
  readonly endNs: number;
  readonly bodyBytes: number;
  /** Octets of the response's head; null when they are not known (after the first exchange). */
  readonly headBytes: number | null;
  /** Declared; null when it was not. */
  readonly bodyLength: number | null;
  readonly isComplete: boolean;
  readonly isChunked: boolean;
}

/** A connection with what explaining a log line takes; a tenth of its facts. */
export interface SeenConnection {
  readonly id: number;
  readonly file: string;
  readonly client: { readonly ip: string; readonly port: number };
  readonly server: { readonly ip: string; readonly port: number };
  readonly startNs: number;
  readonly endNs: number;
  readonly outcome: Outcome;
  readonly group: Group | null;
  readonly certainty: Certainty | null;
  readonly confidence: number | null;
  readonly closedBy: ClosedBy;
  readonly kind: CloseKind;
  readonly killerFrame: number | null;
  /** When it was ended: the killer's time, else the last segment's. */
  readonly killNs: number;
  readonly position: Position;
  readonly closes: readonly CloseRole[];
  readonly headline: string;
  readonly matters: string;
  readonly isHarmless: boolean;
  readonly settle: string | null;
  readonly applications: { readonly client: ApplicationView; readonly server: ApplicationView };
  /** Silence before its end: since the last payload of either side. */
  readonly silenceNs: number | null;
  /** The exchange it was cut in, or the last one. */
  readonly exchange: SeenExchange | null;
  /** Value of the Server header, and protocols. */
  readonly serverName: string | null;
  readonly isEncrypted: boolean;
  readonly clientZeroWindowNs: number;
  /** -Y lets it through. */
  readonly isSelected: boolean;
}

export type JoinCertainty = 'certain' | 'likely' | 'guess';

/** One log line with the connection behind it. */
export interface Explanation {
  readonly event: LogEvent;
  /** Null: no connection of the capture fits. */
  readonly connection: SeenConnection | null;
  readonly exchange: SeenExchange | null;
  /** Which end of the connection wrote the line. */
  readonly writer: Side;
  readonly certainty: JoinCertainty | null;
  /** How the connection was found, in plain words; or why none was. */
  readonly reasons: readonly string[];
  /** The line's time minus the moment it speaks of, by the capture's clock set right. Null: no times to compare. */
  readonly lateNs: number | null;
  /** What the program could see, and why this errno. */
  readonly saw: string | null;
  /** Where the line and the packets do not agree. */
  readonly contradiction: string | null;
  /** What to change: settings of that program, with the value seen. */
  readonly advice: readonly string[];
}

/** How far the log's clock is ahead of the capture's. One of times with a zone, one of times without. */
export interface LogClock {
  readonly isZoneKnown: boolean;
  /** Null: nothing tells. */
  readonly offsetSeconds: number | null;
  /** Half of the range in which most lines lie. */
  readonly spreadSeconds: number;
  /** Lines it was estimated from; 0 when the user gave it, or the other clock was used. */
  readonly lines: number;
  readonly from: 'user' | 'lines' | 'other-clock' | 'nothing';
  /** No other offset explains nearly as many lines. */
  readonly isSettled: boolean;
}

export interface ExplanationSummary {
  readonly log: LogCounts;
  readonly clocks: readonly LogClock[];
  readonly explained: number;
  readonly byCertainty: Readonly<Record<JoinCertainty, number>>;
  /** Lines about exchanges that ended well, joined and not shown. */
  readonly uneventful: number;
  readonly unmatched: number;
  /** Bad ends of the capture that no line speaks of. */
  readonly unmentioned: readonly SeenConnection[];
  /** Lines and connections that were not kept because a limit was hit. */
  readonly linesLeftOut: number;
  readonly connectionsLeftOut: number;
}
