import { describe, expect, test } from 'vitest';
import { endsWithin } from '../../src/cli/time-limit.ts';

describe('work with a limit', () => {
  test('that ends is done', () => {
    let sum = 0;
    const isDone = endsWithin(5_000, () => {
      sum = [1, 2, 3].reduce((a, b) => a + b);
    });
    expect([isDone, sum]).toEqual([true, 6]);
  });

  test('a pattern that would go on for ever is ended', () => {
    const pattern = /^(a{1,900}){1,900}$/;
    let isTold = false;
    const isDone = endsWithin(100, () => {
      isTold = pattern.test(`${'a'.repeat(5_000)}b`) || true;
    });
    expect([isDone, isTold]).toEqual([false, false]);
  });

  test('what goes wrong in it goes wrong', () => {
    const fail = (): void => {
      throw new RangeError('of its own');
    };
    expect(() => endsWithin(5_000, fail)).toThrow('of its own');
  });
});
