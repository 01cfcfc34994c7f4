import { describe, expect, test } from 'vitest';
import { matchConnections } from '../../src/pair/matching.ts';
import type { Signature } from '../../src/pair/signature.ts';

interface Half {
  isn?: number | null;
  tsVal?: number | null;
  firstSeq?: number | null;
  data?: { seq: number; mark: string } | null;
}

function signature(
  index: number,
  client: Half,
  server: Half,
  rest: { client?: string; startNs?: number; marks?: readonly string[] } = {},
): Signature {
  const half = (given: Half) => ({
    isn: null,
    tsVal: null,
    firstSeq: given.isn ?? null,
    data: null,
    ...given,
  });
  return {
    index,
    client: rest.client ?? '192.0.2.1|4000',
    server: '198.51.100.1|80',
    startNs: rest.startNs ?? 0,
    halves: { client: half(client), server: half(server) },
    octetMarks: new Set(rest.marks ?? []),
  };
}

const request = (seq: number) => ({ seq, mark: 'GET /' });
const answer = (seq: number) => ({ seq, mark: '200 OK' });
const brief = (found: ReturnType<typeof matchConnections>) =>
  found.map(({ a, b, match }) => [a, b, match.by, match.certainty]);

describe('connections of two captures', () => {
  test('by addresses, each use of the ports with its own', () => {
    const a = [signature(0, { isn: 1 }, { isn: 2 }), signature(1, { isn: 3 }, { isn: 4 })];
    const b = [signature(0, { isn: 3 }, { isn: 4 }), signature(1, { isn: 1 }, { isn: 2 })];
    expect(brief(matchConnections(a, b))).toEqual([
      [0, 1, 'addresses', 'certain'],
      [1, 0, 'addresses', 'certain'],
    ]);
  });

  test('the same ports, other numbers and nothing alike: another connection', () => {
    expect(
      matchConnections([signature(0, { isn: 1 }, { isn: 2 })], [signature(0, { isn: 7 }, { isn: 8 })]),
    ).toEqual([]);
  });

  test('behind a NAT by sequence numbers', () => {
    const b = [signature(0, { isn: 1 }, { isn: 2 }, { client: '203.0.113.9|61000' })];
    const [found] = matchConnections([signature(0, { isn: 1 }, { isn: 2 })], b);
    expect(found!.match).toEqual({
      by: 'sequence-numbers',
      certainty: 'certain',
      isAddressRewritten: true,
      shift: { client: 0, server: 0 },
    });
  });

  test('behind a NAT from the middle on: by octets at their numbers', () => {
    const marks = ['client:77:abc'];
    const a = [signature(0, {}, {}, { marks })];
    const b = [signature(0, {}, {}, { marks, client: '203.0.113.9|61000' })];
    expect(brief(matchConnections(a, b))).toEqual([[0, 0, 'octets', 'certain']]);
  });

  test('renumbered by a firewall: by time stamps, with the shift', () => {
    const a = [signature(0, { isn: 100, tsVal: 5 }, { isn: 200, tsVal: 6 })];
    const b = [signature(0, { isn: 150, tsVal: 5 }, { isn: 190, tsVal: 6 }, { client: '203.0.113.9|61000' })];
    const [found] = matchConnections(a, b);
    expect(found!.match).toMatchObject({ by: 'timestamps', shift: { client: 50, server: -10 } });
  });

  test('by payload only likely, and of several alike only a guess in order of time', () => {
    const one = signature(0, { isn: 1, data: request(2) }, { isn: 9, data: answer(10) });
    const other = signature(
      0,
      { isn: 5, data: request(6) },
      { isn: 7, data: answer(8) },
      { client: '203.0.113.9|61000' },
    );
    expect(brief(matchConnections([one], [other]))).toEqual([[0, 0, 'payload', 'likely']]);
    const twice = (list: Signature, apart: number): Signature[] => [
      { ...list, startNs: 50 },
      { ...list, index: 1, startNs: 50 + apart, client: `${list.client}1` },
    ];
    expect(brief(matchConnections(twice(one, 10), twice(other, -10)))).toEqual([
      [0, 1, 'payload', 'guess'],
      [1, 0, 'payload', 'guess'],
    ]);
  });

  test('a capture that takes the server for the client', () => {
    const a = signature(0, { isn: 1 }, { isn: 2 });
    const b = {
      ...signature(0, { isn: null }, { isn: null }, { marks: ['x'] }),
      client: a.server,
      server: a.client,
    };
    const [found] = matchConnections([{ ...a, octetMarks: new Set(['x']) }], [b]);
    expect(found).toMatchObject({ isFlipped: true, match: { isAddressRewritten: false } });
  });

  test('ports used ten thousand times over take no time, in whatever order', () => {
    const uses = (isnOf: (use: number) => number) =>
      Array.from({ length: 10_000 }, (_, use) => signature(use, { isn: isnOf(use) }, {}));
    const startMs = performance.now();
    const same = uses((use) => use);
    expect(matchConnections(same, same)).toHaveLength(10_000);
    expect(
      matchConnections(
        same,
        uses((use) => 9_999 - use),
      ),
    ).toHaveLength(10_000);
    expect(
      matchConnections(
        same,
        uses((use) => use + 1e6),
      ),
    ).toHaveLength(0);
    expect(performance.now() - startMs).toBeLessThan(8_000);
  });
});
