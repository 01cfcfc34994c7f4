import type { AnalysisSummary, ResponseFigures } from '../model/analysis.ts';
import type {
  ChangeVerdict,
  ComparedCapture,
  Comparison,
  Forecast,
  HazardFigures,
  RateChange,
} from '../model/comparison.ts';
import type { Group } from '../model/verdict.ts';
import { equalRatesP, nextCountInterval, poissonInterval } from '../statistics/intervals.ts';
import { changeOf, rateOf } from './rates.ts';

/** Differences that chance makes in fewer than one of twenty pairs of captures are told as differences. */
const SIGNIFICANT_P = 0.05;

/** Holds what two captures of the same service show against each other. */
export function compareSummaries(before: AnalysisSummary, after: AnalysisSummary): Comparison {
  const a = comparedCapture(before);
  const b = comparedCapture(after);
  const groupChange = (group: Group): RateChange =>
    changeOf(
      rateOf(before.byGroup[group], before.connections),
      rateOf(after.byGroup[group], after.connections),
    );
  const cut = changeOf(
    rateOf(a.responses.cut, begun(a.responses)),
    rateOf(b.responses.cut, begun(b.responses)),
  );
  const byGroup = {
    'client-abort': groupChange('client-abort'),
    intermediary: groupChange('intermediary'),
    server: groupChange('server'),
  };
  return {
    before: a,
    after: b,
    byGroup,
    cut,
    unanswered: changeOf(
      rateOf(a.responses.unanswered, asked(a.responses)),
      rateOf(b.responses.unanswered, asked(b.responses)),
    ),
    hazardPValue: equalRatesP(a.hazard.departures, a.hazard.exposure, b.hazard.departures, b.hazard.exposure),
    forecast: forecastOf(a, b),
    verdict: verdictOf(a, b, cut, before, after),
  };
}

/** Responses that began to be sent. */
function begun({ completed, cut }: ResponseFigures): number {
  return completed + cut;
}

/** Requests whose response was complete, was cut, or never began. */
function asked({ completed, cut, unanswered }: ResponseFigures): number {
  return completed + cut + unanswered;
}

function comparedCapture({ capture, connections, responses }: AnalysisSummary): ComparedCapture {
  return { capture, connections, responses, hazard: hazardOf(responses) };
}

function hazardOf({ cutByGroup, exposureNs }: ResponseFigures): HazardFigures {
  const departures = cutByGroup['client-abort'];
  const exposure = exposureNs / 1e9;
  if (exposure === 0) return { departures, exposure, hazard: null, low: null, high: null };
  const { low, high } = poissonInterval(departures);
  return {
    departures,
    exposure,
    hazard: departures / exposure,
    low: low / exposure,
    high: high / exposure,
  };
}

function forecastOf(before: ComparedCapture, after: ComparedCapture): Forecast | null {
  const estimate = before.responses.buffering;
  const of = begun(after.responses);
  if (estimate === null || of === 0) return null;
  const exposedBefore = estimate.exposureNs * estimate.responses;
  const ratio = (estimate.exposureAtOnceNs * of) / exposedBefore;
  const { low, high } = nextCountInterval(estimate.departures, ratio);
  const seen = after.responses.cutByGroup['client-abort'];
  return {
    expected: estimate.departures * ratio,
    low,
    high,
    seen,
    of,
    isWithin: seen >= low && seen <= high,
  };
}

/** By responses that were cut where there are responses on both sides, else by connections that ended badly. */
function verdictOf(
  a: ComparedCapture,
  b: ComparedCapture,
  cut: RateChange,
  before: AnalysisSummary,
  after: AnalysisSummary,
): ChangeVerdict {
  if (a.connections === 0 || b.connections === 0) return 'nothing-to-compare';
  const change = cut.before.of > 0 && cut.after.of > 0 ? cut : changeOf(badEnds(before), badEnds(after));
  if (change.pValue >= SIGNIFICANT_P) return 'unclear';
  return change.difference < 0 ? 'fewer' : 'more';
}

function badEnds({ byGroup, connections }: AnalysisSummary) {
  return rateOf(byGroup['client-abort'] + byGroup.intermediary + byGroup.server, connections);
}

/** The share has risen, and not by chance. */
export function hasRisen({ difference, pValue }: RateChange): boolean {
  return difference > 0 && pValue < SIGNIFICANT_P;
}
