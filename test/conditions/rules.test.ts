import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Census } from '../../src/conditions/census.ts';
import { Distribution } from '../../src/conditions/distribution.ts';
import { MAX_DISTINCT, MAX_EXAMPLES } from '../../src/conditions/limits.ts';
import { mssBeforeClamp, mssMeaning } from '../../src/conditions/mss-meaning.ts';
import { hopsOf } from '../../src/conditions/os-guess.ts';
import { signsAtServer } from '../../src/conditions/proxy-signs.ts';
import { optionOrder } from '../../src/conditions/syn-options.ts';
import { durationText, ofAll, percentText } from '../../src/conditions/wording.ts';
import { Segment, SYN } from '../../src/model/segment.ts';
import { app as appWith, exchange as exchangeWith } from '../support/judged.ts';

/** A SYN with these options, in a buffer that begins with something else. */
function synWith(options: readonly number[], cut = 0): Segment {
  const words = 5 + Math.ceil(options.length / 4);
  const header = [0x30, 0x39, 0, 80, 1, 2, 3, 4, 0, 0, 0, 0, words << 4, SYN, 0, 0, 0, 0, 0, 0];
  const padding = new Array(4 * words - 20 - options.length).fill(0);
  const bytes = Uint8Array.from([9, 9, 9, ...header, ...options, ...padding]);
  const segment = new Segment();
  segment.bytes = bytes;
  segment.payloadStart = bytes.length - cut;
  segment.payloadEnd = bytes.length - cut;
  segment.srcPort = 12_345;
  segment.dstPort = 80;
  segment.seq = 0x01020304;
  segment.flags = SYN;
  return segment;
}

const LINUX = [2, 4, 5, 180, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 7];
const APPLE = [2, 4, 5, 180, 1, 3, 3, 6, 1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 4, 2, 0, 0];

describe('the order of options', () => {
  test.each([
    ['MSTNW', LINUX],
    ['MNWNNTSE', APPLE],
    ['', []],
    ['M', [2, 4, 5, 180]],
    ['M?', [2, 4, 5, 180, 77, 4, 0, 0]],
  ])('%s', (order, options) => {
    expect(optionOrder(synWith(options))).toBe(order);
  });

  test('is not guessed when the header is cut', () => {
    expect(optionOrder(synWith(LINUX, 4))).toBeNull();
  });

  test('any octets give an order or none', () => {
    const options = fc.array(fc.nat(255), { maxLength: 40 });
    fc.assert(
      fc.property(options, fc.nat(30), (octets, cut) => {
        const order = optionOrder(synWith(octets, cut));
        return order === null || order.length <= 40;
      }),
    );
  });
});

test.each([
  [64, 0],
  [63, 1],
  [50, 14],
  [128, 0],
  [116, 12],
  [243, 12],
  [255, 0],
  [32, 0],
  [99, 29],
  [97, null],
  [0, null],
])('TTL %i is %s routers away', (ttl, hops) => {
  expect(hopsOf(ttl)).toBe(hops);
});

test.each([
  [1_460, 4, 'MTU 1500: Ethernet'],
  [1_440, 6, 'MTU 1500: Ethernet'],
  [1_452, 4, 'MTU 1492: PPPoE (RFC 2516), usual for DSL'],
  [1_380, 4, 'MTU 1420: WireGuard, or another VPN, or lowered on the way'],
  [1_410, 4, 'MTU 1450: VXLAN overlay (RFC 7348), usual for containers'],
  [536, 4, 'the least that every host takes (RFC 9293)'],
  [65_495, 4, 'loopback: both ends on one host'],
  [1_333, 4, 'MTU 1373: a tunnel, or lowered on the way'],
  [4_000, 4, "MTU 4040: larger than Ethernet's"],
] as const)('MSS %i over IPv%i: %s', (mss, version, meaning) => {
  expect(mssMeaning(mss, version)).toBe(meaning);
});

test.each([
  [64_240, 1_460, 4, 0, null],
  [64_240, 1_360, 4, 0, 1_460],
  [65_160, 1_366, 4, 12, 1_460],
  [26_847, 1_460, 4, 12, 8_961],
  [65_535, 1_400, 4, 0, null],
  [8_192, 1_360, 4, 0, null],
  [0, 1_360, 4, 0, null],
] as const)('window %i beside MSS %i (IPv%i): was %s', (window, mss, version, timestamps, before) => {
  expect(mssBeforeClamp(window, mss, version, timestamps)).toBe(before);
});

test('a census keeps its bounds', () => {
  const census = new Census();
  for (let k = 0; k < 1_000; k++) census.add(`kind ${k}`, k, [k]);
  for (let k = 0; k < 100; k++) census.add('kind 0', k, [k + 1, null, 0]);
  expect(census.total).toBe(1_100);
  expect(census.size).toBe(MAX_DISTINCT);
  expect(census.others).toBe(1_000 - MAX_DISTINCT);
  expect(census.sorted()[0]).toMatchObject({ label: 'kind 0', count: 101 });
  expect(census.get('kind 0')?.connections).toHaveLength(MAX_EXAMPLES);
});

test('percentiles are right to a tenth, and never outside of what was seen', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1e12, noNaN: true }), { minLength: 1 }), (values) => {
      const distribution = new Distribution();
      values.forEach((value, index) => {
        distribution.add(value, index);
      });
      const sorted = [...values].sort((a, b) => a - b);
      const middle = sorted[Math.ceil(0.5 * sorted.length) - 1]!;
      const got = distribution.percentile(0.5)!;
      expect(got).toBeGreaterThanOrEqual(sorted[0]!);
      expect(got).toBeLessThanOrEqual(sorted.at(-1)!);
      expect(Math.abs(got - middle)).toBeLessThanOrEqual(0.06 * middle + 1);
      expect(distribution.maxId).toBe(values.indexOf(Math.max(...values)));
    }),
  );
});

test.each([
  ['cloudflare', 200, ['Server: cloudflare']],
  ['nginx', 200, []],
  ['nginx', 504, ['status 504']],
  [null, 200, []],
])('a server that signs as %s and answers %i', (server, status, signs) => {
  expect(signsAtServer(appWith({ exchange: exchangeWith({ server, status }) }))).toEqual(signs);
});

test('numbers read as a person writes them', () => {
  expect(durationText(48_000)).toBe('0.048 ms');
  expect(durationText(41e6)).toBe('41 ms');
  expect(durationText(999.6e6)).toBe('1.0 s');
  expect(durationText(3.2e9)).toBe('3.2 s');
  expect(durationText(700e9)).toBe('12 min');
  expect(percentText(0.0712)).toBe('7.1 %');
  expect(percentText(0.9999)).toBe('>99.9 %');
  expect(percentText(1e-6)).toBe('<0.1 %');
  expect(ofAll(1, 1, 'connection')).toBe('the only connection');
  expect(ofAll(40, 40, 'connection')).toBe('all 40 connections');
  expect(ofAll(3, 40, 'connection')).toBe('3 of 40 connections');
});
