/** Whose words a line is written in. `unknown`: it has known words in it, but nothing tells of whose program. */
export type LogProgram =
  | 'alb'
  | 'apache'
  | 'caddy'
  | 'envoy'
  | 'go'
  | 'gunicorn'
  | 'haproxy'
  | 'java'
  | 'nginx'
  | 'node'
  | 'own'
  | 'php-fpm'
  | 'python'
  | 'rust'
  | 'unknown'
  | 'uvicorn'
  | 'web-server';

/** Which moment of an exchange the time of a line is; `either`: the format is used by programs of both habits. */
export type LogMoment = 'start' | 'head' | 'end' | 'either' | 'written';

export interface LogTime {
  /** Since 1970-01-01, as the line says it: in UTC if the zone is known, else as if its wall clock showed UTC. */
  readonly seconds: number;
  /** Smallest step of the notation: the true time lies in `seconds … seconds + precision`. */
  readonly precision: number;
  readonly isZoneKnown: boolean;
}

/** An address as a log has it; some give no port. */
export interface LogAddress {
  /** As the analysis writes it: IPv4 dotted, IPv6 compressed and in lower case, never IPv4-mapped. */
  readonly ip: string;
  readonly port: number | null;
}

/**
 * What a line says about the end. `peer-*`: the other end of the connection the line is about; `client-gone`: the
 * program says that it was its client; `upstream-*`: the server behind a proxy; `own-*`: its own decision.
 */
export type LogKind =
  | 'ordinary'
  | 'peer-reset'
  | 'peer-closed'
  | 'broken-pipe'
  | 'client-gone'
  | 'upstream-reset'
  | 'upstream-closed'
  | 'upstream-refused'
  | 'upstream-timeout'
  | 'client-timeout'
  | 'timed-out'
  | 'refused'
  | 'unreachable'
  | 'own-close'
  | 'own-crash'
  | 'tls-failed'
  | 'failed';

export interface LogSaying {
  readonly kind: LogKind;
  /** The errno it names (`EPIPE`), or that its words stand for. */
  readonly errno: string | null;
  /** The program's own code, as it writes it: `CD--`, `UC`, `499`. */
  readonly code: string | null;
}

/** One line of a log, understood. Text fields are as in the log: not escaped. */
export interface LogEvent {
  /** Counted from 1. */
  readonly line: number;
  /** The line, cut to a length that can be kept. */
  readonly text: string;
  readonly program: LogProgram;
  readonly says: LogSaying;
  readonly time: LogTime | null;
  readonly moment: LogMoment;
  /** The other end of the connection the line is about: usually the client. */
  readonly peer: LogAddress | null;
  readonly local: LogAddress | null;
  /** The server that a proxy had asked. */
  readonly upstream: LogAddress | null;
  readonly method: string | null;
  /** Request target as logged. */
  readonly path: string | null;
  readonly status: number | null;
  /** Octets sent to the client, as the program counts them. */
  readonly bytes: number | null;
  /** What `bytes` counts; `either`: programs of both habits use the format (Apache's %b and %O). */
  readonly bytesOf: 'body' | 'response' | 'either';
  /** Seconds, as logged. */
  readonly duration: number | null;
}

/** Where log lines are handed to. */
export interface LogSink {
  event(event: LogEvent): void;
}

/** What a log held. */
export interface LogCounts {
  readonly lines: number;
  /** Lines in which a reader found something. */
  readonly understood: number;
  readonly byProgram: Readonly<Partial<Record<LogProgram, number>>>;
}
