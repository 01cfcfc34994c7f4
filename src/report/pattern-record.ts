import { escapeText } from '../bytes/escape-text.ts';
import type { BufferingEstimate, Pattern, ResponseFigures } from '../model/analysis.ts';
import { seconds, secondsOrNull } from './seconds.ts';

/** An entry of the summary record's `patterns`. */
export function patternRecord(pattern: Pattern) {
  const figures = Object.entries(pattern.figures).map(([name, value]) => [
    name,
    typeof value === 'string' ? escapeText(value) : value,
  ]);
  return {
    kind: pattern.kind,
    text: escapeText(pattern.text),
    connections: pattern.connections,
    of: pattern.of,
    examples: pattern.examples,
    figures: Object.fromEntries(figures) as Pattern['figures'],
    pValue: pattern.pValue,
    suggests: escapeText(pattern.suggests),
    next: escapeText(pattern.next),
  };
}

/** The summary record's `responses`. */
export function responsesRecord(responses: ResponseFigures) {
  const { completed, cut, unanswered, cutByGroup, exposureNs, medianExposureNs, p95ExposureNs } = responses;
  return {
    completed,
    cut,
    unanswered,
    cutByGroup,
    exposure: seconds(exposureNs),
    medianExposure: secondsOrNull(medianExposureNs),
    p95Exposure: secondsOrNull(p95ExposureNs),
    writtenAtOnce: responses.buffering === null ? null : bufferingRecord(responses.buffering),
  };
}

function bufferingRecord(estimate: BufferingEstimate) {
  const { departures, responses, expected, expectedLow, expectedHigh } = estimate;
  return {
    departures,
    responses,
    share: departures / responses,
    expected,
    expectedShare: expected / responses,
    expectedShareLow: expectedLow / responses,
    expectedShareHigh: expectedHigh / responses,
    hazard: estimate.hazard,
    hazardLow: estimate.hazardLow,
    hazardHigh: estimate.hazardHigh,
    meanExposure: seconds(estimate.exposureNs),
    meanExposureAtOnce: seconds(estimate.exposureAtOnceNs),
    roundTrip: seconds(estimate.roundTripNs),
    pausedShare: estimate.pausedShare,
  };
}
