import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { endAnswer } from '../../src/conditions/answer-meter.ts';
import type { ConnectionMeter } from '../../src/conditions/connection-meter.ts';
import { MAX_MEASURED } from '../../src/conditions/limits.ts';
import { SegmentMeter } from '../../src/conditions/segment-meter.ts';
import type { SideMeter } from '../../src/conditions/side-meter.ts';
import { ACK, PSH, Segment } from '../../src/model/segment.ts';
import { Ladder } from '../support/ladder.ts';

const NOBODY = { count: () => 0, isBusy: () => false, drop: () => {} };
const FULL = 'x'.repeat(1_460);
const MS = 0.001;

function measure(ladder: Ladder): ConnectionMeter {
  const meter = new SegmentMeter(NOBODY);
  const client = ladder.segments[0]!.src;
  for (const segment of ladder.segments) meter.segment(0, segment.src === client ? 0 : 1, segment, false);
  const found = meter.take(0)!;
  for (const side of found.sides) endAnswer(side);
  return found;
}

const server = (ladder: Ladder): SideMeter => measure(ladder).sides[1];

/** Seen at a client that is 80 ms from the server. */
function atClient(): Ladder {
  return new Ladder()
    .syn({ after: 0 })
    .synAck({ after: 80 * MS })
    .ack('client', { after: 0.1 * MS });
}

/** Seen at a server whose client is 80 ms away. */
function atServer(): Ladder {
  return new Ladder()
    .syn({ after: 0 })
    .synAck({ after: 0.1 * MS })
    .ack('client', { after: 80 * MS });
}

describe('what the time between two segments of an answer was spent on', () => {
  test('at the client: a server that writes each 50 ms is waited for, though ACKs go out all the time', () => {
    const ladder = atClient()
      .send('client', 'GET /', { after: 0 })
      .send('server', FULL, { after: 90 * MS });
    for (let k = 0; k < 5; k++)
      ladder.ack('client', { after: 0.1 * MS }).send('server', FULL, { after: 49.9 * MS });
    const meter = server(ladder);
    expect(meter.answers).toBe(1);
    expect(meter.thinkNs / 1e6).toBeCloseTo(10, 1);
    expect(meter.serverGapNs / 1e6).toBeCloseTo(250, 1);
    expect(meter.networkNs).toBe(0);
  });

  test('at the client: flights that come a round trip after their ACKs wait for the network', () => {
    const ladder = atClient()
      .send('client', 'GET /', { after: 0 })
      .send('server', FULL, { after: 81 * MS });
    for (let k = 0; k < 3; k++)
      ladder.ack('client', { after: 0.1 * MS }).send('server', FULL, { after: 80.2 * MS });
    const meter = server(ladder);
    expect(meter.networkNs / 1e6).toBeCloseTo(3 * 80.3, 1);
    expect(meter.serverGapNs).toBe(0);
  });

  test('at the server: the same, by the ACK that has just come', () => {
    const ladder = atServer().send('client', 'GET /', { after: 0 }).send('server', FULL);
    for (let k = 0; k < 3; k++)
      ladder.ack('client', { after: 80 * MS }).send('server', FULL, { after: 0.1 * MS });
    const meter = server(ladder);
    expect(meter.networkNs / 1e6).toBeCloseTo(3 * 80.1, 1);
    expect(meter.stalls).toBe(0);
  });

  test('at the server: a pause after everything was acknowledged is the server’s', () => {
    const ladder = atServer()
      .send('client', 'GET /', { after: 0 })
      .send('server', FULL)
      .ack('client', { after: 80 * MS })
      .send('server', FULL, { after: 120 * MS });
    expect(server(ladder).serverGapNs / 1e6).toBeCloseTo(200, 1);
  });

  test('a full window is the client’s', () => {
    const ladder = atServer().send('client', 'GET /', { after: 0 }).send('server', FULL);
    for (let k = 0; k < 3; k++)
      ladder
        .ack('client', { after: 200 * MS, window: 0 })
        .ack('client', { after: 300 * MS, window: 502 })
        .send('server', FULL, { after: 0.1 * MS });
    const { sides } = measure(ladder);
    expect(sides[1].windowNs / 1e6).toBeCloseTo(3 * 300, 0);
    expect(sides[0].zeroWindowFrame).toBe(6);
  });

  test('what was sent again makes the wait a loss', () => {
    const ladder = atServer()
      .send('client', 'GET /', { after: 0 })
      .send('server', FULL)
      .again({ after: 300 * MS })
      .ack('client', { after: 80 * MS })
      .send('server', FULL, { after: 0.1 * MS });
    const meter = server(ladder);
    expect(meter.lossNs / 1e6).toBeCloseTo(380.1, 1);
    expect(meter.rttCount).toBe(0);
  });

  test('a small segment that waited for a delayed ACK of another', () => {
    const ladder = atServer()
      .send('client', 'GET /', { after: 0 })
      .send('server', 'head')
      .ack('client', { after: 120 * MS })
      .send('server', 'body', { after: 0.1 * MS });
    expect(server(ladder)).toMatchObject({ stalls: 1, stallFrame: 7 });
  });

  test('an ACK that only took the round trip stalled nothing', () => {
    const ladder = atServer()
      .send('client', 'GET /', { after: 0 })
      .send('server', 'head')
      .ack('client', { after: 80 * MS })
      .send('server', 'body', { after: 0.1 * MS });
    expect(server(ladder).stalls).toBe(0);
  });

  test('answers that begin as a TLS handshake do are left out', () => {
    const hello = '\x16\x03\x01\x02\x00';
    const ladder = atServer()
      .send('client', hello)
      .send('server', hello)
      .send('client', '\x17\x03\x03\x00\x20')
      .send('server', '\x17\x03\x03\x10\x00');
    expect(server(ladder).answers).toBe(1);
  });

  test('small segments count when more of the same answer follows', () => {
    const ladder = atServer();
    for (let k = 0; k < 3; k++) ladder.send('client', 'GET /').send('server', 'tiny and whole');
    expect(server(ladder)).toMatchObject({ answers: 3, smallSegments: 0, tinyAnswers: 0 });
    ladder.send('client', 'GET /');
    for (let k = 0; k < 6; k++) ladder.send('server', 'tiny');
    expect(server(ladder)).toMatchObject({ answers: 4, smallSegments: 5, tinyAnswers: 1, worstSegments: 6 });
  });
});

