import { binomialTail } from '../../statistics/tails.ts';
import type { Ending } from '../ending.ts';
import { DECISION_P, type FoundPattern, MIN_CONNECTIONS, type PatternEvidence } from '../kind.ts';
import { groupBy } from '../measures.ts';

/**
 * A limit ends the connection as the octet comes. A response that stands still at an octet (a slow page between two
 * writes) is left there by many clients too, but some time after.
 */
const MAX_IDLE_NS = 250e6;
/** Offsets told. */
const MAX_TOLD = 3;
/** Without others to compare with, offsets are taken to fall on so few places: writes are often of one size. */
const PLACES = 20;
/** An offset is no more striking than this many times another that is not told. */
const COMMON = 2;
/** Sizes of buffers that programs use, the largest first; a multiple of one is a multiple of the smaller ones. */
const BUFFERS = [1 << 20, 1 << 18, 1 << 17, 1 << 16, 1 << 15, 1 << 14, 1 << 13, 1 << 12] as const;
/** A body length that is declared and reached is no limit. */
const POSITIONS = new Set(['in-response-body']);

/** Responses that ended after exactly so many body octets, or after whole buffers. */
export function offsets(evidence: PatternEvidence): readonly FoundPattern[] {
  const cut = evidence.open.filter(
    ({ position, bodyBytes, idleNs }) =>
      POSITIONS.has(position) && bodyBytes > 0 && idleNs !== null && idleNs <= MAX_IDLE_NS,
  );
  const same = sameOffsets(cut, evidence);
  const claimed = new Set(same.flatMap(({ members }) => members));
  const rest = cut.filter((ending) => !claimed.has(ending) && ending.closedBy !== 'client');
  return [...same, ...wholeBuffers(rest, evidence)];
}

function sameOffsets(cut: readonly Ending[], evidence: PatternEvidence): FoundPattern[] {
  const byOffset = [...groupBy(cut, ({ bodyBytes }) => bodyBytes)].sort((a, b) => b[1].length - a[1].length);
  const found: FoundPattern[] = [];
  for (const [offset, members] of byOffset.slice(0, MAX_TOLD)) {
    if (members.length < MIN_CONNECTIONS) break;
    const others = byOffset.filter(([other]) => other !== offset).map(([, group]) => group.length);
    const chance = binomialTail(members.length - 1, cut.length - 1, meetingChance(others));
    const pValue = Math.min(1, byOffset.length * chance);
    if (pValue < DECISION_P) found.push(sameOffset(offset, members, cut.length, pValue, evidence));
  }
  return found;
}

/**
 * How probable it is that a response ends at one and the same offset as another by chance: as the others meet (the unbiased
 * estimate of Σp², with one meeting more than was seen), since writes of equal size make equal offsets common; and
 * well more than the second most frequent of the others, since some offsets are then more common than others.
 */
function meetingChance(groups: readonly number[]): number {
  const count = groups.reduce((sum, size) => sum + size, 0);
  const pairs = (count * (count - 1)) / 2;
  const met = groups.reduce((sum, size) => sum + (size * (size - 1)) / 2, 0);
  const [, second = 0] = groups;
  const frequent = second < MIN_CONNECTIONS ? 0 : (COMMON * second) / count;
  return Math.min(1, Math.max((met + 1) / (pairs + PLACES), frequent));
}

function sameOffset(
  offset: number,
  members: readonly Ending[],
  of: number,
  pValue: number,
  { responses, words }: PatternEvidence,
): FoundPattern {
  const larger = responses.sizes.countTouching(offset * 2, Number.MAX_SAFE_INTEGER);
  const buffer = BUFFERS.find((size) => offset % size === 0) ?? null;
  const byWhom = [...new Set(members.map(({ closedBy }) => closedBy))];
  const passed =
    larger === 0 ? '' : `; ${words.counted(larger, 'response')} of twice that size and more got through`;
  return {
    kind: 'same-offset',
    text: `${words.thousands(members.length)} of ${words.counted(of, 'response')} that were cut while bytes were coming ended after exactly ${words.counted(offset, 'body byte')}: a limit or a buffer of a program${passed}`,
    members,
    of,
    figures: {
      offset,
      multipleOf: buffer,
      largerCompleted: larger,
      closedBy: byWhom.length === 1 ? byWhom[0]! : 'several',
    },
    pValue,
    suggests:
      'A size limit, a buffer that is never flushed, or a fault at one place of the content: not chance, and not users.',
    next: 'Look for that number in the limits of the server, its proxies and the client; see whether one URL or header always reaches it.',
    isCause: true,
  };
}

function wholeBuffers(cut: readonly Ending[], { words }: PatternEvidence): FoundPattern[] {
  let best: { members: readonly Ending[]; buffer: number; pValue: number } | null = null;
  for (const buffer of BUFFERS) {
    const members = cut.filter(({ bodyBytes }) => bodyBytes % buffer === 0);
    if (members.length < MIN_CONNECTIONS) continue;
    // Equal offsets are one observation, not several.
    const distinct = new Set(members.map(({ bodyBytes }) => bodyBytes)).size;
    const all = new Set(cut.map(({ bodyBytes }) => bodyBytes)).size;
    const pValue = Math.min(1, BUFFERS.length * binomialTail(distinct, all, 1 / buffer));
    if (pValue < DECISION_P && (best === null || members.length > best.members.length))
      best = { members, buffer, pValue };
  }
  if (best === null) return [];
  const { members, buffer, pValue } = best;
  return [
    {
      kind: 'whole-buffers',
      text: `${words.thousands(members.length)} of ${words.counted(cut.length, 'response')} that the server or something before it cut ended after whole buffers of ${words.counted(buffer, 'byte')}`,
      members,
      of: cut.length,
      figures: { buffer },
      pValue,
      suggests:
        'The sender stopped between two writes of that size: it was ended, gave up, or lost its source, and did not run into a limit of its own.',
      next: 'Look which program on the way copies in buffers of that size, and into its log.',
      isCause: false,
    },
  ];
}
