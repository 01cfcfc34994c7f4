import { describe, expect, test } from 'vitest';
import { brier, brierOfClaims, type Forecast, logLoss, reliability } from './forecast.ts';

const forecast = (client: number, between: number, server: number, truth: Forecast['truth']): Forecast => ({
  probabilities: { 'client-abort': client, intermediary: between, server, none: 0 },
  truth,
});

describe('brier', () => {
  test('is the sum of squares over all groups', () => {
    expect(brier([forecast(0.7, 0.2, 0.1, 'client-abort')])).toBeCloseTo(0.09 + 0.04 + 0.01, 12);
    expect(brier([forecast(0.7, 0.2, 0.1, 'intermediary')])).toBeCloseTo(0.49 + 0.64 + 0.01, 12);
  });

  test('is 0 for certain and right, 2 for certain and wrong', () => {
    expect(brier([forecast(1, 0, 0, 'client-abort')])).toBe(0);
    expect(brier([forecast(1, 0, 0, 'server')])).toBe(2);
  });

  test('blaming somebody where nobody is to blame costs the missing probability too', () => {
    expect(brier([forecast(0.9, 0.1, 0, 'none')])).toBeCloseTo(0.81 + 0.01 + 1, 12);
  });

  test('is a mean, and nothing without forecasts', () => {
    const both = [forecast(1, 0, 0, 'client-abort'), forecast(1, 0, 0, 'server')];
    expect(brier(both)).toBe(1);
    expect(brier([])).toBeNull();
  });
});

describe('other scores', () => {
  test('log loss', () => {
    const both = [forecast(0.5, 0.25, 0.25, 'client-abort'), forecast(0.5, 0.25, 0.25, 'server')];
    expect(logLoss(both)).toBeCloseTo((Math.log(2) + Math.log(4)) / 2, 12);
    expect(logLoss([forecast(1, 0, 0, 'server')])).toBeCloseTo(Math.log(1e6), 9);
  });

  test('Brier score of the confidence', () => {
    const claims = [
      { confidence: 0.9, isRight: true },
      { confidence: 0.6, isRight: false },
    ];
    expect(brierOfClaims(claims)).toBeCloseTo((0.01 + 0.36) / 2, 12);
  });

  test('reliability puts claims into bins', () => {
    const claims = [
      ...Array.from({ length: 10 }, (_, i) => ({ confidence: 0.9, isRight: i > 0 })),
      { confidence: 1, isRight: true },
      { confidence: 0.6, isRight: false },
    ];
    expect(reliability(claims)).toEqual([
      { from: 0.55, to: 0.7, claims: 1, meanConfidence: 0.6, right: 0 },
      { from: 0.85, to: 0.92, claims: 10, meanConfidence: expect.closeTo(0.9, 9), right: 9 },
      { from: 0.98, to: 1, claims: 1, meanConfidence: 1, right: 1 },
    ]);
  });
});
