import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LogIndex } from '../../src/explain/log-index.ts';
import { LogReader } from '../../src/logs/log-reader.ts';
import { readLines } from './read-lines.ts';

const LINES = [
  '192.0.2.10 - - [22/Nov/2026:22:31:23 +0000] "GET /a HTTP/1.1" 499 0 "-" "curl"',
  '2026/11/22 22:31:23 write tcp 198.51.100.80:80->192.0.2.10:39506: write: broken pipe',
  'Nov 22 22:31:24 lb1 haproxy[14389]: 192.0.2.10:33317 [22/Nov/2026:22:31:23.655] http-in static/srv1 10/0/30/69/2109 200 2750 - - CD-- 1/1/1/1/0 0/0 "GET /index.html HTTP/1.1"',
  '{"level":30,"time":1795386683123,"req":{"id":1,"method":"GET","url":"/a","remoteAddress":"::1","remotePort":1},"res":{"statusCode":200}}',
  '[2026-11-22T22:31:23.310Z] "POST /api HTTP/2" 503 UC 154 95 226 - "1" "2" "3" "4" "10.0.2.1:80"',
  '[Sun Nov 22 22:31:23.123456 2026] [core:info] [pid 1:tid 2] (104)Connection reset by peer: [client 192.0.2.10:39506] AH00574',
  "Exception occurred during processing of request from ('192.0.2.10', 39506)",
];

describe('hostile lines', () => {
  test('any text is read without a throw', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 300 }), { maxLength: 5 }), (lines) => {
        readLines(lines);
      }),
      { numRuns: 300 },
    );
  });

  test('any cut or spoilt line is read without a throw, and gives numbers that are numbers', () => {
    const spoilt = fc
      .tuple(fc.constantFrom(...LINES), fc.nat(200), fc.nat(200), fc.string({ unit: 'binary', maxLength: 8 }))
      .map(([line, from, len, middle]) => line.slice(0, from) + middle + line.slice(from + len));
    fc.assert(
      fc.property(fc.array(spoilt, { maxLength: 4 }), (lines) => {
        for (const { time, bytes, duration, peer } of readLines(lines)) {
          expect(Number.isFinite(time?.seconds ?? 0)).toBe(true);
          expect(Number.isFinite(bytes ?? 0)).toBe(true);
          expect(Number.isFinite(duration ?? 0)).toBe(true);
          expect((peer?.port ?? 0) <= 65_535).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ['spaces', ' '.repeat(1_000_000)],
    ['digits and dots', '1.'.repeat(500_000)],
    ['colons', ':'.repeat(1_000_000)],
    ['quotes', '"'.repeat(1_000_000)],
    ['backslashes in quotes', `192.0.2.1 - - [22/Nov/2026:22:31:23 +0000] "${'\\'.repeat(999_000)}`],
    ['escaped quotes in a field', `${LINES[0]}${'\\"'.repeat(500_000)}`],
    ['escaped quotes and letters in a field', `${LINES[0]} "${'\\"ab'.repeat(250_000)}`],
    ['nested JSON', '{"a":'.repeat(100_000)],
    ['words', 'com.example.'.repeat(80_000)],
    ['brackets', '[22/Nov/2026:22:31:23 +0000] '.repeat(30_000)],
    ['almost go', 'write tcp '.repeat(100_000)],
  ])('a megabyte of %s takes no time', (_, line) => {
    const started = performance.now();
    for (let times = 0; times < 50; times++) readLines([line]);
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  describe('long lines', () => {
    const COUNT = 6_000;
    const read = (lineOf: (place: number) => string): LogIndex => {
      const index = new LogIndex();
      const reader = new LogReader({ reference: 1.8e9, pattern: null, zoneSeconds: null }, index);
      for (let place = 0; place < COUNT; place++) reader.line(lineOf(place));
      return index;
    };
    const line = (target: string, agent: string): string =>
      `192.0.2.10 - - [22/Nov/2026:22:31:23 +0000] "GET ${target} HTTP/1.1" 200 5 "-" "${agent}"`;

    test('are not kept for the sake of what is kept of them', () => {
      setFlagsFromString('--expose-gc');
      const collect = runInNewContext('gc') as () => void;
      collect();
      const before = process.memoryUsage().heapUsed;
      const index = read((place) => line(`/a/long/enough/${place}`, 'x'.repeat(30_000)));
      collect();
      const keptPerLine = (process.memoryUsage().heapUsed - before) / COUNT;
      expect(index.events()).toHaveLength(COUNT);
      expect(keptPerLine).toBeLessThan(4_000);
    });

    test('have the beginnings of their targets kept', () => {
      const [event] = read((place) => line(`/${place}${'y'.repeat(3_900)}`, '')).events();
      expect(event?.path).toBe(`/0${'y'.repeat(2_398)}`);
      expect(event?.text).toHaveLength(1_001);
    });
  });
});

test('targets that lines name are noted up to a limit', () => {
  const index = new LogIndex();
  const [event] = readLines([LINES[0]!]);
  const targetOf = (place: number): string => `/${place}/`.padEnd(2_000, 'z');
  for (let place = 0; place <= 110_000; place++) index.event({ ...event!, path: targetOf(place) });
  expect([0, 99_000, 110_000].map((place) => index.namesTarget(targetOf(place)))).toEqual([
    true,
    true,
    false,
  ]);
});
