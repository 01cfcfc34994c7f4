import { describe, expect, test } from 'vitest';
import { ACK, FIN, PSH, RST, SYN, URG } from '../../src/model/segment.ts';
import { ethernet, ipv4, octets, PROTOCOL, tcp, u16, u32, udp } from '../support/packet-builder.ts';
import { HostileFeed, type HostileRun, Talk } from './hostile-feed.ts';
import { RandomSource } from './random-source.ts';

/** As in hostile-http.test.ts, one layer below. */

const MIB = 1024 * 1024;
const LOOSE_MS = 50_000;
const ALL_FLAGS = 0x1ff;
const GET = 'GET /report HTTP/1.1\r\nHost: a.example\r\n\r\n';
const HALF = 'HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nhello';

function fed(feed: HostileFeed): HostileRun {
  const run = feed.end();
  expect(run.elapsedMs).toBeLessThan(LOOSE_MS);
  expect(run.connections).toBeLessThanOrEqual(feed.frames);
  return run;
}

describe('floods', () => {
  /** A SYN of a distinct sender each, more of them than are followed and remembered. */
  test('340,000 SYNs keep within the connection limit', () => {
    const feed = new HostileFeed();
    const src = [10, 0, 0, 0];
    let held = 0;
    for (let k = 0; k < 340_000; k++) {
      src[1] = k >>> 16;
      src[2] = (k >>> 8) & 255;
      src[3] = k & 255;
      feed.segment({ src, dst: [203, 0, 113, 80], srcPort: 1024, dstPort: 80, seq: k, ack: 0, flags: SYN });
      if (k === 331_000) held = feed.held();
    }
    const run = fed(feed);
    expect(run.connections).toBe(340_000);
    expect(held).toBeLessThan(300 * MIB);
    // More of them cost no more: the table is full.
    expect(run.heldLen).toBeLessThan(held + 16 * MIB);
    expect(run.summary.capture.warnings.map(({ kind }) => kind)).toContain('connection-limit');
    expect(run.summary.byGroup).toEqual({ 'client-abort': 0, intermediary: 0, server: 0 });
  });

  test('60,000 segments between random IPv6 addresses', () => {
    const feed = new HostileFeed();
    const random = new RandomSource(6);
    const address = () => [0x20, 1, ...random.octets(14)];
    for (let k = 0; k < 60_000; k++) {
      const ports = { srcPort: random.below(65_536), dstPort: random.below(65_536) };
      const numbers = { seq: random.next(), ack: random.next() };
      feed.segment({ src: address(), dst: address(), ...ports, ...numbers, flags: random.below(512) });
    }
    const run = fed(feed);
    expect(run.connections).toBeGreaterThan(40_000);
    expect(run.heldLen).toBeLessThan(160 * MIB);
  });

  test('80,000 connections that are reset at once', () => {
    const feed = new HostileFeed();
    for (let k = 0; k < 80_000; k++) {
      const talk = new Talk(feed, k & 0xffff);
      talk.raw('client', SYN, 0).raw('server', RST | ACK, 0);
      feed.wait(0.01);
    }
    const run = fed(feed);
    expect(run.connections).toBeGreaterThanOrEqual(65_536);
    expect(run.heldLen).toBeLessThan(160 * MIB);
  });

  test('200,000 resets on one connection', () => {
    const feed = new HostileFeed();
    const talk = Talk.open(feed).send('client', GET).send('server', HALF);
    for (let k = 0; k < 200_000; k++) talk.raw('server', RST, (k * 7_919) % 60_000);
    const run = fed(feed);
    expect(run.connections).toBe(1);
    expect(run.judged[0]!.facts.resetCount).toBe(200_000);
    expect(run.judged[0]!.facts.closes.length).toBeLessThanOrEqual(20);
    expect(run.heldLen).toBeLessThan(8 * MIB);
  });

  test('100,000 first fragments that never become whole', () => {
    const feed = new HostileFeed();
    const frame = ethernet(ipv4(new Uint8Array(64), { fragment: 0x2000 }));
    const ipId = 14 + 4;
    for (let k = 0; k < 100_000; k++) {
      frame.set([(k >>> 8) & 255, k & 255], ipId);
      feed.octets(frame);
    }
    const run = fed(feed);
    expect(run.connections).toBe(0);
    expect(run.heldLen).toBeLessThan(32 * MIB);
  });
});

