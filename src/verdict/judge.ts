import type { CaptureContext, ConnectionFacts } from '../model/facts.ts';
import type { Witness } from '../model/pair.ts';
import type { ClosedBy, Verdict } from '../model/verdict.ts';
import { applicationViews } from './applications.ts';
import type { Case } from './case.ts';
import { headline } from './headline.ts';
import { findEnding } from './initiator.ts';
import { isHarmless, matters } from './matters.ts';
import { notes } from './notes.ts';
import { type Judgement, judgeOutcome } from './outcome.ts';
import { positionInSilence, positionOf } from './position.ts';
import { type Attribution, attribute } from './probabilities.ts';
import { type Score, score } from './score.ts';
import { settle } from './settle.ts';
import { STRONG_DB } from './weights.ts';
import { exposed, withWitness } from './witness.ts';

/**
 * The verdict on one connection. A pure function: the same facts and context give the same answer, and no facts make
 * it throw. First which close began the end (initiator.ts), then what became of the connection (outcome.ts), then, when
 * there is somebody to blame, whether the packets really come from where they say (rules/, score.ts, probabilities.ts).
 * `witness`: what another capture of the same connection says about the close that began the end.
 */
export function judge(
  facts: ConnectionFacts,
  context: CaptureContext,
  witness: Witness | null = null,
): Verdict {
  const seen = caseOf(facts, context);
  const { cause, shownBy } = seen.ending;
  const first = judgeOutcome(seen);
  const found = first.outcome === 'timed-out' ? inSilence(seen) : seen;
  const suspect = first.blamed ?? found.ending.by;
  const isAsked = first.blamed !== null || isSpared(found, first) || witness !== null;
  const scored = suspect === null || !isAsked ? null : withWitness(score(found, suspect), suspect, witness);
  const judgement = exposed(found, overruled(found, first, scored), witness);
  const attribution =
    judgement.blamed === null || scored === null ? null : attribute(found, judgement.blamed, scored);
  return {
    outcome: judgement.outcome,
    group: attribution?.group ?? null,
    certainty: attribution?.certainty ?? null,
    confidence: attribution?.confidence ?? null,
    probabilities: attribution?.probabilities ?? null,
    closedBy: closedBy(found, attribution),
    kind: cause?.kind ?? 'none',
    killerFrame: shownBy === null ? (cause?.frame ?? null) : null,
    position: found.position,
    closes: found.ending.roles,
    evidence: attribution === null ? [] : (scored?.evidence ?? []),
    applications: applicationViews(found, judgement, attribution?.group ?? null),
    headline: headline(found, judgement, attribution),
    matters: matters(found, judgement, attribution),
    isHarmless: attribution?.group !== 'intermediary' && isHarmless(found, judgement),
    settle: settle(found, attribution),
    notes: notes(found),
  };
}

function caseOf(facts: ConnectionFacts, context: CaptureContext): Case {
  const ending = findEnding(facts, context.clockErrorNs);
  const app = ending.cause?.app ?? facts.app;
  return { facts, context, ending, app, position: positionOf(facts, app, ending.cause) };
}

function inSilence(found: Case): Case {
  const { facts, context, ending, app, position } = found;
  return { facts, context, ending, app, position: positionInSilence(facts, app, position) };
}

/**
 * A reset of an idle connection costs nobody anything, so it is not looked into, unless the evidence that neither side
 * sent it is strong: then a box on the way drops idle connections, and the next one may be in use. Nor is the FIN behind a
 * whole answer, unless its side went on: then the answer may have been a box's own.
 */
function overruled(found: Case, first: Judgement, scored: Score | null): Judgement {
  if (!isSpared(found, first) || scored === null || scored.against < STRONG_DB) return first;
  const blamed = found.ending.by;
  if (found.ending.cause?.kind === 'FIN') {
    const hasAnswer = found.position === 'after-response' && blamed === 'server';
    // For the client's program nothing was short or failed.
    if (hasAnswer) return { reason: 'answered-for', outcome: 'clean', blamed };
    return { reason: 'cut', outcome: 'truncated', blamed };
  }
  return { reason: 'aborted', outcome: 'aborted', blamed };
}

function isSpared({ ending: { cause }, position }: Case, { reason }: Judgement): boolean {
  if (cause?.kind === 'FIN') return reason === 'orderly' && cause.senderContinuedFrame !== null;
  if (reason !== 'reset-after-answer' && reason !== 'late-request') return false;
  return position === 'idle-keepalive' && cause?.kind === 'RST';
}

function closedBy({ ending: { cause, rival, by } }: Case, attribution: Attribution | null): ClosedBy {
  if (attribution?.group === 'intermediary' && attribution.certainty !== 'undetermined')
    return 'intermediary';
  if (cause === null) return 'none';
  return rival === null ? (by ?? cause.from) : 'both';
}
