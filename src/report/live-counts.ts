import { counted, thousands } from '../bytes/number-text.ts';
import type { Group } from '../model/verdict.ts';
import type { Tally } from './tally.ts';

/** The state of a live capture at one moment. */
export interface LiveCounts {
  readonly frames: number;
  /** Null: the source cannot tell. */
  readonly drops: number | null;
  readonly open: number;
  /** Octets of memory that the analysing process holds. */
  readonly memoryLen: number;
}

const MIB = 1024 * 1024;

/** One line for standard error, at SIGUSR1. */
export function countsLine(counts: LiveCounts, tally: Tally): string {
  const parts = [
    `${counted(counts.frames, 'frame')}, ${dropsText(counts.drops)}`,
    `${counted(tally.connections, 'connection')} ended, ${thousands(counts.open)} open`,
    `hung up: client ${groupCount(tally, 'client-abort')}, intermediary ${groupCount(tally, 'intermediary')}, server ${groupCount(tally, 'server')}`,
    `memory ${memoryText(counts.memoryLen)}`,
  ];
  return parts.join('; ');
}

function groupCount(tally: Tally, group: Group): string {
  return thousands(tally.lines.get(group)?.count ?? 0);
}

export function dropsText(drops: number | null): string {
  return drops === null ? 'drops not known' : `${thousands(drops)} dropped`;
}

export function memoryText(memoryLen: number): string {
  return `${thousands(Math.round(memoryLen / MIB))} MiB`;
}