test('a copy of a packet counts for nothing', () => {
  const meter = new SegmentMeter(NOBODY);
  const ladder = atServer().send('client', 'GET /');
  for (const segment of ladder.segments) meter.segment(0, 0, segment, true);
  expect(meter.take(0)!.sides[0]).toMatchObject({ segments: 0, maxPayloadLen: 0 });
});

test('connections beyond the limit are not measured, and said to be', () => {
  const meter = new SegmentMeter(NOBODY);
  const segment = new Ladder().syn().segments[0]!;
  for (let id = 0; id < MAX_MEASURED + 3; id++) meter.segment(id, 0, segment, false);
  for (let id = 0; id < MAX_MEASURED + 3; id++) meter.take(id);
  expect(meter.unmeasured).toBe(3);
}, 30_000);

const anySegment = fc
  .record({
    half: fc.nat(1),
    afterNs: fc.integer({ min: -5e7, max: 5e8 }),
    seq: fc.oneof(fc.nat(20_000), fc.integer()),
    ack: fc.oneof(fc.nat(20_000), fc.integer()),
    flags: fc.oneof(fc.constant(ACK), fc.constant(ACK | PSH), fc.nat(511)),
    window: fc.oneof(fc.constant(0), fc.constant(-1), fc.nat(65_535)),
    options: fc.nat(511),
    windowScale: fc.nat(255),
    mss: fc.nat(65_535),
    payloadLen: fc.oneof(fc.constant(0), fc.nat(3_000)),
    ttl: fc.nat(255),
  })
  .map((given) => ({ given }));

test('whatever comes: no number is negative or none, and the parts are no more than the whole', () => {
  fc.assert(
    fc.property(fc.array(anySegment, { maxLength: 60 }), (steps) => {
      const meter = new SegmentMeter(NOBODY);
      let nowNs = 0;
      steps.forEach(({ given: { half, afterNs, ...fields } }, index) => {
        nowNs += afterNs;
        const segment = Object.assign(new Segment(), fields, { timeNs: nowNs, frameNumber: index + 1 });
        meter.segment(0, half, segment, false);
      });
      for (const side of meter.take(0)?.sides ?? []) {
        endAnswer(side);
        for (const [name, value] of Object.entries(side)) {
          if (typeof value !== 'number' || /Seq|Ack|edge|Ns$|Scale|Window|window/.test(name)) continue;
          expect(value, name).toBeGreaterThanOrEqual(0);
        }
        for (const ns of [side.thinkNs, side.spreadNs, side.stallNs, side.limitedNs, side.rttMinNs])
          expect(ns).toBeGreaterThanOrEqual(0);
        expect(side.stallNs).toBeLessThanOrEqual(side.networkNs);
        expect(side.tinyNetworkNs).toBeLessThanOrEqual(side.networkNs);
      }
    }),
    { numRuns: 300 },
  );
});
