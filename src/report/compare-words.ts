import { counted, thousands } from '../bytes/number-text.ts';
import type { Comparison } from '../model/comparison.ts';
import { durationText, shareText } from './quantity.ts';

/** As for every difference that is told (src/compare): one of twenty by chance. */
const SIGNIFICANT_P = 0.05;
/** Time on the wire that differs by less is called the same. */
const CLEARLY_SHORTER = 0.8;
/** Time on the wire, of what it was, from which responses look as if they were written in one go. */
const AT_ONCE = 0.2;

/** Whether it helped, why, and what to mind: each a sentence or two, the verdict first. */
export function compareSentences(comparison: Comparison): string[] {
  const sentences = [verdictSentence(comparison)];
  if (comparison.verdict === 'nothing-to-compare') return sentences;
  for (const sentence of [
    exposureSentence(comparison),
    waitingSentence(comparison),
    forecastSentence(comparison),
  ])
    if (sentence !== null) sentences.push(sentence);
  return sentences;
}

function verdictSentence({ verdict, cut, byGroup, before }: Comparison): string {
  if (verdict === 'nothing-to-compare') {
    const empty = before.connections === 0 ? 'first' : 'second';
    return `Nothing to compare: the ${empty} capture holds no TCP connections.`;
  }
  const hasResponses = cut.before.of > 0 && cut.after.of > 0;
  const what = hasResponses
    ? `${shareText(cut.before.rate)} of the responses were cut while being sent before, ${shareText(cut.after.rate)} after`
    : `${badShare(byGroup, 'before')} of the connections ended badly before, ${badShare(byGroup, 'after')} after`;
  const chance = hasResponses ? ` (${chanceText(cut.pValue)})` : '';
  if (verdict === 'fewer') return `It helped: ${what}. That is hardly chance${chance}.`;
  if (verdict === 'more') return `It got worse: ${what}. That is hardly chance${chance}.`;
  const isOpen = cut.differenceLow < 0 && cut.differenceHigh > 0;
  const difference =
    hasResponses && isOpen
      ? ` The true difference may be anything from ${points(cut.differenceLow)} to ${points(cut.differenceHigh)} points.`
      : '';
  return `It cannot be told: ${what}, which chance can make${chance}.${difference} A longer capture would show more.`;
}

function badShare(byGroup: Comparison['byGroup'], side: 'before' | 'after'): string {
  const groups = [byGroup['client-abort'], byGroup.intermediary, byGroup.server];
  return shareText(groups.reduce((sum, change) => sum + change[side].rate, 0));
}

/** Shorter on the wire, or less impatient clients? */
function exposureSentence({ before, after, hazardPValue, cut }: Comparison): string | null {
  const a = before.responses;
  const b = after.responses;
  if (cut.before.of === 0 || cut.after.of === 0) return null;
  const meanBeforeNs = a.exposureNs / cut.before.of;
  const meanAfterNs = b.exposureNs / cut.after.of;
  const ratio = meanAfterNs / meanBeforeNs;
  const onWire = `responses are on the wire for ${durationText(meanAfterNs)} on average, before for ${durationText(meanBeforeNs)}`;
  const rate =
    hazardPValue < SIGNIFICANT_P
      ? `for each second on the wire clients left ${before.hazard.departures === 0 ? 'never' : everyText(before)} before, ${after.hazard.departures === 0 ? 'never' : everyText(after)} after (${chanceText(hazardPValue)})`
      : 'for each second on the wire clients left as often as before, as far as can be told';
  if (ratio < CLEARLY_SHORTER || ratio > 1 / CLEARLY_SHORTER) return `Why: ${onWire}; ${rate}.`;
  return `Responses are on the wire about as long as before; ${rate}.`;
}

function everyText({ hazard }: Comparison['before']): string {
  return `once in ${durationText((1e9 * hazard.exposure) / hazard.departures)}`;
}

/** Clients that do not want to wait leave anyway: perhaps sooner now. */
function waitingSentence({ unanswered, byGroup }: Comparison): string | null {
  if (unanswered.pValue >= SIGNIFICANT_P) return null;
  const { before, after } = unanswered;
  const isMore = after.rate > before.rate;
  const how = isMore ? 'But more connections end' : 'Fewer connections end';
  const left = byGroup['client-abort'];
  const inAll =
    isMore && left.pValue >= SIGNIFICANT_P
      ? ` In all, clients leave about as many connections as before (${shareText(left.before.rate)} before, ${shareText(left.after.rate)} after): only answering sooner keeps those.`
      : '';
  return `${how} badly before the response begins: ${shareText(after.rate)}, before ${shareText(before.rate)} (${chanceText(unanswered.pValue)}).${inAll}`;
}

/** Only where the change was of that kind: responses are on the wire for a fraction of the time. */
function forecastSentence({ forecast, before, after, cut }: Comparison): string | null {
  if (forecast === null) return null;
  const meanBeforeNs = before.responses.exposureNs / cut.before.of;
  const meanAfterNs = after.responses.exposureNs / cut.after.of;
  if (meanAfterNs > AT_ONCE * meanBeforeNs) return null;
  const { low, high, seen, of, isWithin } = forecast;
  return `The first capture's estimate for responses written in one go: ${range(low, high)} of ${counted(of, 'response')} left by their clients; seen: ${thousands(seen)}, ${isWithin ? 'as estimated' : 'not as estimated'}.`;
}

function range(low: number, high: number): string {
  return low === high ? thousands(low) : `${thousands(low)} to ${thousands(high)}`;
}

function chanceText(pValue: number): string {
  if (pValue < 1e-4) return 'probability by chance below 0.0001';
  return `probability by chance ${pValue.toPrecision(1)}`;
}

/** Percentage points with a sign. */
function points(difference: number): string {
  const value = Number((difference * 100).toPrecision(2));
  return value > 0 ? `+${value}` : String(value).replace('-', '−');
}
