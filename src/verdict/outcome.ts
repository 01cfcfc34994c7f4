import type { Side } from '../model/facts.ts';
import type { Outcome } from '../model/verdict.ts';
import type { Case } from './case.ts';
import { FIN_OUTCOMES } from './fin-outcomes.ts';
import type { Reason } from './outcome-rule.ts';
import { RESET_OUTCOMES } from './reset-outcomes.ts';
import { SILENCE_OUTCOMES } from './silence-outcomes.ts';

export interface Judgement {
  readonly reason: Reason;
  readonly outcome: Outcome;
  readonly blamed: Side | null;
}

/** What became of the connection, and whose doing it was by the addresses on the packets. */
export function judgeOutcome(found: Case): Judgement {
  const { cause } = found.ending;
  const table = cause === null ? SILENCE_OUTCOMES : cause.kind === 'FIN' ? FIN_OUTCOMES : RESET_OUTCOMES;
  const rule = table.find(({ fits }) => fits(found));
  if (rule === undefined) return { reason: 'capture-ended', outcome: 'open', blamed: null };
  return { reason: rule.reason, outcome: rule.outcome, blamed: rule.blames(found) };
}
