import { editDistance } from '../bytes/edit-distance.ts';
import type { CodeWord } from '../model/code-word.ts';
import { CURL_WORDS } from './curl.ts';
import { ENVOY_WORDS } from './envoy.ts';
import { ERRNO_WORDS } from './errno.ts';
import { HAPROXY_WORDS } from './haproxy.ts';
import { STATUS_WORDS } from './http-status.ts';
import { PHRASE_WORDS } from './phrases.ts';
import { RESET_REASON_WORDS } from './reset-reasons.ts';
import { ZEEK_WORDS } from './zeek.ts';

/** All words, in the order in which they are shown when several programs use the same one. */
const ALL_WORDS: readonly CodeWord[] = [
  ...STATUS_WORDS,
  ...HAPROXY_WORDS,
  ...ENVOY_WORDS,
  ...ERRNO_WORDS,
  ...CURL_WORDS,
  ...ZEEK_WORDS,
  ...RESET_REASON_WORDS,
  ...PHRASE_WORDS,
];

/** Characters of a question that are looked at: log lines are questions, too. */
const MAX_ASKED_LEN = 8_192;
/** What is longer, or shorter, is near to no word. */
const MAX_WORD_LEN = 100;
const MIN_WORD_LEN = 2;
/** Suggestions for a word nobody knows. */
const MAX_SUGGESTIONS = 5;

/** What a word means: as written first, then whatever its case, then sentences that contain a known one, then parts of one. */
export function lookUp(asked: string): readonly CodeWord[] {
  const word = withoutProgram(asked.trim().slice(0, MAX_ASKED_LEN));
  if (word === '') return [];
  // HAProxy's letters mean another thing in the other case: `cD` is no `CD`.
  const exact = ALL_WORDS.filter(({ names }) => names.includes(word) || names.includes(cookieless(word)));
  if (exact.length > 0) return exact;
  const lowered = word.toLowerCase().replace(/\s+/g, ' ');
  const loose = ALL_WORDS.filter(({ names }) =>
    names.some((name) => [lowered, `sk_rst_reason_${lowered}`].includes(name.toLowerCase())),
  );
  if (loose.length > 0) return loose;
  if (!/\s/.test(word)) return [];
  const within = ALL_WORDS.filter(({ names }) =>
    names.some((name) => name.length >= 6 && lowered.includes(name.toLowerCase())),
  );
  if (within.length > 0) return within;
  return ALL_WORDS.filter(({ names }) => names.some((name) => hasWords(name, lowered)));
}

/** `upstream prematurely closed` of `upstream prematurely closed connection`: whole words, in their order. */
function hasWords(name: string, lowered: string): boolean {
  return ` ${name.toLowerCase()} `.includes(` ${lowered} `);
}

/** `nginx 499`, `curl: (56)`: the program in front only narrows down what its words say themselves. */
function withoutProgram(word: string): string {
  const found = /^(?:haproxy|envoy|nginx|http|zeek|alb|errno|status)[ :]\s?(\S{1,80})$/i.exec(word);
  const curl = /^curl:? ?\(?(\d{1,2})\)?(?: .*)?$/i.exec(word);
  if (curl !== null) return `curl:${curl[1]}`;
  return found?.[1] ?? word;
}

/** HAProxy's four letters without the two about cookies. */
function cookieless(word: string): string {
  return /^[CSPLRDUIKcs-][RQCHDLTUK-][NIVEDOU-][NIUPRD-]$/.test(word) ? word.slice(0, 2) : word;
}

/** Known words nearest to one that is not: those it is a part of, then by the edits that lead from one to the other. */
export function suggestionsFor(asked: string): readonly string[] {
  const word = asked.trim().toLowerCase().replace(/\s+/g, ' ');
  if (word.length < MIN_WORD_LEN || word.length > MAX_WORD_LEN) return [];
  const names = [...new Set(ALL_WORDS.flatMap((each) => each.names))];
  const short = word.replace(/^sk_rst_reason_/, '');
  return names
    .map((name) => ({
      name,
      distance: hasWords(name, word)
        ? 0
        : editDistance(short, name.toLowerCase().replace(/^sk_rst_reason_/, '')),
    }))
    .filter(
      ({ name, distance }) => distance <= Math.max(1, Math.floor(Math.min(name.length, word.length) / 2)),
    )
    .sort((a, b) => a.distance - b.distance)
    .slice(0, MAX_SUGGESTIONS)
    .map(({ name }) => name);
}
