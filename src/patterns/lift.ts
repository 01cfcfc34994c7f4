import { hypergeometricTail } from '../statistics/tails.ts';
import type { Ending } from './ending.ts';
import { DECISION_P, MIN_CONNECTIONS } from './kind.ts';
import { groupBy } from './measures.ts';

/** How much more often than elsewhere the connections of one value must end badly. */
const MIN_LIFT = 3;

/** A value whose connections end badly more often than the others. */
export interface Lifted<K> {
  readonly value: K;
  readonly members: readonly Ending[];
  /** Responses of this value, the members included. */
  readonly of: number;
  /** Share that ended badly here, and elsewhere. */
  readonly share: number;
  readonly shareElsewhere: number;
  readonly pValue: number;
}

/**
 * Values that end badly more often, each held against all responses: Fisher's exact test (one side), corrected for the
 * number of values, and at least three times as often as elsewhere. `completed` tells how many responses of a value
 * were complete; too many is allowed, and makes the test hide a pattern rather than invent one.
 */
export function lifted<K>(
  endings: readonly Ending[],
  keyOf: (ending: Ending) => K | null,
  completed: (value: K, member: Ending) => number,
  allCompleted: number,
): Lifted<K>[] {
  const known = endings.filter((ending) => keyOf(ending) !== null);
  const groups = groupBy(known, (ending) => keyOf(ending)!);
  const population = known.length + allCompleted;
  const found: Lifted<K>[] = [];
  for (const [value, members] of groups) {
    if (members.length < MIN_CONNECTIONS) continue;
    const of = members.length + Math.min(completed(value, members[0]!), allCompleted);
    const chance = hypergeometricTail(members.length, known.length, of, population);
    const pValue = Math.min(1, groups.size * chance);
    const share = members.length / of;
    const elsewhere = population - of;
    if (elsewhere === 0) continue;
    const shareElsewhere = (known.length - members.length) / elsewhere;
    if (pValue >= DECISION_P || share < MIN_LIFT * shareElsewhere) continue;
    found.push({ value, members, of, share, shareElsewhere, pValue });
  }
  return found.sort((a, b) => b.members.length - a.members.length);
}