describe('streams', () => {
  test('a hole that is never filled, with 100,000 segments behind it', () => {
    const feed = new HostileFeed();
    const talk = Talk.open(feed).send('client', GET).send('server', HALF);
    const payload = new Uint8Array(1_000);
    for (let k = 0; k < 100_000; k++) talk.raw('server', ACK, 1_000 + (k % 60_000) * 1_000, payload);
    talk.reset('client');
    const run = fed(feed);
    expect(run.heldLen).toBeLessThan(16 * MIB);
    expect(run.judged[0]!.verdict).toMatchObject({ outcome: 'aborted', group: 'client-abort' });
  });

  test('2,000 connections with a hole and octets behind it share one budget', () => {
    const feed = new HostileFeed();
    const payload = new Uint8Array(50_000);
    for (let port = 1; port <= 2_000; port++) {
      const talk = Talk.open(feed, port).send('client', GET);
      talk.raw('server', ACK, 1_000, payload).raw('server', ACK, 60_000, payload);
    }
    const run = fed(feed);
    expect(run.connections).toBe(2_000);
    expect(run.heldLen).toBeLessThan(128 * MIB);
  });

  test('every second octet first, then the others', () => {
    const feed = new HostileFeed();
    const talk = Talk.open(feed).send('client', GET);
    for (let k = 1; k < 40_000; k += 2) talk.raw('server', ACK, k, Uint8Array.of(65));
    for (let k = 0; k < 40_000; k += 2) talk.raw('server', ACK, k === 0 ? 1e-9 : k, Uint8Array.of(66));
    talk.reset('client');
    const run = fed(feed);
    expect(run.heldLen).toBeLessThan(8 * MIB);
    expect(run.judged[0]!.facts.server.bytes).toBeGreaterThan(20_000);
  });

  test('overlapping segments that contradict each other', () => {
    const feed = new HostileFeed();
    const random = new RandomSource(7);
    const talk = Talk.open(feed).send('client', GET).send('server', HALF);
    for (let k = 0; k < 50_000; k++) {
      talk.raw('server', ACK, 1 + random.below(20_000), random.octets(1 + random.below(64)));
    }
    talk.reset('client');
    const run = fed(feed);
    expect(run.judged[0]!.facts.server.bytes).toBeLessThanOrEqual(HALF.length + 20_064);
    expect(run.judged[0]!.verdict.group).toBe('client-abort');
    expect(run.heldLen).toBeLessThan(16 * MIB);
  });

  test('6 GB of sequence space on one connection, by wrap-around', () => {
    const feed = new HostileFeed();
    const talk = Talk.open(feed).send('client', GET);
    talk.send('server', `HTTP/1.1 200 OK\r\nContent-Length: ${7e9}\r\n\r\n`);
    const payload = new Uint8Array(60_000);
    for (let k = 0; k < 100_000; k++) talk.raw('server', ACK, 0, payload).raw('client', ACK, 0);
    talk.reset('client');
    const run = fed(feed);
    expect(run.judged[0]!.facts.app.exchange?.bodyBytes).toBe(6e9);
    expect(run.judged[0]!.verdict).toMatchObject({ group: 'client-abort', position: 'in-response-body' });
  });
});

