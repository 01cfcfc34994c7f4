import type { LogCounts, LogEvent, LogProgram, LogSink, LogTime } from '../model/log-event.ts';
import { detached } from './detached.ts';
import { MAX_TEXT_LEN } from './limits.ts';
import { lineOf } from './line-prefix.ts';
import { readByPattern } from './own-pattern.ts';
import { readTextLine } from './reader-table.ts';
import { readJsonLine } from './readers/json-lines.ts';
import { PythonTracebacks } from './readers/python-traceback.ts';

export interface LogReaderOptions {
  /** About when the log was written, in seconds since 1970: for dates without a year. */
  readonly reference: number;
  /** The user's own form, tried first. */
  readonly pattern: RegExp | null;
  /** Seconds east of UTC for times that do not name their zone; null: unknown. */
  readonly zoneSeconds: number | null;
}

/** Log lines, of whatever programs, one after the other: what each says goes to the sink. Any text at all is harmless. */
export class LogReader {
  readonly #options: LogReaderOptions;
  readonly #sink: LogSink;
  readonly #tracebacks = new PythonTracebacks();
  readonly #byProgram = new Map<LogProgram, number>();
  #lines = 0;
  #understood = 0;

  constructor(options: LogReaderOptions, sink: LogSink) {
    this.#options = options;
    this.#sink = sink;
  }

  /** One line without its end. */
  line(raw: string): void {
    this.#lines++;
    if (raw.length === 0) return;
    const event = this.#read(raw);
    if (event === null) return;
    this.#understood++;
    this.#byProgram.set(event.program, (this.#byProgram.get(event.program) ?? 0) + 1);
    const own = raw.length > MAX_TEXT_LEN ? detached(event) : event;
    this.#sink.event({ ...own, time: this.#inZone(own.time) });
  }

  get counts(): LogCounts {
    return {
      lines: this.#lines,
      understood: this.#understood,
      byProgram: Object.fromEntries(this.#byProgram),
    };
  }

  #read(raw: string): LogEvent | null {
    const { reference, pattern } = this.#options;
    const line = lineOf(raw, this.#lines, reference);
    const own = pattern === null ? null : readByPattern(line, pattern, reference);
    if (own !== null) return own;
    const json = readJsonLine(line, readTextLine);
    if (json !== null) return json;
    const python = this.#tracebacks.read(line);
    if (python === 'held') return null;
    return python ?? readTextLine(line);
  }

  #inZone(time: LogTime | null): LogTime | null {
    const { zoneSeconds } = this.#options;
    if (time === null || time.isZoneKnown || zoneSeconds === null) return time;
    return { ...time, seconds: time.seconds - zoneSeconds, isZoneKnown: true };
  }
}
