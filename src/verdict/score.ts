import type { Side } from '../model/facts.ts';
import type { Evidence, Group } from '../model/verdict.ts';
import { type Case, groupOf, otherSide } from './case.ts';
import { rulesFor } from './rules/all.ts';
import { toEvidence } from './rules/rule.ts';
import { FAMILY_CAPS, type Family, HARD_PROOF_DB, OTHER_SIDE_DB, type RuleId, WEIGHTS } from './weights.ts';

export interface Score {
  /** The weights as they count, i.e. after the caps: they add up to `logOdds`. */
  readonly evidence: readonly Evidence[];
  /** Decibels of each group against the side that the packets name, before any evidence 0. */
  readonly logOdds: Readonly<Record<Group, number>>;
  /** Decibels for an intermediary against the named side. */
  readonly against: number;
  readonly hasHardProof: boolean;
  /** A header field speaks against the named side, and nothing about the place of the capture vouches for it. */
  readonly isContradicted: boolean;
  /** Shown by a second capture, nearer to the sender: it never passed there, or it did. */
  readonly proof: 'inserted' | 'sent' | null;
}

const HARD_FAMILIES: readonly Family[] = ['sequence', 'follow-up', 'payload', 'place'];

/** Weighs all evidence in a case where `suspect` is the side that the packets name. */
export function score(found: Case, suspect: Side): Score {
  const evidence = capped(withoutContradicted(gather(found)));
  const own = groupOf(suspect);
  const logOdds: Record<Group, number> = { 'client-abort': 0, intermediary: 0, server: 0 };
  logOdds[groupOf(otherSide(suspect))] = OTHER_SIDE_DB;
  let hard = 0;
  for (const { rule, towards, weight } of evidence) {
    logOdds[towards] += weight;
    const isAccusing = towards === 'intermediary' && weight > 0;
    if (isAccusing && isHard(rule)) hard += weight;
  }
  return {
    evidence,
    logOdds,
    against: logOdds.intermediary - logOdds[own],
    hasHardProof: hard >= HARD_PROOF_DB,
    isContradicted: isContradicted(evidence),
    proof: null,
  };
}

/** Its evidence amounts to proof, not only to a likeness. That of a second capture is none of the table's. */
export function isHard(rule: string): boolean {
  return rule in WEIGHTS && HARD_FAMILIES.includes(WEIGHTS[rule as RuleId].family);
}

function gather(found: Case): Evidence[] {
  const evidence: Evidence[] = [];
  for (const rule of rulesFor(found.ending.cause)) {
    const finding = rule.find(found);
    if (finding !== null) evidence.push(toEvidence(rule, finding));
  }
  return evidence;
}

/** A sign that is hardly ever honest; less, such as another DSCP, is made on the way every day. */
const ODD_DB = 6;
/** The place of the capture shows that the named side's host sent it. */
const VOUCHED_DB = -10;

/**
 * What was copied proves nothing once one field shows a copy: whoever writes a reset by hand gets some of its fields right.
 * So likeness elsewhere does not outweigh an odd field, it only leaves the question open.
 */
function isContradicted(evidence: readonly Evidence[]): boolean {
  let place = 0;
  for (const { rule, weight } of evidence) {
    if (WEIGHTS[rule as RuleId].family === 'place' && weight < 0) place += weight;
  }
  return place > VOUCHED_DB && accusing(evidence, 'header') + accusing(evidence, 'stack') >= ODD_DB;
}

/** Families of evidence that a reset is its named sender's because it looks like that sender's segments. */
const LIKENESS: readonly Family[] = ['form', 'header', 'series'];
/** At least two signs that the sender's stack did not write it: no single one weighs so much. */
const FOREIGN_DB = 15;

/**
 * Likeness proves nothing where it is contradicted. A socket that has sent its reset is gone (RFC 9293 §3.10.7.4): if
 * its host goes on, somebody copied it well. And the shape of an abort is easy to copy: it says nothing about a reset
 * whose other header fields no abort of that host would have.
 */
function withoutContradicted(evidence: readonly Evidence[]): readonly Evidence[] {
  const hasGoneOn = evidence.some(({ rule }) => rule === 'sender-went-on');
  const isForeign = accusing(evidence, 'header') + accusing(evidence, 'stack') >= FOREIGN_DB;
  if (!hasGoneOn && !isForeign) return evidence;
  return evidence.map((each) => {
    const isLikeness = each.weight < 0 && LIKENESS.includes(WEIGHTS[each.rule as RuleId].family);
    const isVoid = isLikeness && (hasGoneOn || each.rule === 'socket-aborted');
    return isVoid ? { ...each, weight: 0 } : each;
  });
}

function accusing(evidence: readonly Evidence[], family: Family): number {
  let sum = 0;
  for (const { rule, weight } of evidence) {
    if (weight > 0 && WEIGHTS[rule as RuleId].family === family) sum += weight;
  }
  return sum;
}

const CAPS = Object.entries(FAMILY_CAPS) as [Family, number][];

/** Scales the accusing evidence of a family down to its cap: its rules look at one header and are not independent. */
function capped(evidence: readonly Evidence[]): readonly Evidence[] {
  return CAPS.reduce(withCap, evidence);
}

function withCap(
  evidence: readonly Evidence[],
  [family, cap]: readonly [Family, number],
): readonly Evidence[] {
  const sum = accusing(evidence, family);
  if (sum <= cap) return evidence;
  return evidence.map((each) => {
    const isScaled = each.weight > 0 && WEIGHTS[each.rule as RuleId].family === family;
    return isScaled ? { ...each, weight: (each.weight * cap) / sum } : each;
  });
}
