import { escapeText } from '../bytes/escape-text.ts';
import type { CodeWord } from '../model/code-word.ts';
import { jsonLine } from './json-line.ts';
import { wrap } from './layout.ts';
import { SCHEMA_VERSION } from './schema-version.ts';
import type { TextOptions } from './text-options.ts';
import { POSITION_WORDS } from './words.ts';

const INDENT = '  ';

/** What a word means, for a person. */
export function codeText(
  asked: string,
  words: readonly CodeWord[],
  { width, palette }: TextOptions,
): string[] {
  return words.flatMap((word) => {
    const lines = wrap(
      `${escapeText(shownName(word, asked))} (${word.program}): ${word.means}.`,
      width,
      INDENT,
    );
    const say = (label: string, text: string, style = (line: string): string => line): void => {
      for (const line of wrap(`${label}: ${text}`, width - INDENT.length, INDENT))
        lines.push(INDENT + style(line));
    };
    say('Who hung up', word.hungUp);
    say('In whohungup', ourWords(word));
    say('Look at', word.next);
    say('Source', word.source, palette.faint);
    return [...lines.map((line, at) => (at === 0 ? palette.title(line) : line)), ''];
  });
}

/** As asked, or the whole of what was asked a part of. */
function shownName({ names }: CodeWord, asked: string): string {
  const lowered = asked.trim().toLowerCase();
  if (!/\s/.test(lowered) || names.some((name) => lowered.includes(name.toLowerCase()))) return asked;
  return names.find((name) => name.toLowerCase().includes(lowered)) ?? asked;
}

function ourWords({ groups, positions }: CodeWord): string {
  const group = groups.length === 0 ? 'no bad end' : groups.join(' or ');
  const where = positions
    .filter((position) => position !== 'unknown')
    .map((position) => POSITION_WORDS[position]);
  return where.length === 0 ? group : `${group}; ${where.join(', or ')}`;
}

/** The same as a record (docs/explain.md). */
export function codeRecords(asked: string, words: readonly CodeWord[]): string[] {
  return words.map(({ names, program, means, groups, hungUp, positions, next, source }) =>
    jsonLine({
      type: 'code',
      schema: SCHEMA_VERSION,
      asked,
      names,
      program,
      means,
      groups,
      hungUp,
      positions,
      next,
      source,
    }),
  );
}
