import type { LogEvent, LogProgram, LogSaying, LogTime } from '../model/log-event.ts';

/** A line as the readers get it: without what a log collector put in front. */
export interface Line {
  readonly number: number;
  /** As it stands in the log, cut. */
  readonly raw: string;
  /** Without the collector's prefix. */
  readonly text: string;
  /** `text` without a leading time; the same as `text` when there is none. */
  readonly body: string;
  /** That leading time, else the collector's. */
  readonly time: LogTime | null;
  /** Name of the program by syslog, lower case. */
  readonly tag: string | null;
}

/** Recognises the lines of one family of programs. Null: not mine. */
export type LineReader = (line: Line) => LogEvent | null;

export const ORDINARY: LogSaying = { kind: 'ordinary', errno: null, code: null };

export type EventFields = Partial<Omit<LogEvent, 'line' | 'text' | 'program'>>;

/** An event of this line; what is not given is unknown. */
export function eventOf(line: Line, program: LogProgram, fields: EventFields): LogEvent {
  const { says, time, moment, peer, local, upstream, method, path, status, bytes, bytesOf, duration } =
    fields;
  return {
    line: line.number,
    text: line.raw,
    program,
    says: says ?? ORDINARY,
    time: time ?? line.time,
    moment: moment ?? 'written',
    peer: peer ?? null,
    local: local ?? null,
    upstream: upstream ?? null,
    method: method ?? null,
    path: path ?? null,
    status: status ?? null,
    bytes: bytes ?? null,
    bytesOf: bytesOf ?? 'body',
    duration: duration ?? null,
  };
}
