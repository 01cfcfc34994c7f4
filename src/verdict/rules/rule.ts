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

/** What a rule is about; of a connection that nothing resets, those about a reset need not be asked. */
type Subject = 'reset' | 'close' | 'connection';

/** A named judgement over facts. Pure; says nothing (null) where its question does not arise or a guard forbids it. */
export interface Rule {
  readonly id: RuleId;
  readonly about: Subject;
  find(found: Case): Finding | null;
}

/** A rule about the RST or FIN that began the end. */
export function causeRule(id: RuleId, find: (cause: CloseFacts, found: Case) => Finding | null): Rule {
  return {
    id,
    about: 'close',
    find: (found) => (found.ending.cause === null ? null : find(found.ending.cause, found)),
  };
}

/** A rule about the RST that began the end. */
export function resetRule(id: RuleId, find: (reset: CloseFacts, found: Case) => Finding | null): Rule {
  return {
    id,
    about: 'reset',
    find: (found) => (found.ending.cause?.kind === 'RST' ? find(found.ending.cause, found) : null),
  };
}

/** What a sentence calls the segment that began the end. */
export function wordFor({ kind }: CloseFacts): string {
  return kind === 'RST' ? 'reset' : 'FIN';
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
