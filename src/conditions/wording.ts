import { counted, thousands } from '../bytes/number-text.ts';

/** Numbers as the answers write them. */

/** "3 of 40 connections", "all 40 connections", "the only connection". */
export function ofAll(count: number, total: number, noun: string): string {
  if (total === 1 && count === 1) return `the only ${noun}`;
  if (count === total) return `all ${counted(total, noun)}`;
  return `${thousands(count)} of ${counted(total, noun)}`;
}

/** Nanoseconds as "0.03 ms", "41 ms", "2.1 s", "12 min". */
export function durationText(ns: number): string {
  const ms = ns / 1e6;
  if (ms === 0) return '0 ms';
  if (ms < 0.005) return 'less than 0.01 ms';
  if (ms < 10) return `${Number(ms.toPrecision(2))} ms`;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 9_950) return `${(ms / 1e3).toFixed(1)} s`;
  if (ms < 600e3) return `${Math.round(ms / 1e3)} s`;
  return `${thousands(ms / 60e3)} min`;
}

/** 0.0712 → "7.1 %"; what is neither nothing nor all never looks so. */
export function percentText(share: number): string {
  const percent = share * 100;
  if (percent === 0 || percent === 100) return `${percent} %`;
  if (percent < 0.1) return '<0.1 %';
  if (percent > 99.9) return '>99.9 %';
  return `${percent < 10 ? Number(percent.toFixed(1)) : Math.round(percent)} %`;
}

/** "a", "a and b", "a, b and c". */
export function joined(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}

export function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
