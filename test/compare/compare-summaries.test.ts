import { describe, expect, test } from 'vitest';
import { compareSummaries, hasRisen } from '../../src/compare/compare-summaries.ts';
import type { AnalysisSummary, BufferingEstimate, ResponseFigures } from '../../src/model/analysis.ts';
import { comparisonRecord } from '../../src/report/compare-record.ts';
import { compareSentences } from '../../src/report/compare-words.ts';
import { summaryOf } from '../support/judged.ts';
import { schemaErrors } from '../support/record-schema.ts';

const SECOND = 1e9;

const ESTIMATE: BufferingEstimate = {
  departures: 71,
  responses: 1000,
  expected: 0.9,
  expectedLow: 0,
  expectedHigh: 4,
  hazard: 0.022,
  hazardLow: 0.017,
  hazardHigh: 0.028,
  exposureNs: 3.2 * SECOND,
  exposureAtOnceNs: 0.04 * SECOND,
  roundTripNs: 0.02 * SECOND,
  pausedShare: 0.97,
};

function summary(connections: number, left: number, responses: Partial<ResponseFigures>): AnalysisSummary {
  const base = summaryOf([]);
  return {
    ...base,
    connections,
    byGroup: { 'client-abort': left, intermediary: 0, server: 3 },
    responses: {
      ...base.responses,
      cutByGroup: { 'client-abort': responses.cut ?? 0, intermediary: 0, server: 0 },
      ...responses,
    },
  };
}

const SLOW = summary(1000, 71, {
  completed: 929,
  cut: 71,
  exposureNs: 3200 * SECOND,
  medianExposureNs: 3.2 * SECOND,
  p95ExposureNs: 5 * SECOND,
  buffering: ESTIMATE,
});
const QUICK = summary(1000, 66, {
  completed: 932,
  cut: 1,
  unanswered: 65,
  exposureNs: 40 * SECOND,
  medianExposureNs: 0.04 * SECOND,
});

describe('two captures compared', () => {
  test('a change that helped: fewer cuts, the same rate on the wire, as was estimated', () => {
    const comparison = compareSummaries(SLOW, QUICK);
    expect(comparison.verdict).toBe('fewer');
    expect(comparison.cut.before).toMatchObject({ count: 71, of: 1000, rate: 0.071 });
    expect(comparison.cut.after).toMatchObject({ count: 1, of: 933 });
    expect(comparison.cut.differenceHigh).toBeLessThan(-0.05);
    expect(comparison.cut.pValue).toBeLessThan(1e-9);
    expect(comparison.before.hazard.hazard).toBeCloseTo(71 / 3200, 9);
    expect(comparison.before.hazard.low).toBeCloseTo(55.45 / 3200, 4);
    expect(comparison.hazardPValue).toBeGreaterThan(0.05);
    expect(comparison.forecast).toMatchObject({ seen: 1, of: 933, isWithin: true, low: 0 });
    const words = compareSentences(comparison).join(' ');
    expect(words).toContain(
      'It helped: 7.1 % of the responses were cut while being sent before, 0.11 % after',
    );
    expect(words).toContain('on the wire for 42.9 ms on average, before for 3.2 s');
    expect(words).toContain('But more connections end badly before the response begins: 6.51 %, before 0 %');
    expect(words).toContain('as many connections as before (7.1 % before, 6.6 % after)');
    expect(words).toContain('seen: 1, as estimated');
  });

  test('the other way round it got worse', () => {
    const comparison = compareSummaries(QUICK, SLOW);
    expect(comparison.verdict).toBe('more');
    expect(compareSentences(comparison)[0]).toMatch(/^It got worse: 0.11 %/);
  });

  test('a difference that chance can make is called so, with its range', () => {
    const few = (cut: number): AnalysisSummary =>
      summary(100, cut, { completed: 100 - cut, cut, exposureNs: 300 * SECOND });
    const comparison = compareSummaries(few(9), few(5));
    expect(comparison.verdict).toBe('unclear');
    expect(compareSentences(comparison)[0]).toMatch(
      /^It cannot be told: 9 % .* 5 % after, which chance can make .* from −1\d.* to \+3.* points/,
    );
  });

  test('without responses (encrypted, say) connections count', () => {
    const opaque = (left: number): AnalysisSummary => summary(1000, left, {});
    const comparison = compareSummaries(opaque(90), opaque(20));
    expect(comparison.verdict).toBe('fewer');
    expect(compareSentences(comparison)[0]).toContain(
      '9.3 % of the connections ended badly before, 2.3 % after',
    );
  });

  test('an empty capture', () => {
    const comparison = compareSummaries(SLOW, summary(0, 0, {}));
    expect(comparison.verdict).toBe('nothing-to-compare');
    expect(compareSentences(comparison)).toEqual([
      'Nothing to compare: the second capture holds no TCP connections.',
    ]);
  });

  test('what has risen beyond chance', () => {
    expect(hasRisen(compareSummaries(QUICK, SLOW).cut)).toBe(true);
    expect(hasRisen(compareSummaries(SLOW, QUICK).cut)).toBe(false);
    expect(hasRisen(compareSummaries(SLOW, SLOW).cut)).toBe(false);
  });

  test('the record is as the schema says', () => {
    for (const comparison of [compareSummaries(SLOW, QUICK), compareSummaries(QUICK, summary(0, 0, {}))])
      expect(schemaErrors(JSON.parse(JSON.stringify(comparisonRecord(comparison))))).toEqual([]);
  });
});
