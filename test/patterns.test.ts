import { describe, expect, test } from 'vitest';
import type { Pattern } from '../src/model/analysis.ts';
import type { JudgedConnection } from '../src/model/verdict.ts';
import { Patterns } from '../src/patterns.ts';
import { app, close, exchange, judged, judgedClean, overview } from './support/judged.ts';

const SECOND = 1e9;

interface Shape {
  id: number;
  target?: string;
  bodyBytes?: number;
  silenceNs?: number;
  timeNs?: number;
  by?: 'client-abort' | 'server';
}

/** A connection that its client or server cut in the body. */
function cut({
  id,
  target = `/${id}`,
  bodyBytes = 1000 + id,
  silenceNs = 0,
  timeNs = id * 60 * SECOND,
  by,
}: Shape) {
  const group = by ?? 'client-abort';
  const from = group === 'server' ? 'server' : 'client';
  const killer = close({
    frame: 41,
    from,
    timeNs,
    sinceDataNs: silenceNs,
    app: app({ exchange: exchange({ target, bodyBytes }) }),
  });
  return judged(
    { id, closes: [killer] },
    { group, closedBy: from, killerFrame: 41, position: 'in-response-body', isHarmless: false },
  );
}

function patternsOf(connections: readonly JudgedConnection[]): readonly Pattern[] {
  const patterns = new Patterns();
  for (const each of connections) patterns.add(each);
  return patterns.result(overview());
}

const many = (count: number, shape: (id: number) => Shape): JudgedConnection[] =>
  Array.from({ length: count }, (_, id) => cut(shape(id)));

describe('what connections in trouble have in common', () => {
  test('nothing is found in ends that differ', () => {
    expect(patternsOf(many(40, (id) => ({ id, silenceNs: (1 + id * id) * SECOND, by: 'server' })))).toEqual(
      [],
    );
  });

  test('a timer: the same silence within two percent', () => {
    const found = patternsOf(many(6, (id) => ({ id, silenceNs: (60 + id * 0.2) * SECOND, by: 'server' })));
    expect(found).toMatchObject([{ kind: 'idle-timer', connections: 6, examples: [0, 1, 2, 3, 4, 5] }]);
    expect(found[0]!.text).toMatch(/by the server after the same silence, (59|60|61)\S* (s|min)|1 min/);
  });

  test('a timer names the defaults of its length, of the side that closed or of something in front of it', () => {
    const text = (seconds: number, by: 'client-abort' | 'server'): string =>
      patternsOf(many(6, (id) => ({ id, silenceNs: (seconds + id * 0.004) * SECOND, by })))[0]?.text ?? '';
    expect(text(75.01, 'server')).toContain('nginx keepalive_timeout');
    expect(text(350.2, 'server')).toContain('AWS NAT gateway');
    expect(text(350.2, 'client-abort')).toContain('AWS NAT gateway');
    expect(text(90, 'client-abort')).toContain('IdleConnTimeout');
    expect(text(90, 'server')).not.toContain('IdleConnTimeout');
    expect(text(44, 'server')).not.toContain('defaults');
  });

  test('a burst: one server, one second', () => {
    const found = patternsOf(
      many(7, (id) => ({ id, timeNs: 10 * SECOND + id * 0.1 * SECOND, by: 'server' })),
    );
    expect(found).toMatchObject([{ kind: 'burst', connections: 7 }]);
    expect(found[0]!.text).toContain('203.0.113.80:80 ended 7 connections');
  });

  test('a burst needs five, and clients make none', () => {
    expect(patternsOf(many(4, (id) => ({ id, timeNs: SECOND, by: 'server' })))).toEqual([]);
    expect(patternsOf(many(9, (id) => ({ id, timeNs: SECOND })))).toEqual([]);
  });

  test('one target, whatever its query', () => {
    const found = patternsOf(many(10, (id) => ({ id, target: id < 2 ? `/${id}` : `/report?id=${id}` })));
    expect(found).toMatchObject([{ kind: 'one-url', connections: 8 }]);
    expect(found[0]!.text).toContain('8 of 10 connections in trouble asked for GET shop.example/report');
  });

  test('late requests', () => {
    const late = (id: number): JudgedConnection => {
      const { facts, verdict } = judgedClean({
        id,
        closes: [close({ frame: 41, sinceDataNs: (5 + id) * SECOND })],
      });
      return { file: 'a.pcap', facts, verdict: { ...verdict, isHarmless: false, killerFrame: 41 } };
    };
    const [first] = patternsOf([late(0), late(1)]);
    expect(first).toMatchObject({ kind: 'late-request', connections: 2, examples: [0, 1] });
    expect(first!.text).toBe(
      '2 requests ran into a connection that the server had just closed after 5 s or more of idling',
    );
  });

  test('the same place in the body', () => {
    const found = patternsOf(many(5, (id) => ({ id, bodyBytes: 65_536 })));
    expect(found).toMatchObject([{ kind: 'same-offset', connections: 5 }]);
    expect(found[0]!.text).toContain('exactly 65,536 body bytes');
  });

  test('harmless and clean ends do not count', () => {
    const clean = Array.from({ length: 9 }, () => judgedClean());
    expect(patternsOf(clean)).toEqual([]);
  });

  test('memory has an end, and a late pattern is still found', () => {
    const patterns = new Patterns();
    for (let id = 0; id < 20_000; id++) patterns.add(cut({ id, by: 'server' }));
    for (let id = 20_000; id < 20_010; id++) patterns.add(cut({ id, bodyBytes: 7, by: 'server' }));
    expect(patterns.result(overview()).map(({ kind }) => kind)).toContain('same-offset');
  });
});
