import type {
  ComparedCapture,
  Comparison,
  HazardFigures,
  RateChange,
  RateFigures,
} from '../model/comparison.ts';
import { captureFields } from './capture-record.ts';
import { responsesRecord } from './pattern-record.ts';
import { SCHEMA_VERSION } from './schema-version.ts';

/** The only record of `compare` (docs/compare.md). */
export function comparisonRecord(comparison: Comparison) {
  const { byGroup, cut, unanswered, forecast } = comparison;
  return {
    type: 'comparison' as const,
    schema: SCHEMA_VERSION,
    verdict: comparison.verdict,
    before: sideRecord(comparison.before),
    after: sideRecord(comparison.after),
    byGroup: {
      'client-abort': changeRecord(byGroup['client-abort']),
      intermediary: changeRecord(byGroup.intermediary),
      server: changeRecord(byGroup.server),
    },
    cut: changeRecord(cut),
    unanswered: changeRecord(unanswered),
    hazardPValue: comparison.hazardPValue,
    forecast: forecast === null ? null : { ...forecast },
  };
}

function sideRecord({ capture, connections, responses, hazard }: ComparedCapture) {
  return {
    capture: { complete: capture.isComplete, ...captureFields(capture) },
    connections,
    responses: responsesRecord(responses),
    hazard: hazardRecord(hazard),
  };
}

function hazardRecord({ departures, exposure, hazard, low, high }: HazardFigures) {
  return { departures, exposure, hazard, low, high };
}

function changeRecord({ before, after, difference, differenceLow, differenceHigh, pValue }: RateChange) {
  return {
    before: rateRecord(before),
    after: rateRecord(after),
    difference,
    differenceLow,
    differenceHigh,
    pValue,
  };
}

function rateRecord({ count, of, rate, low, high }: RateFigures) {
  return { count, of, rate, low, high };
}
