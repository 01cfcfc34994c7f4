import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rfc3339, utcDate, utcTimeOfDay } from '../../src/report/wall-time.ts';
import { EPOCH_NS } from '../support/judged.ts';

test('a time keeps all digits of the capture', () => {
  expect(rfc3339({ epochNs: EPOCH_NS, digits: 6 }, 678_901_000)).toBe('2026-01-02T03:04:05.678901Z');
  expect(rfc3339({ epochNs: EPOCH_NS, digits: 9 }, 678_901_234)).toBe('2026-01-02T03:04:05.678901234Z');
});

test('frames may lie before the epoch of the capture, and the capture before 1970', () => {
  expect(rfc3339({ epochNs: EPOCH_NS, digits: 6 }, -1000)).toBe('2026-01-02T03:04:04.999999Z');
  expect(rfc3339({ epochNs: 0n, digits: 9 }, -1)).toBe('1969-12-31T23:59:59.999999999Z');
});

test('leap days and turns of the century', () => {
  const at = (iso: string) => ({ epochNs: BigInt(Date.parse(iso)) * 1_000_000n, digits: 6 });
  expect(utcDate(at('2024-02-29T23:59:59Z'), 0)).toBe('2024-02-29');
  expect(utcDate(at('2024-02-29T23:59:59Z'), 1e9)).toBe('2024-03-01');
  expect(utcDate(at('2100-02-28T12:00:00Z'), 86_400e9)).toBe('2100-03-01');
});

test('fewer digits are cut off, not rounded', () => {
  expect(utcTimeOfDay({ epochNs: EPOCH_NS, digits: 9 }, 999_999_999, 3)).toBe('03:04:05.999');
  expect(utcTimeOfDay({ epochNs: EPOCH_NS, digits: 9 }, 999_999_999, 0)).toBe('03:04:05');
});

test('agrees with Date wherever Date can tell', () => {
  fc.assert(
    fc.property(fc.integer({ min: -2_000_000_000_000, max: 9_000_000_000_000 }), (ms) => {
      const text = rfc3339({ epochNs: BigInt(ms) * 1_000_000n, digits: 3 }, 0);
      expect(text).toBe(new Date(ms).toISOString());
    }),
  );
});
