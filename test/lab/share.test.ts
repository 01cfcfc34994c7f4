import { describe, expect, test } from 'vitest';
import { percent, shareText, shareWithInterval } from './percent.ts';
import { ratio, shareOf, wilson } from './share.ts';

/** Newcombe, Statistics in Medicine 17 (1998) 857–872, table I, method 3 (score method, 95 %). */
const PUBLISHED = [
  { right: 81, of: 263, low: 0.2553, high: 0.3662 },
  { right: 15, of: 148, low: 0.0624, high: 0.1605 },
  { right: 0, of: 20, low: 0, high: 0.1611 },
  { right: 1, of: 29, low: 0.0061, high: 0.1718 },
] as const;

describe('wilson', () => {
  test.each(PUBLISHED)('$right of $of as published', ({ right, of, low, high }) => {
    const interval = wilson({ right, of });
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  });

  test('mirrors: as many wrong as right before', () => {
    const { low, high } = wilson({ right: 20, of: 20 });
    expect(low).toBeCloseTo(1 - 0.1611, 4);
    expect(high).toBe(1);
  });

  test('nothing seen: nothing known', () => {
    expect(wilson({ right: 0, of: 0 })).toEqual({ low: 0, high: 1 });
  });
});

describe('shares', () => {
  test('leave out what has no answer', () => {
    expect(shareOf([true, false, null, true], (each) => each)).toEqual({ right: 2, of: 3 });
    expect(ratio({ right: 0, of: 0 })).toBeNull();
  });

  test('read well', () => {
    expect(percent(0.9789)).toBe('97.9 %');
    expect(shareText({ right: 1, of: 4 })).toBe('25.0 % (1 of 4)');
    expect(shareText({ right: 0, of: 0 })).toBe('–');
    expect(shareWithInterval({ right: 81, of: 263 })).toBe('30.8 % (81 of 263; 25.5–36.6)');
  });
});
