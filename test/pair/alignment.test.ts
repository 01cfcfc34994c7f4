import { describe, expect, test } from 'vitest';
import type { ClockEstimate } from '../../src/model/pair.ts';
import { ACK, FIN, PSH, RST, SYN } from '../../src/model/segment.ts';
import { alignPackets, inNumbersOfA, plainPairs } from '../../src/pair/alignment.ts';
import { Comparison } from '../../src/pair/comparison.ts';
import { OctetCover } from '../../src/pair/octet-cover.ts';
import { orderOf } from '../../src/pair/order.ts';
import type { Packet } from '../../src/pair/packet.ts';
import { Transit } from '../../src/pair/transit.ts';

const MS = 1e6;
let frames = 0;

function packet(changes: Partial<Packet>): Packet {
  return {
    frame: ++frames,
    timeNs: 0,
    from: 'client',
    flags: ACK,
    seq: 1000,
    ack: 5000,
    payloadLen: 0,
    window: 500,
    ttl: 64,
    tos: 0,
    ipId: 1,
    dontFragment: 1,
    options: 0,
    mss: 0,
    windowScale: 0,
    tsVal: 0,
    tsEcr: 0,
    headHash: 0,
    prefixHash: 0,
    prefixLen: 0,
    ...changes,
  };
}

const CLOCK: ClockEstimate = { offsetNs: 0, uncertaintyNs: 5 * MS, driftPpm: null, atNs: 0, samples: 9 };
const A_AT_CLIENT = new Transit(CLOCK, 'a');
const NO_STRAYS = { a: new Set<string>(), b: new Set<string>() };
const ALWAYS = { aNs: Number.POSITIVE_INFINITY, bNs: Number.POSITIVE_INFINITY };

function compare(a: readonly Packet[], b: readonly Packet[], transit = A_AT_CLIENT) {
  return new Comparison(a, b, alignPackets(a, b, transit), transit, ALWAYS, NO_STRAYS);
}

function data(seq: number, payloadLen: number, timeNs: number, changes: Partial<Packet> = {}): Packet {
  return packet({ seq, payloadLen, timeNs, flags: ACK | PSH, ...changes });
}

describe('packets of two captures', () => {
  test('a reset that arrives before the one that was sent is another one', () => {
    const forged = packet({ flags: RST, timeNs: 100 * MS });
    const real = packet({ flags: RST, timeNs: 300 * MS });
    const before = data(1000, 10, 10 * MS);
    const after = { ...before, timeNs: 15 * MS };
    const { rows } = compare([before, real], [after, forged]);
    expect(rows.map(({ flags, fate }) => [flags, fate])).toEqual([
      [ACK | PSH, 'passed'],
      [RST, 'added'],
      [RST, 'lost'],
    ]);
  });

  test('of three copies of which two arrive, the one that fits no arrival is lost', () => {
    const sent = [0, 200, 600].map((ms) => data(1000, 10, ms * MS));
    const arrived = [5, 605].map((ms) => data(1000, 10, ms * MS));
    const { rows } = compare(sent, arrived);
    expect(rows.filter(({ fate }) => fate === 'lost').map(({ timeANs }) => timeANs)).toEqual([200 * MS]);
  });

  test('equal acknowledgements are told apart by their IP ID', () => {
    const a = [packet({ ipId: 7, timeNs: 0 }), packet({ ipId: 8, timeNs: MS })];
    const b = [packet({ ipId: 8, timeNs: 6 * MS })];
    expect(compare(a, b).listed('lost')).toMatchObject([{ frameA: a[0]!.frame }]);
  });

  test('octets are what counts, not segments: offload on either side', () => {
    const large = data(1000, 3000, 0);
    const small = [data(1000, 1448, 5 * MS), data(2448, 1448, 5 * MS), data(3896, 104, 5 * MS)];
    expect(compare([large], small).counts()).toMatchObject({
      passed: 0,
      resegmented: 4,
      lost: { client: 0 },
    });
    expect(compare(small, [{ ...large, timeNs: 6 * MS }]).counts()).toMatchObject({ resegmented: 4 });
  });

  test('a piece of a large segment that never arrives is a loss', () => {
    const large = data(1000, 3000, 0);
    const rest = [data(1000, 1448, 5 * MS), data(3896, 104, 5 * MS)];
    expect(compare([large], rest).counts().lost).toEqual({ client: 1, server: 0 });
  });

  test('a FIN travels with the last piece', () => {
    const large = data(1000, 2000, 0, { flags: ACK | PSH | FIN });
    const pieces = [data(1000, 1448, 5 * MS), data(2448, 552, 5 * MS, { flags: ACK | PSH | FIN })];
    const { closes } = compare([large], pieces);
    expect(closes.map(({ kind, fate }) => [kind, fate])).toEqual([
      ['FIN', 'passed'],
      ['FIN', 'passed'],
    ]);
  });

  test('without an order nothing is called lost or added', () => {
    const { rows } = compare([packet({ flags: RST })], [], new Transit(CLOCK, null));
    expect(rows.map(({ fate }) => fate)).toEqual(['one-sided']);
  });

  test('data that is sent again and again and never arrives is swallowed; what others lose is not', () => {
    const first = data(1000, 10, 0);
    const again = [100, 300, 700].map((ms) => data(1010, 10, ms * MS));
    expect(compare([first, ...again], [{ ...first, timeNs: 5 * MS }]).swallowed()).toBe('client');
    expect(compare([again[0]!, again[1]!, first], [{ ...first, timeNs: 900 * MS }]).swallowed()).toBeNull();
  });
});

