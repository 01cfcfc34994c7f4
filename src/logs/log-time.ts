import type { LogTime } from '../model/log-event.ts';

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS_BEFORE = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
const SECONDS_PER_DAY = 86_400;
/** Half a year: a date without a year is of the year that puts it nearest to the reference. */
const HALF_YEAR = 182 * SECONDS_PER_DAY;

/** A time at the start of a text, and how many characters it takes. */
export interface FoundTime {
  readonly time: LogTime;
  readonly length: number;
}

interface Civil {
  readonly year: number;
  /** From 1. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/** Seconds since 1970 of a date in UTC (proleptic Gregorian calendar). */
function civilSeconds({ year, month, day, hour, minute, second }: Civil): number {
  const before = year - 1;
  const leapDays = Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400) - 477;
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days =
    (year - 1970) * 365 + leapDays + (DAYS_BEFORE[month - 1] ?? 0) + (isLeap && month > 2 ? 1 : 0) + day - 1;
  return days * SECONDS_PER_DAY + hour * 3600 + minute * 60 + second;
}

/** `2026-11-22T22:31:23.123Z`, `2026-11-22 22:31:23,123`, `2026/11/22 22:31:23 +0100` (RFC 3339, Python, nginx, Go). */
const YEAR_FIRST =
  /^(\d{4})[-/](\d\d)[-/](\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?( ?(?:Z|[+-]\d\d:?\d\d)|(?: UTC))?/;
/** `22/Nov/2026:22:31:23 +0000` (Common Log Format), with the milliseconds of HAProxy. */
const DAY_FIRST = /^(\d\d)[/-]([A-Za-z]{3})[/-](\d{4})[: ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?( [+-]\d{4})?/;
/** `Sun Nov 22 22:31:23.123456 2026` (asctime, as Apache's error log has it). */
const ASCTIME = /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))? (\d{4})/;
/** `Nov 22 22:31:23` (RFC 3164 §4.1.2): no year, no zone. */
const SYSLOG = /^([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?/;
const EPOCH = /^(\d{10})(?:\.(\d{1,9}))?(?=[\s,\]]|$)/;

/** A time at the start of `text`; null when there is none. `reference`: about when, in seconds, for dates without a year. */
export function timeAtStart(text: string, reference: number): FoundTime | null {
  return yearFirst(text) ?? dayFirst(text) ?? asctime(text) ?? syslog(text, reference) ?? epoch(text);
}

function yearFirst(text: string): FoundTime | null {
  const found = YEAR_FIRST.exec(text);
  if (found === null) return null;
  const [all, year, month, day, hour, minute, second, fraction, zone] = found;
  return timeOf(all.length, numbers(year, month, day, hour, minute, second), fraction, zone);
}

function dayFirst(text: string): FoundTime | null {
  const found = DAY_FIRST.exec(text);
  if (found === null) return null;
  const [all, day, name, year, hour, minute, second, fraction, zone] = found;
  return timeOf(all.length, numbers(year, monthOf(name), day, hour, minute, second), fraction, zone);
}

function asctime(text: string): FoundTime | null {
  const found = ASCTIME.exec(text);
  if (found === null) return null;
  const [all, name, day, hour, minute, second, fraction, year] = found;
  return timeOf(all.length, numbers(year, monthOf(name), day, hour, minute, second), fraction, undefined);
}

function syslog(text: string, reference: number): FoundTime | null {
  const found = SYSLOG.exec(text);
  if (found === null) return null;
  const [all, name, day, hour, minute, second, fraction] = found;
  const year = 1970 + Math.floor(reference / (365.2425 * SECONDS_PER_DAY));
  for (const guess of [year, year - 1, year + 1]) {
    const made = timeOf(
      all.length,
      numbers(guess, monthOf(name), day, hour, minute, second),
      fraction,
      undefined,
    );
    if (made === null) return null;
    if (Math.abs(made.time.seconds - reference) <= HALF_YEAR) return made;
  }
  return timeOf(all.length, numbers(year, monthOf(name), day, hour, minute, second), fraction, undefined);
}

function epoch(text: string): FoundTime | null {
  const found = EPOCH.exec(text);
  return found === null ? null : { time: epochTime(Number(found[0])), length: found[0].length };
}

/** Seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by their size. */
export function epochTime(value: number): LogTime {
  let unit = 1;
  while (value / unit > 1e11) unit *= 1_000;
  const isWhole = Number.isInteger(value) && unit === 1;
  return { seconds: value / unit, precision: isWhole ? 1 : 1 / Math.max(unit, 1_000), isZoneKnown: true };
}

function monthOf(name: string | undefined): number {
  return MONTHS.indexOf((name ?? '').toLowerCase()) + 1;
}

function numbers(...parts: readonly (string | number | undefined)[]): Civil {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.map(Number);
  return { year, month, day, hour, minute, second };
}

function timeOf(
  length: number,
  civil: Civil,
  fraction: string | undefined,
  zone: string | undefined,
): FoundTime | null {
  const { month, day, hour, minute, second } = civil;
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 24 || minute > 59 || second > 60) return null;
  const part = fraction === undefined ? 0 : Number(`0.${fraction}`);
  const seconds = civilSeconds(civil) + part - zoneSeconds(zone);
  const precision = fraction === undefined ? 1 : 10 ** -fraction.length;
  return { time: { seconds, precision, isZoneKnown: zone !== undefined }, length };
}

/** `+0130` → 5,400. */
export function zoneSeconds(zone: string | undefined): number {
  const found = /([+-])(\d\d):?(\d\d)/.exec(zone ?? '');
  if (found === null) return 0;
  const seconds = Number(found[2]) * 3600 + Number(found[3]) * 60;
  return found[1] === '-' ? -seconds : seconds;
}
