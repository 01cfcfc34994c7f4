import type { CodeWord } from '../model/code-word.ts';
import type { Group, Position } from '../model/verdict.ts';

type Row = readonly [
  names: string,
  means: string,
  groups: string,
  hungUp: string,
  positions: string,
  next: string,
];

const GROUP_LETTERS: Readonly<Record<string, Group>> = { c: 'client-abort', i: 'intermediary', s: 'server' };

/** Rows of a table: names and positions separated by spaces (`|` where a name has spaces), groups by their first letters. */
export function codeWords(program: string, source: string, rows: readonly Row[]): CodeWord[] {
  return rows.map(([names, means, groups, hungUp, positions, next]) => ({
    names: names.includes('|') ? names.split('|').filter((name) => name !== '') : names.split(' '),
    program,
    means,
    groups: [...groups].flatMap((letter) => GROUP_LETTERS[letter] ?? []),
    hungUp,
    positions: positions.split(' ').filter((word) => word !== '') as Position[],
    next,
    source,
  }));
}