describe('numbers that were rewritten', () => {
  test('are put back, with wrap-around', () => {
    const b = [packet({ seq: -5, ack: 7, from: 'client' }), packet({ seq: 7, ack: -5, from: 'server' })];
    const back = inNumbersOfA(b, { client: 2 ** 31 - 1, server: 10 }, false);
    expect(back.map(({ seq, ack }) => [seq, ack])).toEqual([
      [2 ** 31 - 4, -3],
      [-3, 2 ** 31 - 4],
    ]);
  });

  test('the acknowledgement field of a segment without ACK means nothing and stays', () => {
    const [reset] = inNumbersOfA([packet({ flags: RST, ack: 0 })], { client: 1, server: 9 }, false);
    expect(reset).toMatchObject({ seq: 999, ack: 0 });
  });
});

describe('which capture is nearer to the client', () => {
  const handshake = (at: readonly number[], ttl: { client: number; server: number }): Packet[] => [
    packet({ flags: SYN, timeNs: at[0]!, ttl: ttl.client }),
    packet({ flags: SYN | ACK, from: 'server', seq: 5000, ack: 1001, timeNs: at[1]!, ttl: ttl.server }),
    packet({ seq: 1001, ack: 5001, timeNs: at[2]!, ttl: ttl.client }),
  ];

  test('by the routers in between', () => {
    const a = handshake([0, 20, 21], { client: 64, server: 60 });
    const b = handshake([0, 20, 21], { client: 60, server: 64 });
    expect(orderOf(plainPairs(a, b))).toEqual({ nearClient: 'a', from: 'ttl' });
    expect(orderOf(plainPairs(b, a))).toEqual({ nearClient: 'b', from: 'ttl' });
  });

  test('by delays, although the clocks are a day apart', () => {
    const day = 86_400e9;
    const ttl = { client: 64, server: 64 };
    const atClient = handshake([0, 20 * MS, 21 * MS], ttl);
    const atServer = handshake([day + 9 * MS, day + 10 * MS, day + 31 * MS], ttl);
    expect(orderOf(plainPairs(atClient, atServer))).toEqual({ nearClient: 'a', from: 'delay' });
    expect(orderOf(plainPairs(atServer, atClient))).toEqual({ nearClient: 'b', from: 'delay' });
  });

  test('one place twice tells nothing', () => {
    const a = handshake([0, 20, 21], { client: 64, server: 60 });
    expect(orderOf(plainPairs(a, a)).nearClient).toBeNull();
  });
});

describe('octets that a capture shows', () => {
  test('overlaps count once, holes are counted', () => {
    const cover = new OctetCover([data(0, 10, 0), data(5, 10, 0), data(20, 5, 0)], 'client');
    expect(cover.missing(data(0, 15, 0))).toBe(0);
    expect(cover.missing(data(0, 25, 0))).toBe(5);
    expect(cover.missing(data(30, 4, 0))).toBe(4);
  });

  test('ten thousand copies of one segment take no time', () => {
    const copies = Array.from({ length: 10_000 }, () => data(0, 1, 0));
    const cover = new OctetCover(copies, 'client');
    const startMs = performance.now();
    for (const copy of copies) expect(cover.missing({ ...copy, payloadLen: 100 })).toBe(99);
    expect(performance.now() - startMs).toBeLessThan(5_000);
  });
});
