import { zoneSeconds } from '../logs/log-time.ts';
import { compileLogPattern, LogPatternError } from '../logs/own-pattern.ts';
import { UsageError } from './usage-error.ts';

/** Options that only `explain` has. */
export const EXPLAIN_TEXT_OPTIONS = ['log', 'log-pattern', 'log-timezone', 'clock-offset'] as const;
type ExplainTextOption = (typeof EXPLAIN_TEXT_OPTIONS)[number];

/** As typed. */
export interface ExplainArgs {
  text(name: ExplainTextOption): string | undefined;
}

export interface ExplainOptions {
  /** A file, `-`, or one line of a log; null: words are to be explained, and there is no capture. */
  readonly log: string | null;
  readonly pattern: RegExp | null;
  readonly zoneSeconds: number | null;
  /** How far the log's clock is ahead of the capture's; null: find out. */
  readonly clockOffsetSeconds: number | null;
}

/** Checks and completes. Throws {@link UsageError}. */
export function explainOptionsFrom({ text }: ExplainArgs, files: readonly string[]): ExplainOptions {
  const log = text('log') ?? null;
  if (log === null) {
    const other = EXPLAIN_TEXT_OPTIONS.find((name) => text(name) !== undefined);
    if (other !== undefined) throw new UsageError(`--${other} needs --log`);
  }
  if (log === '-' && files.includes('-')) throw new UsageError('standard input can be read only once');
  const pattern = text('log-pattern');
  const zone = text('log-timezone');
  const offset = text('clock-offset');
  return {
    log,
    pattern: pattern === undefined ? null : patternFrom(pattern),
    zoneSeconds: zone === undefined ? null : zoneFrom(zone),
    clockOffsetSeconds: offset === undefined ? null : offsetFrom(offset),
  };
}

function patternFrom(source: string): RegExp {
  try {
    return compileLogPattern(source);
  } catch (error) {
    if (error instanceof LogPatternError) throw new UsageError(`--log-pattern: ${error.message}`);
    throw error;
  }
}

/** `UTC`, `+02:00`, `-0530`, `+2`. */
function zoneFrom(zone: string): number {
  if (/^(?:UTC|Z|GMT)$/i.test(zone)) return 0;
  if (/^[+-]\d\d:?\d\d$/.test(zone)) return zoneSeconds(zone);
  if (/^[+-]\d\d?$/.test(zone)) return Number(zone) * 3_600;
  throw new UsageError(`--log-timezone: "${zone}" is not UTC or an offset such as +02:00`);
}

/** `2.5`, `-3s`, `+1h`, `250ms`. */
function offsetFrom(text: string): number {
  const found = /^([+-]?\d{1,9}(?:\.\d{1,9})?) ?(ms|s|m|min|h)?$/.exec(text);
  if (found === null) throw new UsageError(`--clock-offset: "${text}" is no time such as 2.5, -300ms or 1h`);
  return Number(found[1]) * (UNIT_SECONDS[found[2] ?? 's'] ?? 1);
}

const UNIT_SECONDS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, min: 60, h: 3_600 };
