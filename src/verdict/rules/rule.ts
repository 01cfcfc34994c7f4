import type { CloseFacts } from '../../model/facts.ts';
import type { Evidence, Group } from '../../model/verdict.ts';
import type { Case } from '../case.ts';
import { type RuleId, WEIGHTS } from '../weights.ts';

/** What a rule has found; its weight comes from the table. */
export interface Finding {
  readonly frames: readonly (number | null)[];
  readonly text: string;
  /** Whom it speaks for (positive weight) or against (negative); an intermediary unless said otherwise. */
  readonly towards?: Group;
  /** Share of the table's weight, for evidence that is there but old or blurred. Default 1. */
  readonly strength?: number;
}

/** A named judgement over facts. Pure; says nothing (null) where its question does not arise or a guard forbids it. */
export interface Rule {
  readonly id: RuleId;
  find(found: Case): Finding | null;
}

/** A rule about the RST or FIN that began the end. */
export function causeRule(id: RuleId, find: (cause: CloseFacts, found: Case) => Finding | null): Rule {
  return {
    id,
    find: (found) => (found.ending.cause === null ? null : find(found.ending.cause, found)),
  };
}

/** A rule about the RST that began the end. */
export function resetRule(id: RuleId, find: (reset: CloseFacts, found: Case) => Finding | null): Rule {
  return causeRule(id, (cause, found) => (cause.kind === 'RST' ? find(cause, found) : null));
}

export function toEvidence(rule: Rule, finding: Finding): Evidence {
  return {
    rule: rule.id,
    towards: finding.towards ?? 'intermediary',
    weight: WEIGHTS[rule.id].weight * (finding.strength ?? 1),
    frames: finding.frames.filter((frame) => frame !== null),
    text: finding.text,
  };
}
