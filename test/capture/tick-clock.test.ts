import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TickClock } from '../../src/capture/tick-clock.ts';

function split(clock: TickClock, ticks: bigint) {
  const isGood = clock.split(Number((ticks >> 32n) & 0xffff_ffffn), Number(ticks & 0xffff_ffffn));
  return { isGood, seconds: clock.seconds, fractionNs: clock.fractionNs };
}

describe('TickClock', () => {
  test('microseconds, nanoseconds, seconds and powers of two', () => {
    const at = (resolution: number, ticks: bigint) => split(new TickClock(resolution, 0), ticks);
    expect(at(6, 1_700_000_000_123_456n)).toEqual({
      isGood: true,
      seconds: 1_700_000_000,
      fractionNs: 123_456_000,
    });
    expect(at(9, 1_700_000_000_123_456_789n)).toEqual({
      isGood: true,
      seconds: 1_700_000_000,
      fractionNs: 123_456_789,
    });
    expect(at(0, 1_700_000_000n)).toEqual({ isGood: true, seconds: 1_700_000_000, fractionNs: 0 });
    expect(at(0x80, 1_700_000_000n)).toEqual({ isGood: true, seconds: 1_700_000_000, fractionNs: 0 });
    expect(at(0x8a, 1_700_000_000n * 1024n + 512n)).toMatchObject({
      seconds: 1_700_000_000,
      fractionNs: 5e8,
    });
  });

  test('the offset is added, also a negative one', () => {
    expect(split(new TickClock(6, -3600), 1_700_003_600_000_001n)).toEqual({
      isGood: true,
      seconds: 1_700_000_000,
      fractionNs: 1_000,
    });
  });

  test('a negative count is before 1970 and keeps its distances', () => {
    expect(split(new TickClock(6, 0), -1n)).toEqual({ isGood: true, seconds: -1, fractionNs: 999_999_000 });
    expect(split(new TickClock(9, 0), -1_500_000_000_000_000_001n)).toEqual({
      isGood: true,
      seconds: -1_500_000_001,
      fractionNs: 999_999_999,
    });
  });

  test('digits: six down to a microsecond, else nine', () => {
    const digits = [0, 3, 6, 7, 9, 127, 0x80, 0x94, 0x95, 0xff].map((r) => new TickClock(r, 0).digits);
    expect(digits).toEqual([6, 6, 6, 9, 9, 9, 6, 6, 9, 9]);
  });

  test('every resolution, count and offset gives a time that can be written', () => {
    const word = fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn });
    const offset = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    const anything = fc.property(
      fc.integer({ min: 0, max: 255 }),
      word,
      offset,
      (resolution, ticks, seconds) => {
        const time = split(new TickClock(resolution, Number(seconds)), ticks);
        expect(Number.isInteger(time.seconds)).toBe(true);
        expect(Math.abs(time.seconds)).toBeLessThan(2 ** 38);
        expect(Number.isInteger(time.fractionNs)).toBe(true);
        expect(time.fractionNs).toBeGreaterThanOrEqual(0);
        expect(time.fractionNs).toBeLessThan(1_000_000_000);
      },
    );
    fc.assert(anything, { numRuns: 2000 });
  });

  test('agrees with BigInt for the resolutions that tools write', () => {
    const ticks = fc.bigInt({ min: 0n, max: 0x7fff_ffff_ffff_ffffn });
    const property = fc.property(fc.integer({ min: 3, max: 9 }), ticks, (exponent, count) => {
      const rate = 10n ** BigInt(exponent);
      const expected = {
        seconds: Number(count / rate),
        fractionNs: Number((count % rate) * (10n ** 9n / rate)),
      };
      if (expected.seconds > 253_402_300_799) return;
      expect(split(new TickClock(exponent, 0), count)).toEqual({ isGood: true, ...expected });
    });
    fc.assert(property, { numRuns: 5000 });
  });
});
