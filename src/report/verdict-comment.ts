import { escapeText } from '../bytes/escape-text.ts';
import type { JudgedConnection } from '../model/verdict.ts';
import { percentText } from './quantity.ts';
import { culpritWords, POSITION_WORDS } from './words.ts';

/** Pieces of evidence that a comment names: the strongest. */
const MAX_EVIDENCE = 3;

/** The verdict as the comment of a packet. Escaped: a comment goes to other people's screens. */
export function verdictComment({ verdict }: JudgedConnection): string {
  const { confidence, evidence, matters, settle } = verdict;
  const certainty = confidence === null ? '' : `, ${percentText(confidence)}`;
  const strongest = [...evidence]
    .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight))
    .slice(0, MAX_EVIDENCE)
    .map(({ rule, text }) => `- ${text} (${rule})`);
  const lines = [
    `whohungup: ${verdict.headline}`,
    `Who hung up: ${culpritWords(verdict)}${certainty}; ${POSITION_WORDS[verdict.position]}.`,
    ...(matters === '' ? [] : [matters]),
    ...strongest,
    ...(settle === null || settle === '' ? [] : [`Not sure: ${settle}`]),
  ];
  return lines.map(escapeText).join('\n');
}
