import { Chalk } from 'chalk';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AlikeSyns } from '../src/alike-syns.ts';
import { ApplicationStage } from '../src/app/application-stage.ts';
import { escapeText } from '../src/bytes/escape-text.ts';
import { CaptureState } from '../src/capture/capture-state.ts';
import { Judging } from '../src/judging.ts';
import type { AnalysisSummary, CaptureOverview } from '../src/model/analysis.ts';
import type { ConnectionFacts } from '../src/model/facts.ts';
import type { LoneSyn } from '../src/model/lone-syn.ts';
import { ACK, RST, type Segment, SYN } from '../src/model/segment.ts';
import type { JudgedConnection, Verdict } from '../src/model/verdict.ts';
import { paletteOf } from '../src/report/palette.ts';
import { TextReport } from '../src/report/text.ts';
import { TcpStage } from '../src/tcp/tcp-stage.ts';
import { isPastSynPatience } from '../src/verdict/silence-outcomes.ts';
import { ladder } from './support/ladder.ts';

/** Connections after which the sample is full, in every shard. */
const FILLERS = 3_000;
const SERVERS = 3;
const START_NS = 1e9;

/** What one segment of a made-up flood is like. */
const step = fc.record({
  client: fc.nat(400),
  server: fc.nat(SERVERS - 1),
  port: fc.constantFrom(80, 443),
  isIpv6: fc.boolean(),
  /** Of ten, seven are the first SYN of a client, and others follow on one that was sent. */
  kind: fc.nat(9),
  afterNs: fc.constantFrom(0, 1_000, 1e6, 700e6, 4e9, 200e9, -2e6),
  fields: fc.record({
    seq: fc.nat(3),
    direction: fc.nat(2),
    ttl: fc.nat(255),
    window: fc.nat(65_535),
    checksum: fc.constantFrom(0 as const, 1 as const, 2 as const),
    mss: fc.constantFrom(0, 1_460),
    options: fc.constantFrom(0, 1, 3, 0x80),
    payloadLen: fc.constantFrom(0, 0, 0, 5),
  }),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function segmentsOf(steps: readonly Step[]): Segment[] {
  const filler = ladder().syn().segments[0]!;
  const segments: Segment[] = [];
  const add = (fields: Partial<Segment>): void => {
    const segment = Object.assign(ladder().syn().segments[0]!, filler, fields);
    segment.frameNumber = segments.length + 1;
    segments.push(segment);
  };
  for (let k = 0; k < FILLERS; k++)
    add({ src: 1, srcPort: k, dst: 2, dstPort: 80, timeNs: START_NS, direction: 0 });
  let nowNs = START_NS;
  for (const { client, server, port, isIpv6, kind, afterNs, fields } of steps) {
    nowNs += afterNs;
    const there = { src: 1_000 + client, srcPort: 1_024 + client, dst: 7_000 + server, dstPort: port };
    const back = { src: there.dst, srcPort: port, dst: there.src, dstPort: there.srcPort };
    const shared = { ...fields, timeNs: nowNs, ipVersion: isIpv6 ? 6 : 4 };
    if (kind === 9) add({ ...shared, ...back, flags: RST | ACK, ack: fields.seq + 1, payloadLen: 0 });
    else if (kind === 8) add({ ...shared, ...back, flags: SYN | ACK, ack: fields.seq + 1, payloadLen: 0 });
    else add({ ...shared, ...there, flags: SYN });
  }
  return segments;
}

interface Told {
  readonly summary: AnalysisSummary;
  readonly text: string;
  readonly judged: readonly JudgedConnection[];
  readonly alike: number;
}

function tell(segments: readonly Segment[], takesAlike: boolean): Told {
  const judged: JudgedConnection[] = [];
  let text = '';
  let alike = 0;
  const palette = paletteOf(new Chalk({ level: 0 }));
  const report = new TextReport((chunk) => (text += chunk), {
    ...{ palette, width: 100, verbosity: 1, isQuiet: false, isAll: false, selection: null },
  });
  const sink = {
    connection: (each: JudgedConnection, overview: CaptureOverview) => {
      judged.push(each);
      report.connection(each, true, overview);
    },
    uneventful: () => report.uneventful(),
  };
  const countAlike = (each: JudgedConnection, id: number): void => {
    alike++;
    report.alike?.(each, id);
  };
  const counts = {
    frames: segments.length,
    tcpSegments: segments.length,
    otherFrames: 0,
    malformedFrames: 0,
  };
  const judging = new Judging(
    {
      clock: new CaptureState().clock,
      fileOf: () => 'flood.pcap',
      files: () => ['flood.pcap'],
      frames: () => segments.length,
      patience: 1_000,
    },
    takesAlike ? { ...sink, alike: countAlike } : sink,
    () => ({ ...counts, unsupportedFrames: 0, firstNs: 0, lastNs: 1, drops: Number.NaN }),
    null,
  );
  const stage = new TcpStage(new ApplicationStage(null), judging, null, {
    escapeText,
    formatAddress: (address, isIpv6) =>
      isIpv6 ? `2001:db8::${address.toString(16)}` : `10.0.${address >> 8}.${address & 255}`,
    retainAddress: () => {},
    releaseAddress: () => {},
    foldAddress: (address) => address,
  });
  for (const segment of segments) stage.push(segment);
  stage.end();
  const summary = judging.end(stage.limitHits);
  report.end(summary);
  return { summary, text, judged, alike };
}

/** Connections of which nothing but one SYN was seen, by server, patience and direction. */
function kindOf({ client, server, handshake, segments, end, ...facts }: ConnectionFacts): string | null {
  if (segments !== 1 || handshake.synFrame === null || facts.duplicateFrames > 0) return null;
  if (handshake.isFastOpen || facts.icmpErrors.length > 0) return null;
  const { inbound, outbound } = client.stack;
  return `${server.ip} ${server.port} ${isPastSynPatience(end.silenceNs)} ${inbound} ${outbound}`;
}

describe('lone SYNs', () => {
  test('that are counted as like another one leave the answers as they are', { timeout: 60_000 }, () => {
    let alike = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 300, size: 'max' }), (steps) => {
        const segments = segmentsOf(steps);
        const [short, full] = [tell(segments, true), tell(segments, false)];
        expect(short.summary).toEqual(full.summary);
        expect(short.text).toBe(full.text);
        expect(short.judged.length + short.alike).toBe(full.judged.length);
        alike += short.alike;
      }),
      { numRuns: 25 },
    );
    expect(alike).toBeGreaterThan(1_000);
  });

  test('of the same kind have the same verdict, whatever else they are', { timeout: 60_000 }, () => {
    const compared = { count: 0 };
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 300, size: 'max' }), (steps) => {
        const verdicts = new Map<string, Verdict>();
        for (const { facts, verdict } of tell(segmentsOf(steps), false).judged) {
          const kind = kindOf(facts);
          if (kind === null) continue;
          const first = verdicts.get(kind) ?? verdict;
          verdicts.set(kind, first);
          if (first === verdict) continue;
          compared.count++;
          // toEqual is slow, and there are many.
          if (JSON.stringify(verdict) !== JSON.stringify(first)) expect(verdict).toEqual(first);
        }
      }),
      { numRuns: 10 },
    );
    expect(compared.count).toBeGreaterThan(10_000);
  });

  test('of an IPv6 server whose number went to another one are not taken for each other', () => {
    const judged = tell(segmentsOf([]), false).judged[0]!;
    const server = (ip: string): JudgedConnection => ({
      ...judged,
      facts: { ...judged.facts, server: { ...judged.facts.server, ip } },
    });
    const syn = (ip: string): LoneSyn => ({
      ...{ id: 1, isIpv6: true, serverAddress: 5, serverPort: 80, timeNs: 0, silenceNs: 0, direction: 0 },
      clientIp: () => '::1',
      serverIp: () => ip,
    });
    const alike = new AlikeSyns();
    expect(alike.find(syn('2001:db8::5'))).toBeNull();
    const first = server('2001:db8::5');
    alike.learn(first);
    expect(alike.find(syn('2001:db8::5'))).toBe(first);
    expect(alike.find(syn('2001:db8::6'))).toBeNull();
  });
});
