/** Durations and shares as a person reads them, rounded. */

const NS_PER_SECOND = 1e9;
const SECONDS_PER_MINUTE = 60;
const SECONDS_PER_HOUR = 3600;
const SECONDS_PER_DAY = 86_400;

/** Nanoseconds as a short duration: `0.8 ms`, `2.113 s`, `4 min 10 s`, `3 h 05 min`, `2 d 4 h`. */
export function durationText(ns: number): string {
  if (ns < 0) return `-${durationText(-ns)}`;
  const seconds = ns / NS_PER_SECOND;
  if (seconds === 0) return '0 s';
  if (seconds < 0.0009995) return `${Math.max(1, Math.round(seconds * 1e6))} µs`;
  if (seconds < 0.9995) return `${significant(seconds * 1e3)} ms`;
  if (seconds < SECONDS_PER_MINUTE) return `${significant(seconds)} s`;
  const whole = Math.round(seconds);
  if (whole < SECONDS_PER_HOUR) {
    const rest = whole % SECONDS_PER_MINUTE;
    return `${Math.floor(whole / SECONDS_PER_MINUTE)} min${rest === 0 ? '' : ` ${rest} s`}`;
  }
  const minutes = Math.floor((whole % SECONDS_PER_HOUR) / SECONDS_PER_MINUTE);
  if (whole < SECONDS_PER_DAY)
    return `${Math.floor(whole / SECONDS_PER_HOUR)} h ${String(minutes).padStart(2, '0')} min`;
  return `${Math.floor(whole / SECONDS_PER_DAY)} d ${Math.floor((whole % SECONDS_PER_DAY) / SECONDS_PER_HOUR)} h`;
}

/** Probability 0–1 as a whole percentage that never rounds doubt away: `99.6 %` is not `100 %`. */
export function percentText(probability: number): string {
  const percent = probability * 100;
  if (percent > 99 && percent < 100) return '>99 %';
  if (percent < 1 && percent > 0) return '<1 %';
  return `${Math.round(percent)} %`;
}

/** A share 0–1 as a percentage with two or three digits that count: `7.12 %`, `0.13 %`, `0 %`. */
export function shareText(share: number): string {
  const percent = share * 100;
  if (percent === 0) return '0 %';
  if (percent < 0.001) return '<0.001 %';
  return `${Number(percent.toPrecision(percent < 1 ? 2 : 3))} %`;
}

/** Three significant digits, no exponent, no trailing zeros. */
function significant(value: number): string {
  return String(Number(value.toPrecision(3)));
}
