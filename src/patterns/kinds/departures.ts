import { poissonInterval } from '../../statistics/intervals.ts';
import { chiSquareTail } from '../../statistics/tails.ts';
import { isDeparture, stretchesOf } from '../exposure.ts';
import type { FoundPattern, PatternEvidence } from '../kind.ts';
import { groupBy } from '../measures.ts';

/** Fewer cannot show whether they come at a constant rate. */
const MIN_DEPARTURES = 10;
/** A chi-square test wants five expected in each part. */
const MIN_PER_PART = 5;
const MAX_PARTS = 8;
/** Departures that a constant rate would make in fewer than one of twenty captures have another reason. */
const MIN_FIT = 0.05;
/** Several people, or one program that does not like what it gets? */
const MIN_CLIENTS = 2;

/**
 * Users leave: they hang up at a constant rate for as long as a response is on the wire (exponential patience), at no
 * particular place. Told only when that fits, and after all patterns with a cause of their own were taken out.
 */
export function departures({ endings, open, responses, words }: PatternEvidence): readonly FoundPattern[] {
  const cut = endings.filter(({ exposureNs }) => exposureNs !== null);
  const left = open.filter(isDeparture);
  const clients = groupBy(left, ({ clientIp }) => clientIp).size;
  if (left.length < MIN_DEPARTURES || clients < MIN_CLIENTS || 2 * left.length < cut.length) return [];
  const exposureNs = cut.reduce((sum, ending) => sum + (ending.exposureNs ?? 0), responses.exposureNs);
  const exposure = exposureNs / 1e9;
  if (exposure <= 0) return [];
  const parts = Math.min(MAX_PARTS, Math.floor(left.length / MIN_PER_PART));
  const stretches = stretchesOf(left, cut, responses, parts);
  const fit = fitOf(
    stretches.map((stretch) => stretch.departures),
    stretches.map((stretch) => (left.length * stretch.exposureNs) / exposureNs),
  );
  if (fit < MIN_FIT) return [];
  const { low, high } = poissonInterval(left.length);
  const of = responses.total + cut.length;
  return [
    {
      kind: 'departures',
      text: `clients left ${words.thousands(left.length)} of ${words.counted(of, 'response')} while they were being sent, at a constant rate: one for every ${words.duration(exposureNs / left.length)} on the wire (95 %: ${words.duration(exposureNs / high)} to ${words.duration(exposureNs / low)}): users who leave`,
      members: left,
      of,
      figures: {
        exposure,
        hazard: left.length / exposure,
        hazardLow: low / exposure,
        hazardHigh: high / exposure,
        fit,
        clients,
        networks: groupBy(left, ({ network }) => network).size,
      },
      pValue: null,
      suggests:
        'People who close pages and cancel downloads, at random: the longer a response is on the wire, the more are cut.',
      next: 'Nothing is broken. To have fewer, let responses take less time: see the estimate for responses written in one go, and whohungup compare.',
      isCause: false,
    },
  ];
}

/** Probability of counts at least as far from those expected (Pearson's chi-square; the sum is given). */
function fitOf(counts: readonly number[], expected: readonly number[]): number {
  let sum = 0;
  counts.forEach((count, index) => {
    const mean = expected[index]!;
    if (mean > 0) sum += (count - mean) ** 2 / mean;
    else if (count > 0) sum = Number.POSITIVE_INFINITY;
  });
  return chiSquareTail(sum, Math.max(1, counts.length - 1));
}
