import { describe, expect, test } from 'vitest';
import type { Pattern } from '../../src/model/analysis.ts';
import type { Exchange } from '../../src/model/app.ts';
import type { HalfFacts } from '../../src/model/facts.ts';
import type { JudgedConnection, Position } from '../../src/model/verdict.ts';
import { Patterns } from '../../src/patterns/patterns.ts';
import { app, close, exchange, half, judged, judgedClean, overview } from '../support/judged.ts';
import { completed, patternsWith, SECOND, WORDS } from './traffic.ts';

interface Shape {
  id: number;
  target?: string;
  bodyBytes?: number;
  silenceNs?: number;
  timeNs?: number;
  by?: 'client' | 'server' | 'intermediary';
  exchange?: Partial<Exchange>;
  position?: Position;
  ip?: string;
  startNs?: number;
  server?: Partial<HalfFacts>;
  client?: Partial<HalfFacts>;
}

/** A connection that its client or server cut in the body. */
function cut(shape: Shape): JudgedConnection {
  const { id, bodyBytes = 1000 + id, silenceNs = 1e6, by = 'client', position = 'in-response-body' } = shape;
  const { target = `/${'x'.repeat(id % 50)}`, timeNs = id * 60 * SECOND, ip = '198.51.100.7' } = shape;
  const killer = close({
    frame: 41,
    from: by === 'client' ? 'client' : 'server',
    timeNs,
    sinceDataNs: silenceNs,
    app: app({
      exchange: exchange({
        target,
        bodyBytes,
        requestEndNs: timeNs - (0.03 + (id % 7) * 0.01) * SECOND,
        responseStartNs: timeNs - 0.02 * SECOND,
        ...shape.exchange,
      }),
    }),
  });
  const server = { ip: '203.0.113.80', port: 80, ...shape.server };
  return judged(
    {
      id,
      closes: [killer],
      startNs: shape.startNs ?? timeNs - (id + 0.1) * SECOND,
      client: half({ ip, ...shape.client }),
      server: half(server),
    },
    {
      group: by === 'client' ? 'client-abort' : by,
      closedBy: by,
      killerFrame: 41,
      position,
      isHarmless: false,
    },
  );
}

function patternsOf(
  connections: readonly JudgedConnection[],
  responses: Parameters<typeof patternsWith>[0] = [],
): readonly Pattern[] {
  const patterns = patternsWith(responses);
  for (const each of connections) patterns.add(each, !each.verdict.isHarmless);
  return patterns.result(overview({ firstNs: 0, lastNs: 4000 * SECOND })).patterns;
}

const many = (count: number, shape: (id: number) => Shape): JudgedConnection[] =>
  Array.from({ length: count }, (_, id) => cut(shape(id)));

