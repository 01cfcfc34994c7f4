/**
 * Capture times as people and programs write them: RFC 3339, UTC, with all the digits the capture has.
 * Worked out by hand because `Date` ends at milliseconds and a stage has no clock.
 */

const NS_PER_SECOND = 1_000_000_000n;
const SECONDS_PER_DAY = 86_400n;
const NS_DIGITS = 9;

/** Where a capture's relative times start, as CaptureOverview holds it. */
export interface TimeBase {
  readonly epochNs: bigint;
  /** Digits after the decimal point: 6 or 9. */
  readonly digits: number;
}

interface WallTime {
  readonly date: string;
  readonly time: string;
}

/** `2026-01-02T03:04:05.678901Z`. `ns` counts from the capture's epoch and may be negative. */
export function rfc3339(base: TimeBase, ns: number): string {
  const { date, time } = wallTime(base, ns);
  return `${date}T${time}Z`;
}

/** `2026-01-02`. */
export function utcDate(base: TimeBase, ns: number): string {
  return wallTime(base, ns).date;
}

/** `03:04:05.678901`, or fewer digits (cut, not rounded, so that it stays a prefix of the full time). */
export function utcTimeOfDay(base: TimeBase, ns: number, digits: number = base.digits): string {
  return wallTime({ epochNs: base.epochNs, digits }, ns).time;
}

function wallTime(base: TimeBase, ns: number): WallTime {
  const total = base.epochNs + BigInt(Math.round(ns));
  const seconds = floorDiv(total, NS_PER_SECOND);
  const fraction = String(total - seconds * NS_PER_SECOND).padStart(NS_DIGITS, '0');
  const day = floorDiv(seconds, SECONDS_PER_DAY);
  const secondOfDay = Number(seconds - day * SECONDS_PER_DAY);
  const hms = [Math.floor(secondOfDay / 3600), Math.floor(secondOfDay / 60) % 60, secondOfDay % 60];
  const digits = base.digits > 0 ? `.${fraction.slice(0, base.digits)}` : '';
  return { date: civilDate(Number(day)), time: hms.map((part) => pad(part, 2)).join(':') + digits };
}

/**
 * Days since 1970-01-01 to a Gregorian date. Years are counted from 1 March, so that the leap day is the last
 * of its year; 146,097 days are 400 years.
 */
function civilDate(day: number): string {
  const shifted = day + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const dayOfMonth = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(dayOfMonth, 2)}`;
}

function floorDiv(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a < 0n && quotient * b !== a ? quotient - 1n : quotient;
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0');
}