describe('odd headers', () => {
  const ends = { src: [10, 0, 0, 1], dst: [10, 0, 0, 2], srcPort: 40_000, dstPort: 80 };

  test('all flags set, again and again', () => {
    const feed = new HostileFeed();
    for (let k = 0; k < 50_000; k++) feed.segment({ ...ends, seq: k, ack: k, flags: ALL_FLAGS });
    const run = fed(feed);
    expect(run.connections).toBeGreaterThanOrEqual(1);
    expect(run.heldLen).toBeLessThan(64 * MIB);
  });

  test('every combination of flags, each alone and after a handshake', () => {
    const feed = new HostileFeed();
    for (let flags = 0; flags < 512; flags++) {
      feed.segment({ ...ends, srcPort: 1_000 + flags, seq: 1, ack: 1, flags });
      Talk.open(feed, 10_000 + flags)
        .raw('client', flags, 0)
        .raw('server', flags, 0);
    }
    expect(fed(feed).connections).toBeGreaterThanOrEqual(1_024);
  });

  test('port 0, and a sender that is its own receiver', () => {
    const feed = new HostileFeed();
    const land = { ...ends, dst: ends.src, dstPort: ends.srcPort };
    for (const each of [{ ...ends, srcPort: 0, dstPort: 0 }, land, { ...land, srcPort: 0, dstPort: 0 }]) {
      feed.segment({ ...each, seq: 1, ack: 0, flags: SYN });
      feed.segment({ ...each, seq: 1, ack: 2, flags: SYN | ACK });
      feed.segment({ ...each, seq: 2, ack: 2, flags: PSH | ACK, payload: new TextEncoder().encode(GET) });
      feed.segment({ ...each, seq: 2 + GET.length, ack: 2, flags: FIN | ACK });
      feed.segment({ ...each, seq: 2, ack: 2, flags: RST });
    }
    const run = fed(feed);
    expect(run.connections).toBeGreaterThanOrEqual(3);
    expect(run.judged.map(({ facts }) => facts.client.port)).toContain(0);
  });

  test('times at both ends of the scale, and backwards', () => {
    const feed = new HostileFeed();
    const times = [0, 1e18, -1e18, 9e18, 5, 4, 3, -9e18, Number.MAX_SAFE_INTEGER, 0];
    for (let k = 0; k < 20_000; k++) {
      const timeNs = times[k % times.length]!;
      feed.segment({
        ...ends,
        srcPort: k % 50,
        seq: k,
        ack: 1,
        flags: [SYN, ACK, FIN | ACK, RST][k % 4]!,
        timeNs,
      });
    }
    const run = fed(feed);
    expect(run.connections).toBeGreaterThanOrEqual(50);
    for (const { facts } of run.judged) expect(Number.isFinite(facts.endNs - facts.startNs)).toBe(true);
  });

  test('options of length 0, 1 and beyond the header', () => {
    const feed = new HostileFeed();
    const lists = [
      [8, 0, 0, 0],
      [2, 0, 5, 0xb4],
      [3, 1, 0, 0],
      [5, 255, 0, 0],
      [5, 2, 5, 2],
      [1, 1, 1, 8],
      [253, 40, 0, 0],
      new Array<number>(40).fill(0),
    ];
    for (const options of lists) {
      feed.segment({ ...ends, seq: 1, ack: 0, flags: SYN, options });
      feed.segment({ ...ends, seq: 2, ack: 1, flags: RST | ACK, options });
    }
    const run = fed(feed);
    expect(run.summary.capture.tcpSegments).toBe(2 * lists.length);
  });

  test('urgent data, reserved bits and an ACK of everything', () => {
    const feed = new HostileFeed();
    for (let k = 0; k < 256; k++) {
      feed.segment({ ...ends, seq: k, ack: (k * 0x0101_0101) | 0, flags: ACK | URG | ((k & 1) << 8) });
    }
    expect(fed(feed).connections).toBe(1);
  });
});

describe('tunnels', () => {
  const reset = tcp({ flags: RST | ACK });

  function nested(wrap: (inner: Uint8Array) => Uint8Array, depth: number): Uint8Array {
    let packet = ipv4(reset);
    for (let k = 0; k < depth; k++) packet = wrap(packet);
    return packet;
  }

  const gre = (inner: Uint8Array) => ipv4(octets(u16(0), u16(0x0800), inner), { protocol: PROTOCOL.gre });
  const vxlan = (inner: Uint8Array) =>
    ipv4(udp(1, 4789, octets([8, 0, 0, 0], u32(5), ethernet(inner))), { protocol: PROTOCOL.udp });

  test.each([
    ['IP in IP', (inner: Uint8Array) => ipv4(inner, { protocol: PROTOCOL.ipip })],
    ['GRE', gre],
    ['VXLAN', vxlan],
  ])('sixty-four times %s', (_name, wrap) => {
    const feed = new HostileFeed();
    const frame = ethernet(nested(wrap, 64));
    for (let k = 0; k < 10; k++) feed.octets(frame);
    expect(fed(feed).connections).toBe(0);
  });

  test('VLAN tags, MPLS labels and IPv6 extension headers without end', () => {
    const feed = new HostileFeed();
    const repeated = (unit: readonly number[], count: number) =>
      Uint8Array.from({ length: unit.length * count }, (_, at) => unit[at % unit.length]!);
    const tagged = octets(new Uint8Array(12), repeated([0x81, 0, 0, 5], 10_000));
    const labelled = ethernet(repeated([0, 0, 0x10, 0x40], 10_000), 0x8847);
    const extensions = repeated([60, 0, 1, 4, 0, 0, 0, 0], 5_000);
    const fixedHeader = octets([0x60, 0, 0, 0], u16(extensions.length), 60, 64, new Uint8Array(32));
    const extended = ethernet(octets(fixedHeader, extensions), 0x86dd);
    for (let k = 0; k < 50; k++) {
      for (const frame of [tagged, labelled, extended]) feed.octets(frame);
    }
    const run = fed(feed);
    expect(run.connections).toBe(0);
    expect(run.summary.capture.frames).toBe(150);
  });
});
