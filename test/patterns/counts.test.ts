import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CountSketch } from '../../src/patterns/count-sketch.ts';
import { LogHistogram } from '../../src/patterns/log-histogram.ts';
import { roundTripsAtOnce } from '../../src/patterns/response-counts.ts';
import { TimeBins } from '../../src/patterns/time-bins.ts';

const SECOND = 1e9;

describe('histogram', () => {
  test('classes hold what was added, and are an eighth of their value wide at most', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2 ** 31 - 1 }), { minLength: 1 }), (values) => {
        const histogram = new LogHistogram();
        for (const value of values) histogram.add(value);
        expect(histogram.total).toBe(values.length);
        for (const { low, high, count } of histogram.classes()) {
          expect(values.filter((value) => value >= low && value < high).length).toBe(count);
          expect(high - low).toBeLessThanOrEqual(Math.max(1, low / 8));
        }
      }),
    );
  });

  test('touching counts too many rather than too few, above the other way round', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 1e6 }), { minLength: 1 }),
        fc.integer({ min: 0, max: 1e6 }),
        fc.integer({ min: 0, max: 1e6 }),
        (values, from, length) => {
          const histogram = new LogHistogram();
          for (const value of values) histogram.add(value);
          const inside = values.filter((value) => value >= from && value <= from + length).length;
          expect(histogram.countTouching(from, from + length)).toBeGreaterThanOrEqual(inside);
          const above = values.filter((value) => value > from).length;
          expect(histogram.countAbove(from)).toBeLessThanOrEqual(above);
        },
      ),
    );
  });

  test('quantiles, and numbers that are none', () => {
    const histogram = new LogHistogram();
    expect(histogram.quantile(0.5)).toBeNaN();
    for (let value = 0; value < 1000; value++) histogram.add(value);
    expect(Math.abs(histogram.quantile(0.5) - 500)).toBeLessThan(40);
    histogram.add(Number.NaN);
    histogram.add(-5);
    histogram.add(Number.POSITIVE_INFINITY);
    expect(histogram.total).toBe(1003);
  });
});

test('a sketch never counts too few', () => {
  const sketch = new CountSketch();
  const counts = new Map<number, number>();
  for (let k = 0; k < 20_000; k++) {
    const key = Math.imul(k % 700, 0x9e3779b1);
    sketch.add(key);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  let exact = 0;
  for (const [key, count] of counts) {
    expect(sketch.count(key)).toBeGreaterThanOrEqual(count);
    if (sketch.count(key) === count) exact++;
  }
  expect(exact).toBeGreaterThan(600);
});

describe('bins of time', () => {
  test('the load is the time under way, however long the capture becomes', () => {
    const bins = new TimeBins();
    let total = 0;
    for (let k = 0; k < 500; k++) {
      const from = k * 3 * SECOND;
      const length = (0.01 + (k % 7)) * SECOND;
      bins.complete(from, from + length);
      total += length;
    }
    const load = bins.load();
    const sum = load.reduce((all, each) => all + each, 0) * bins.widthNs;
    // What began before the bins did is left out; all but the first began later.
    expect(sum / total).toBeCloseTo(1, 2);
    expect(bins.completed.reduce((all, each) => all + each, 0)).toBe(500);
    expect(bins.length).toBeLessThanOrEqual(4096);
    expect(Math.max(...load)).toBeLessThan(4);
  });

  test('a damaged time far ahead costs resolution, nothing else', () => {
    const bins = new TimeBins();
    bins.complete(0, SECOND);
    bins.complete(SECOND, 1e18);
    bins.complete(-5e18, 2 * SECOND);
    expect(bins.length).toBeLessThanOrEqual(4096);
    expect(bins.completed.reduce((all, each) => all + each, 0)).toBe(3);
  });
});

test('round trips of slow start: ten segments, then twice as many each', () => {
  expect(roundTripsAtOnce(0)).toBe(0);
  expect(roundTripsAtOnce(14_480)).toBe(0);
  expect(roundTripsAtOnce(14_481)).toBe(1);
  expect(roundTripsAtOnce(43_440)).toBe(1);
  expect(roundTripsAtOnce(43_441)).toBe(2);
});
