import type { CloseFacts } from '../../model/facts.ts';
import { CIRCUMSTANCE_RULES } from './circumstance.ts';
import { FORM_RULES } from './form.ts';
import { HEADER_RULES } from './header.ts';
import { PLACE_RULES } from './place.ts';
import type { Rule } from './rule.ts';
import { SEQUENCE_RULES } from './sequence.ts';
import { STACK_RULES } from './stack.ts';

/** Every rule of evidence, in the order in which the evidence is listed. */
export const ALL_RULES: readonly Rule[] = [
  ...FORM_RULES,
  ...HEADER_RULES,
  ...STACK_RULES,
  ...SEQUENCE_RULES,
  ...CIRCUMSTANCE_RULES,
  ...PLACE_RULES,
];

const OF_FIN = ALL_RULES.filter(({ about }) => about !== 'reset');
const OF_SILENCE = OF_FIN.filter(({ about }) => about !== 'close');

/** The rules whose question can arise in a connection that this began to end, in the same order. */
export function rulesFor(cause: CloseFacts | null): readonly Rule[] {
  if (cause === null) return OF_SILENCE;
  return cause.kind === 'RST' ? ALL_RULES : OF_FIN;
}
