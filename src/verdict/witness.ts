import type { Side } from '../model/facts.ts';
import type { Witness } from '../model/pair.ts';
import type { Evidence } from '../model/verdict.ts';
import { type Case, groupOf } from './case.ts';
import type { Judgement } from './outcome.ts';
import type { Score } from './score.ts';

/**
 * What a second capture saw weighs more than all that one capture can show (docs/pair.md): a capture that says itself
 * that it is whole would have to have lost just this one frame.
 */
const PROOF_DB = 60;
/** The capture that lacks it also lacks other frames. */
const HINT_DB = 15;

/** Adds the word of the second capture to the evidence of the first. */
export function withWitness(score: Score, suspect: Side, witness: Witness | null): Score {
  const evidence = witness === null ? null : evidenceOf(witness);
  if (evidence === null || witness === null) return score;
  const logOdds = { ...score.logOdds, intermediary: score.logOdds.intermediary + evidence.weight };
  return {
    evidence: [evidence, ...score.evidence],
    logOdds,
    against: logOdds.intermediary - logOdds[groupOf(suspect)],
    hasHardProof: score.hasHardProof || witness.isProof,
    isContradicted: score.isContradicted,
    proof: witness.isProof && witness.kind !== 'beyond' ? witness.kind : null,
  };
}

/** A close that neither side sent is nobody's orderly end, whatever it would otherwise pass for. */
export function exposed({ ending }: Case, first: Judgement, witness: Witness | null): Judgement {
  if (witness?.kind !== 'inserted' || !witness.isProof || first.blamed !== null) return first;
  const blamed = ending.by;
  if (ending.cause?.kind === 'FIN') return { reason: 'cut', outcome: 'truncated', blamed };
  return { reason: 'aborted', outcome: 'aborted', blamed };
}

function evidenceOf({ kind, isProof, text, frames }: Witness): Evidence | null {
  switch (kind) {
    case 'inserted':
      return {
        rule: 'never-sent-by-its-sender',
        towards: 'intermediary',
        weight: isProof ? PROOF_DB : HINT_DB,
        frames,
        text,
      };
    case 'sent':
      return { rule: 'sent-by-its-sender', towards: 'intermediary', weight: -PROOF_DB, frames, text };
    case 'beyond':
      return null;
  }
}
