import type { Group, JudgedConnection, Verdict } from '../../src/model/verdict.ts';
import {
  ACCUSE_DB,
  MAX_CONFIDENCE,
  MAX_ONE_SIDED,
  MAX_WITH_HARD_PROOF,
  MAX_WITH_LOSSES,
  MAX_WITHOUT_OWN_CAPTURE,
  OTHER_SIDE_DB,
} from '../../src/verdict/weights.ts';
import { analyzeFile } from '../support/analyze-file.ts';
import type { TrueGroup } from './grade.ts';
import { type StagedCapture, type TrueConnection, withoutIpVersion } from './staged-truth.ts';

/** The caps on the confidence, by the name of their constant. */
export const CAPS = {
  MAX_ONE_SIDED,
  MAX_WITH_LOSSES,
  MAX_WITHOUT_OWN_CAPTURE,
  MAX_WITH_HARD_PROOF,
  MAX_CONFIDENCE,
} as const;
export type CapName = keyof typeof CAPS;
export const CAP_NAMES = Object.keys(CAPS) as CapName[];

/** A verdict taken apart into what calibration may change, with the truth. */
export interface Sample {
  readonly scenario: string;
  readonly family: string;
  readonly isHeldOut: boolean;
  /** The capture can show the truth. */
  readonly isKnowable: boolean;
  readonly truth: TrueGroup;
  /** Whose doing it was by the addresses on the packets. */
  readonly suspect: Group;
  readonly group: Group;
  /** Sums of decibels, before the caps. */
  readonly logOdds: Readonly<Record<Group, number>>;
  /** What spoke for or against an intermediary. */
  readonly rules: readonly string[];
  /** The cap that applies; null when the confidence stayed below all of them. */
  readonly cap: CapName | null;
}

const GROUPS = ['client-abort', 'intermediary', 'server'] as const;
const SIDES = ['client-abort', 'server'] as const;
const TOLERANCE = 1e-6;

export interface Samples {
  readonly samples: readonly Sample[];
  /** Verdicts that could not be taken apart. */
  readonly skipped: number;
}

/** All verdicts that name a group. */
export async function collectSamples(captures: readonly StagedCapture[]): Promise<Samples> {
  const samples: Sample[] = [];
  let skipped = 0;
  for (const capture of captures) {
    const { connections } = await analyzeFile(capture.path);
    for (const truth of capture.connections) {
      const judged = connections.find(({ facts }) => facts.id === truth.id);
      if (judged === undefined || judged.verdict.group === null) continue;
      const parts = takeApart(judged.verdict);
      if (parts === null) skipped++;
      else {
        const rules = judged.verdict.evidence.map(({ rule }) => rule);
        samples.push({
          ...parts,
          ...origin(capture),
          rules,
          isKnowable: truth.knowable,
          truth: truthFor(truth, judged),
        });
      }
    }
  }
  return { samples, skipped };
}

function origin({ scenario, family, heldOut }: StagedCapture) {
  return { scenario: withoutIpVersion(scenario), family, isHeldOut: heldOut };
}

/** Where several answers are fair, ours is the truth if it is one of them and the capture can show it. */
function truthFor({ cause, accept, knowable }: TrueConnection, { verdict }: JudgedConnection): TrueGroup {
  return knowable && accept.group?.includes(verdict.group) ? (verdict.group ?? 'none') : (cause ?? 'none');
}

/** Finds the side and the cap with which the evidence gives exactly the probabilities of the verdict. */
export function takeApart(verdict: Verdict): Pick<Sample, 'suspect' | 'group' | 'logOdds' | 'cap'> | null {
  const { group, probabilities } = verdict;
  if (group === null || probabilities === null) return null;
  for (const suspect of SIDES) {
    const logOdds = sumOf(verdict, suspect);
    const raw = rawProbabilities(logOdds, suspect);
    const cap = CAP_NAMES.find((name) => isNear(probabilities[group], CAPS[name])) ?? null;
    const isCapped = cap !== null && raw[group] > CAPS[cap];
    const made = isCapped ? capped(raw, group, CAPS[cap]) : raw;
    if (GROUPS.every((each) => isNear(made[each], probabilities[each]))) {
      return { suspect, group, logOdds, cap: isCapped ? cap : null };
    }
  }
  return null;
}

function isNear(a: number, b: number): boolean {
  return Math.abs(a - b) < TOLERANCE;
}

function sumOf({ evidence }: Verdict, suspect: Group): Record<Group, number> {
  const logOdds: Record<Group, number> = { 'client-abort': 0, intermediary: 0, server: 0 };
  logOdds[suspect === 'server' ? 'client-abort' : 'server'] = OTHER_SIDE_DB;
  for (const { towards, weight } of evidence) logOdds[towards] += weight;
  return logOdds;
}

/** An intermediary that is not accused gets at most even odds with the suspect. */
export function rawProbabilities(
  logOdds: Readonly<Record<Group, number>>,
  suspect: Group,
): Record<Group, number> {
  const odds = { ...logOdds };
  if (odds.intermediary - odds[suspect] < ACCUSE_DB) {
    odds.intermediary = Math.min(odds.intermediary, odds[suspect]);
  }
  const most = Math.max(...GROUPS.map((group) => odds[group]));
  const share = (group: Group): number => 10 ** ((odds[group] - most) / 10);
  const sum = GROUPS.reduce((total, group) => total + share(group), 0);
  return {
    'client-abort': share('client-abort') / sum,
    intermediary: share('intermediary') / sum,
    server: share('server') / sum,
  };
}

/** What is above the cap goes to the others in their proportion. */
export function capped(
  raw: Readonly<Record<Group, number>>,
  group: Group,
  most: number,
): Record<Group, number> {
  if (raw[group] <= most) return { ...raw };
  const rest = 1 - raw[group];
  const shared = { ...raw, [group]: most };
  for (const each of GROUPS) {
    if (each !== group) shared[each] = (rest > 0 ? raw[each] / rest : 0.5) * (1 - most);
  }
  return shared;
}
