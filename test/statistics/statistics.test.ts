import { describe, expect, test } from 'vitest';
import {
  equalRatesP,
  newcombe,
  nextCountInterval,
  poissonInterval,
  wilson,
} from '../../src/statistics/intervals.ts';
import { betaI, gammaP, gammaQ, logGamma } from '../../src/statistics/special.ts';
import {
  binomialTail,
  chiSquareTail,
  hypergeometricTail,
  normalTail,
  poissonTail,
} from '../../src/statistics/tails.ts';

describe('special functions', () => {
  test('ln Γ of whole numbers is the logarithm of a factorial', () => {
    expect(logGamma(1)).toBeCloseTo(0, 12);
    expect(logGamma(11)).toBeCloseTo(Math.log(3_628_800), 10);
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 12);
  });

  test('incomplete gamma of shape 1 is the exponential distribution', () => {
    for (const x of [0.01, 0.5, 2, 30]) {
      expect(gammaP(1, x)).toBeCloseTo(1 - Math.exp(-x), 12);
      expect(gammaQ(1, x)).toBeCloseTo(Math.exp(-x), 12);
    }
  });

  test('incomplete beta of (1, 1) is the identity, and it mirrors', () => {
    expect(betaI(0.3, 1, 1)).toBeCloseTo(0.3, 12);
    expect(betaI(0.2, 3, 8)).toBeCloseTo(1 - betaI(0.8, 8, 3), 12);
  });
});

describe('tails', () => {
  test('binomial: as summed by hand', () => {
    // P(X ≥ 2) of three fair coins.
    expect(binomialTail(2, 3, 0.5)).toBeCloseTo(0.5, 12);
    expect(binomialTail(5, 5, 0.1)).toBeCloseTo(1e-5, 12);
    expect(binomialTail(0, 5, 0.1)).toBe(1);
    expect(binomialTail(6, 5, 0.1)).toBe(0);
  });

  test('Poisson', () => {
    expect(poissonTail(1, 2)).toBeCloseTo(1 - Math.exp(-2), 12);
    expect(poissonTail(3, 2)).toBeCloseTo(1 - Math.exp(-2) * (1 + 2 + 2), 12);
  });

  test('normal and chi-square: the values in every table', () => {
    expect(normalTail(1.959963984540054)).toBeCloseTo(0.025, 10);
    expect(normalTail(-1)).toBeCloseTo(0.841344746, 8);
    expect(chiSquareTail(3.841458821, 1)).toBeCloseTo(0.05, 9);
    expect(chiSquareTail(18.30703805, 10)).toBeCloseTo(0.05, 9);
  });

  test("Fisher's exact test: the lady tasting tea", () => {
    expect(hypergeometricTail(4, 4, 4, 8)).toBeCloseTo(1 / 70, 12);
    expect(hypergeometricTail(3, 4, 4, 8)).toBeCloseTo(17 / 70, 12);
    expect(hypergeometricTail(0, 4, 4, 8)).toBe(1);
  });
});

describe('intervals', () => {
  test("Wilson: Newcombe's example of 81 in 263", () => {
    const { low, high } = wilson(81, 263);
    expect(low).toBeCloseTo(0.2553, 4);
    expect(high).toBeCloseTo(0.3662, 4);
    expect(wilson(0, 20).low).toBe(0);
    expect(wilson(0, 20).high).toBeCloseTo(0.1611, 4);
  });

  test("Newcombe's example: 56 of 70 against 48 of 80", () => {
    const { low, high } = newcombe(48, 80, 56, 70);
    expect(low).toBeCloseTo(0.0524, 4);
    expect(high).toBeCloseTo(0.3339, 4);
  });

  test('Poisson, exact: the table of Garwood', () => {
    expect(poissonInterval(0).high).toBeCloseTo(3.689, 3);
    expect(poissonInterval(10).low).toBeCloseTo(4.795, 3);
    expect(poissonInterval(10).high).toBeCloseTo(18.39, 2);
  });

  test('equal rates', () => {
    expect(equalRatesP(10, 100, 10, 100)).toBe(1);
    // All eight in one of two equal halves: 2 · 2⁻⁸.
    expect(equalRatesP(8, 1, 0, 1)).toBeCloseTo(2 / 256, 10);
    expect(equalRatesP(0, 0, 0, 0)).toBe(1);
  });

  test('the next count: wider than the Poisson interval, and 0 where nothing is exposed', () => {
    const { low, high } = nextCountInterval(100, 1);
    expect(low).toBeGreaterThan(65);
    expect(low).toBeLessThan(80);
    expect(high).toBeGreaterThan(121);
    expect(high).toBeLessThan(135);
    expect(nextCountInterval(20, 0)).toEqual({ low: 0, high: 0 });
    expect(nextCountInterval(20, 1e-4)).toEqual({ low: 0, high: 0 });
  });
});