describe('what connections in trouble have in common', () => {
  test('nothing is found in ends that differ', () => {
    const differing = many(40, (id) => ({ id, silenceNs: (1 + id * id) * SECOND, by: 'server' }));
    expect(patternsOf(differing)).toEqual([]);
  });

  test('a timer: the same silence', () => {
    const [found] = patternsOf(many(8, (id) => ({ id, silenceNs: (60 + id * 0.1) * SECOND, by: 'server' })));
    expect(found).toMatchObject({ kind: 'idle-timer', connections: 8, of: 8 });
    expect(found!.examples).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(found!.figures).toMatchObject({ closedBy: 'server' });
    expect(found!.figures['seconds']).toBeCloseTo(60.35, 6);
    expect(found!.text).toContain(
      '8 of 8 connections ended by the server had the same silence before the end',
    );
    expect(found!.pValue).toBeLessThan(1e-3);
  });

  test('four of anything are no pattern', () => {
    expect(patternsOf(many(4, (id) => ({ id, silenceNs: 60 * SECOND, by: 'server' })))).toEqual([]);
  });

  test('a timer names the defaults of its length, of the side that closed or of something in front of it', () => {
    const text = (seconds: number, by: 'client' | 'server'): string =>
      patternsOf(many(8, (id) => ({ id, silenceNs: (seconds + id * 0.004) * SECOND, by })))[0]?.text ?? '';
    expect(text(75.01, 'server')).toContain('nginx keepalive_timeout');
    expect(text(350.2, 'server')).toContain('AWS NAT gateway');
    expect(text(350.2, 'client')).toContain('AWS NAT gateway');
    expect(text(90, 'client')).toContain('IdleConnTimeout');
    expect(text(90, 'server')).not.toContain('IdleConnTimeout');
    expect(text(44, 'server')).not.toContain('defaults');
  });

  test('the time since the request rather than the silence: the clock that deviates less', () => {
    const [found] = patternsOf(
      many(12, (id) => ({
        id,
        by: 'client',
        silenceNs: (1 + (id % 5)) * SECOND,
        exchange: { requestEndNs: (id * 60 - 30 - 0.001 * id) * SECOND },
      })),
    );
    expect(found).toMatchObject({
      kind: 'response-timeout',
      connections: 12,
      figures: { closedBy: 'client' },
    });
    expect(found!.figures['seconds']).toBeCloseTo(30, 1);
  });

  test('the age of the connection', () => {
    const [found] = patternsOf(
      many(12, (id) => ({
        id,
        by: 'server',
        silenceNs: 0.01 * SECOND * id,
        startNs: (id * 60 - 120) * SECOND,
      })),
    );
    expect(found).toMatchObject({ kind: 'connection-age', connections: 12 });
  });

  test('responses that take that long anyway are no timeout', () => {
    const shape = (id: number): Shape => ({
      id,
      by: 'client',
      silenceNs: 0.01 * SECOND,
      exchange: { requestEndNs: (id * 60 - 3 - 0.002 * id) * SECOND },
    });
    expect(patternsOf(many(12, shape)).map(({ kind }) => kind)).toContain('response-timeout');
    const usual = Array.from({ length: 200 }, (_, k) =>
      completed({ requestEndNs: 0, endNs: (2.9 + k / 1000) * SECOND }),
    );
    expect(patternsOf(many(12, shape), usual).map(({ kind }) => kind)).not.toContain('response-timeout');
  });

  test('a burst: one server, one moment', () => {
    const found = patternsOf(
      many(7, (id) => ({ id, timeNs: 10 * SECOND + id * 0.1 * SECOND, by: 'server' })),
    );
    expect(found[0]).toMatchObject({ kind: 'burst', connections: 7, figures: { server: '203.0.113.80:80' } });
    expect(found[0]!.text).toContain('203.0.113.80:80 ended 7 of its 7 connections');
  });

  test('a burst of clients is told of their network', () => {
    const [found] = patternsOf(
      many(9, (id) => ({ id, timeNs: SECOND + id * 1e6, ip: `198.51.100.${id}`, startNs: -id * 9 * SECOND })),
    );
    expect(found).toMatchObject({
      kind: 'client-burst',
      figures: { network: '198.51.100.0/24', clients: 9 },
    });
  });

  test('many ends at a busy moment are no burst', () => {
    const ends = many(8, (id) => ({ id, timeNs: 10 * SECOND + id * 0.1 * SECOND, by: 'server' }));
    const busy = Array.from({ length: 300 }, (_, k) => completed({ endNs: 10 * SECOND + k * 3e6 }));
    expect(patternsOf(ends, busy)).toEqual([]);
  });

  test('one URL, held against all responses', () => {
    const ends = many(10, (id) => ({ id, target: id < 2 ? `/${id}x` : `/report/${id}?id=${id}` }));
    const others = Array.from({ length: 200 }, (_, k) => completed({ target: `/page/${k}` }));
    const same = Array.from({ length: 200 }, (_, k) => completed({ target: `/report/${k}` }));
    const [found] = patternsOf(ends, others);
    expect(found).toMatchObject({ kind: 'one-url', connections: 8, of: 8, figures: { value: '/report/#' } });
    expect(found!.text).toContain('GET /report/#');
    expect(patternsOf(ends, same)).toEqual([]);
    // Nothing to compare with: nothing to say.
    expect(patternsOf(ends)).toEqual([]);
  });

  test('one client network, and one status', () => {
    const ends = many(12, (id) => ({ id, ip: `192.0.2.${id}`, exchange: { status: 206 } }));
    const others = Array.from({ length: 100 }, () => completed({ ip: '203.0.113.9', status: 200 }));
    const kinds = patternsOf(ends, others).map(({ kind, figures }) => [kind, figures['value']]);
    expect(kinds).toContainEqual(['one-client-network', '192.0.2.0/24']);
    expect(kinds).toContainEqual(['one-status', 206]);
  });

  test('late requests', () => {
    const late = (id: number): JudgedConnection => {
      const { facts, verdict } = judgedClean({
        id,
        closes: [close({ frame: 41, sinceDataNs: (5 + id) * SECOND })],
      });
      return { file: 'a.pcap', facts, verdict: { ...verdict, isHarmless: false, killerFrame: 41 } };
    };
    const reused = Array.from({ length: 18 }, () => completed({ index: 2 }));
    const [first] = patternsOf([late(0), late(1)], reused);
    expect(first).toMatchObject({ kind: 'late-request', connections: 2, of: 20, examples: [0, 1] });
    expect(first!.text).toContain(
      '2 of 20 requests on connections used before ran into one that the server had just closed after 5 s or more of idling',
    );
    expect(first!.figures['shareLow']).toBeLessThan(0.1);
  });

  test('requests on connections that were unused for long', () => {
    const stale = (id: number): Shape => ({
      id,
      by: 'intermediary',
      position: 'awaiting-response',
      server: { lastDataNs: id * 60 * SECOND - (20 + id) * SECOND },
      exchange: {
        requestStartNs: id * 60 * SECOND - 1e6,
        requestEndNs: id * 60 * SECOND - 1e6,
        responseStartNs: null,
      },
    });
    const sooner = Array.from({ length: 50 }, (_, k) => completed({ index: 2, idleNs: (k / 5) * SECOND }));
    const anyhow = Array.from({ length: 50 }, (_, k) => completed({ index: 2, idleNs: k * SECOND }));
    const [found] = patternsOf(many(8, stale), sooner);
    expect(found).toMatchObject({ kind: 'stale-connection', connections: 8, of: 8 });
    expect(patternsOf(many(8, stale), anyhow)).toEqual([]);
  });

  test('the same place in the body', () => {
    const found = patternsOf(many(8, (id) => ({ id, bodyBytes: id < 2 ? 1000 + id : 65_536 })));
    expect(found).toMatchObject([{ kind: 'same-offset', connections: 6, of: 8 }]);
    expect(found[0]!.text).toContain('exactly 65,536 body bytes');
    expect(found[0]!.figures).toMatchObject({ offset: 65_536, multipleOf: 65_536 });
  });

  test('writes of equal size make equal offsets, and a slow page stands still: no limit', () => {
    expect(patternsOf(many(60, (id) => ({ id, bodyBytes: 1007 * (1 + ((id * 7) % 11)) })))).toEqual([]);
    expect(
      patternsOf(many(30, (id) => ({ id, bodyBytes: 4096, silenceNs: (0.3 + (id * id) / 7) * SECOND }))),
    ).toEqual([]);
  });

  test('whole buffers', () => {
    const found = patternsOf(many(9, (id) => ({ id, by: 'server', bodyBytes: 32_768 * (1 + id * 3) })));
    expect(found.map(({ kind }) => kind)).toEqual(['whole-buffers']);
    expect(found[0]!.figures).toEqual({ buffer: 32_768 });
  });

  test('full-size segments that never get through', () => {
    const stuck = { bytes: 1700, bytesUnacked: 1448, maxPayloadLen: 1448, retransmittedSegments: 4 };
    const lost = { bytes: 90_000, bytesUnacked: 1448, maxPayloadLen: 1448, retransmittedSegments: 4 };
    const [found] = patternsOf(many(6, (id) => ({ id, server: stuck })));
    expect(found).toMatchObject({
      kind: 'mtu-hole',
      connections: 6,
      figures: { side: 'server', largestLen: 1448 },
    });
    expect(found!.next).toContain('ping -M do -s 1460');
    expect(patternsOf(many(6, (id) => ({ id, server: lost })))).toEqual([]);
  });

  test('clients that stopped reading, against those that ended well', () => {
    const ends = many(8, (id) => ({
      id,
      by: 'server',
      client: { zeroWindowNs: (1 + id) * SECOND },
      startNs: 0,
      timeNs: (20 + id * 60) * SECOND,
    }));
    const well = (shut: number): JudgedConnection[] =>
      Array.from({ length: 40 }, (_, id) =>
        judgedClean({ id: 100 + id, client: half({ zeroWindowNs: shut }) }),
      );
    expect(patternsOf([...ends, ...well(0)])[0]).toMatchObject({
      kind: 'slow-consumer',
      connections: 8,
      of: 8,
    });
    expect(patternsOf([...ends, ...well(SECOND)])).toEqual([]);
  });

  test('requests that come while it is busy end badly', () => {
    // Ten waves of 40 requests at once, and single ones between them.
    const busy = Array.from({ length: 400 }, (_, k) => {
      const requestEndNs = (10 + Math.floor(k / 40) * 10) * SECOND + (k % 40) * 1e6;
      return completed({ requestEndNs, endNs: requestEndNs + 0.5 * SECOND });
    });
    const calm = Array.from({ length: 400 }, (_, k) => {
      const requestEndNs = (12 + Math.floor(k / 40) * 10 + (k % 40) * 0.15) * SECOND;
      return completed({ requestEndNs, endNs: requestEndNs + 0.1 * SECOND });
    });
    const bad = (wave: number): JudgedConnection[] =>
      many(60, (id) => {
        const requestEndNs = (10 + (id % 10) * 10 + wave) * SECOND + id * 1e6;
        return {
          id,
          by: 'server',
          timeNs: requestEndNs + (0.2 + (id % 13) * 0.02) * SECOND,
          exchange: { requestEndNs, responseStartNs: null },
          position: 'awaiting-response',
          startNs: requestEndNs - (1 + id * 0.37) * SECOND,
        };
      });
    const [found] = patternsOf(bad(0), [...busy, ...calm]);
    expect(found).toMatchObject({ kind: 'concurrency', connections: 60, of: 860 });
    expect(found!.figures['shareBusy']).toBeGreaterThan(0.1);
    expect(patternsOf(bad(4), [...busy, ...calm]).map(({ kind }) => kind)).not.toContain('concurrency');
  });

  test('one hour of the day, of responses spread over all of it', () => {
    const HOUR = 3600 * SECOND;
    const responses = Array.from({ length: 2400 }, (_, k) => completed({ endNs: (k / 100) * HOUR }));
    const ends = (fromHour: number, hours: number): JudgedConnection[] =>
      many(60, (id) => ({
        id,
        by: 'server',
        timeNs: (fromHour + (((id * 7.3) % 60) / 60) * hours) * HOUR,
      }));
    const [found] = patternsOf(ends(5.3, 1), responses);
    // The capture begins at 03:04:05.
    expect(found).toMatchObject({ kind: 'time-of-day' });
    expect([8, 9]).toContain(found!.figures['hour']);
    expect(patternsOf(ends(0, 24), responses).map(({ kind }) => kind)).not.toContain('time-of-day');
  });

  test('harmless and clean ends do not count', () => {
    expect(patternsOf(Array.from({ length: 9 }, () => judgedClean()))).toEqual([]);
  });

  test('memory has an end, and a late pattern is still found', () => {
    const patterns = new Patterns(WORDS);
    for (let id = 0; id < 20_000; id++) patterns.add(cut({ id, by: 'server' }), true);
    for (let id = 20_000; id < 20_300; id++) patterns.add(cut({ id, bodyBytes: 7, by: 'server' }), true);
    const { patterns: found } = patterns.result(overview({ firstNs: 0, lastNs: 3e6 * SECOND }));
    expect(found.map(({ kind }) => kind)).toContain('same-offset');
  });
});
