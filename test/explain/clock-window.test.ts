import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Difference, heaviest } from '../../src/explain/clock-window.ts';

/** The same, by trying everything: weights are whole numbers here, so that sums are exact. */
function heaviestByTrying(differences: readonly Difference[], width: number, most: number): number[] {
  const sorted = differences.toSorted((a, b) => a.seconds - b.seconds);
  const stretches = sorted.map((first, start) => {
    const inside = sorted.slice(start).filter(({ seconds }) => seconds - first.seconds <= width);
    const weight = inside.reduce((sum, each) => sum + each.weight, 0);
    let sum = 0;
    const middle = inside.find((each) => {
      sum += each.weight;
      return sum >= weight / 2;
    });
    return { weight, middle: middle?.seconds ?? Number.NaN };
  });
  const found: number[] = [];
  for (const { middle } of stretches.toSorted((a, b) => b.weight - a.weight))
    if (found.length < most && found.every((other) => Math.abs(other - middle) >= width / 2))
      found.push(middle);
  return found;
}

describe('the heaviest stretches', () => {
  test('are those that trying everything finds', () => {
    const difference = fc.record({
      seconds: fc.integer({ min: -20, max: 20 }),
      weight: fc.integer({ min: 1, max: 4 }),
    });
    fc.assert(
      fc.property(fc.array(difference, { minLength: 1, maxLength: 40 }), fc.nat(6), (differences, width) => {
        const expected = heaviestByTrying(differences, width, 3);
        expect(heaviest(differences, width, 3)).toEqual(expected);
      }),
    );
  });

  // Held against each other one by one, these are eighty thousand million.
  test('of a long log whose lines all agree', () => {
    const differences = Array.from({ length: 400_000 }, (_, line) => ({
      seconds: 7 + (line % 1_000) / 1_000,
      weight: 1,
    }));
    expect(heaviest(differences, 1.2, 8)).toEqual([expect.closeTo(7.5, 2)]);
  });
});
