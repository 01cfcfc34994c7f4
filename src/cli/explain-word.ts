import { escapeText } from '../bytes/escape-text.ts';
import { lookUp, suggestionsFor } from '../codes/lookup.ts';
import { fileStatus } from '../io/file-source.ts';
import { codeRecords, codeText } from '../report/code-text.ts';
import { shorten } from '../report/layout.ts';
import type { CommandContext } from './context.ts';
import { EXIT_DONE, EXIT_USAGE } from './exit-codes.ts';
import type { Options } from './options.ts';
import { textOptions } from './report-loading.ts';

/** Of an unknown word, in a message. */
const MAX_SHOWN_COLUMNS = 200;

/** `whohungup explain WORD…`. Returns the exit code. */
export async function explainWords(options: Options, context: CommandContext): Promise<number> {
  const asked = wholeOrEach(options.files);
  let isKnown = true;
  for (const word of asked) {
    const words = lookUp(word);
    if (words.length === 0) {
      isKnown = false;
      context.diagnostics.say(escapeText(unknownText(word)));
    } else if (options.format === 'jsonl') for (const line of codeRecords(word, words)) context.write(line);
    else for (const line of codeText(word, words, await textOptions(options))) context.write(`${line}\n`);
  }
  return isKnown ? EXIT_DONE : EXIT_USAGE;
}

/** `explain broken pipe` is one question, `explain 499 504` are two, and so is `explain UF,URX` (Envoy joins its flags so). */
function wholeOrEach(words: readonly string[]): readonly string[] {
  const whole = words.join(' ');
  if (words.length > 1 && isKnownWord(whole)) return [whole];
  return words.flatMap((word) => {
    const parts = word.split(',');
    return !isKnownWord(word) && parts.every(isKnownWord) ? parts : [word];
  });
}

function isKnownWord(word: string): boolean {
  return lookUp(word).length > 0;
}

function unknownText(word: string): string {
  if (word.trim() === '') return 'explain was given an empty word';
  if (fileStatus(word) !== null)
    return `${word} is a file: explain needs --log with it (a file, "-", or one quoted line)`;
  const nearest = suggestionsFor(word);
  const hint = nearest.length === 0 ? '' : `; the nearest known: ${nearest.join(', ')}`;
  return `"${shorten(word, MAX_SHOWN_COLUMNS)}" is no word that is known${hint}`;
}
