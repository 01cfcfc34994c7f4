import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Http2State } from '../../src/model/app.ts';
import type { Evidence } from '../../src/model/verdict.ts';
import { judge } from '../../src/verdict/judge.ts';
import { ALL_RULES } from '../../src/verdict/rules/all.ts';
import { FAMILY_CAPS, type RuleId, WEIGHTS, WEIGHTS_VERSION } from '../../src/verdict/weights.ts';
import { type ContextShape, context } from '../support/capture-context.ts';
import { connection, PLAIN_TLS, type Story } from '../support/facts.ts';

const half = (): Story =>
  connection().handshake().request('GET /report').response(200, { length: 10_240, sent: 5120 });
const before = half().rst('client').build().closes[0]!.before;

/** The server has sent nothing but its SYN+ACK. */
const askedBare = (): Story => connection().handshake().request('GET /report');
const unheard = { ...before, segments: 1, ttlMin: null, ttlMax: null, ttlFrame: null };

/** For each rule the shortest story in which it speaks, and one like it in which its guard keeps it silent. */
const CASES: Readonly<
  Record<RuleId, { speaks: Story; silent: Story; seen?: ContextShape; silentSeen?: ContextShape }>
> = {
  'fin-begins-the-end': { speaks: half().fin('client'), silent: half().rst('client') },
  'fin-not-captured': {
    speaks: half().half('server', { lostFinNs: 1 }).fin('client', { hasSeenLostFin: true }),
    silent: half().half('server', { lostFinNs: 1 }).fin('client'),
  },
  'socket-aborted': { speaks: half().rst('client'), silent: half().rst('client', { form: 'reply' }) },
  'reply-without-earlier-close': {
    speaks: half().rst('client', { form: 'reply' }),
    silent: half().fin('client').rst('client', { form: 'reply' }),
  },
  'reset-of-unclear-form': {
    speaks: half().rst('client', { form: 'unclear' }),
    silent: half().rst('client'),
  },
  'connection-refused': {
    speaks: connection().syn().rst('server', { form: 'refusal' }),
    silent: half().rst('server'),
  },
  'own-resets-follow': {
    speaks: half().fin('client').rst('client', { form: 'reply' }),
    silent: half().fin('client').rst('client', { form: 'reply', effect: 'ignored' }),
  },
  'ttl-above-baseline': {
    speaks: half().rst('client', { ttl: 58 }),
    silent: half().rst('client', { ttl: 58, before: { ...before, ttlMin: 56 } }),
  },
  'ttl-off-baseline': {
    speaks: half().rst('client', { ttl: 120 }),
    silent: half().rst('client', { form: 'reply', ttl: 63, before: { ...before, ttlMin: 98, ttlMax: 98 } }),
  },
  'ttl-matches-baseline': { speaks: half().rst('client'), silent: half().rst('client', { ttl: 58 }) },
  'ttl-above-handshake': {
    speaks: askedBare()
      .stack('server', { ttlOfSyn: 60 })
      .rst('server', { form: 'reply', ttl: 61, before: unheard }),
    seen: { place: 'client' },
    silent: askedBare()
      .stack('server', { ttlOfSyn: 64 })
      .rst('server', { form: 'reply', ttl: 63, before: unheard }),
    silentSeen: { place: 'client' },
  },
  'ttl-off-other-connections': {
    speaks: askedBare().rst('server', { form: 'reply', ttl: 61, before: unheard }),
    seen: { place: 'client', connections: 4, ttls: { '203.0.113.80': 60 } },
    silent: askedBare().rst('server', { form: 'reply', ttl: 61, before: unheard }),
    silentSeen: { place: 'client', connections: 3, ttls: { '203.0.113.80': 60 } },
  },
  'refusal-ttl-differs': {
    speaks: connection().syn().rst('server', { form: 'refusal', ttl: 63 }),
    seen: { place: 'client', ttls: { '203.0.113.80': 60 } },
    silent: connection().syn().rst('server', { form: 'refusal', ttl: 63 }),
    silentSeen: { place: 'client' },
  },
  'refusal-ttl-matches': {
    speaks: connection().syn().rst('server', { form: 'refusal', ttl: 60 }),
    seen: { place: 'client', ttls: { '203.0.113.80': 60 } },
    silent: connection().syn().rst('server', { form: 'refusal', ttl: 61 }),
    silentSeen: { place: 'client', ttls: { '203.0.113.80': 60 } },
  },
  'tos-differs': {
    speaks: half().rst('client', { form: 'reply', tos: 0x20, triggerTos: 0 }),
    silent: half().rst('client', { form: 'reply', tos: 0x48, triggerTos: 0x48 }),
  },
  'flow-label-zero': {
    speaks: half().rst('client', { flowLabel: 0, before: { ...before, flowLabel: 0xabcde } }),
    silent: half().rst('client', { flowLabel: 0x12345, before: { ...before, flowLabel: 0xabcde } }),
  },
  'source-mac-differs': {
    speaks: half().rst('client', { sourceMac: 77 }),
    silent: half().rst('client', { sourceMac: 0 }),
  },
  'ip-id-and-df-foreign': {
    speaks: half().rst('client', { form: 'reply', isDontFragment: false, ipId: 0x1234 }),
    silent: half().rst('client', {
      form: 'reply',
      isDontFragment: false,
      ipId: 0x1234,
      before: { ...before, hasTimestamps: false },
    }),
  },
  'ip-id-off-series': {
    speaks: half().rst('client', { ipId: 9000 }),
    silent: half().rst('client', { ipId: 9000, before: { ...before, ipId: 'other' } }),
  },
  'fin-ip-id-off-series': {
    speaks: half().fin('client', { ipId: 40_000 }),
    // Offloaded segments of which the capture saw the first half.
    silent: half().fin('client', { ipId: (before.lastIpId! + 900) & 0xffff }),
  },
  'fin-timestamp-missing': {
    speaks: half().fin('client', { hasTimestamp: false, tsVal: null }),
    silent: half().fin('client', {
      hasTimestamp: false,
      tsVal: null,
      before: { ...before, hasTimestamps: false },
    }),
  },
  'timestamp-missing': {
    speaks: half().rst('client', { hasTimestamp: false, tsVal: null }),
    silent: half().rst('client', { form: 'reply' }),
  },
  'timestamp-backwards': {
    speaks: half().rst('client', { tsVal: 900 }),
    silent: half().rst('client', { tsVal: 1001 }),
  },
  'timestamp-stands-still': {
    speaks: half().rst('client', { tsVal: before.lastTsVal }),
    silent: half().rst('client', {
      tsVal: before.lastTsVal,
      before: { ...before, lastNs: half().rst('client').build().closes[0]!.timeNs - 1e6 },
    }),
  },
  'abort-without-window-or-timestamp': {
    speaks: half().rst('client', { window: 0, hasTimestamp: false, tsVal: null }),
    silent: half().rst('client', {
      window: 0,
      hasTimestamp: false,
      tsVal: null,
      before: { ...before, ttlMin: 120, ttlMax: 120, hasTimestamps: false },
    }),
  },
  'ip-id-continues': { speaks: half().rst('client'), silent: half().rst('client', { ipId: 9000 }) },
  'timestamp-continues': { speaks: half().rst('client'), silent: half().rst('client', { tsVal: 900 }) },
  'number-beyond-sent': {
    speaks: half().rst('client', { seqMinusNext: 1460, seqMinusPeerAck: 1460 }),
    silent: half()
      .half('client', { bytesNotCaptured: 1460 })
      .rst('client', { seqMinusNext: 1460, seqMinusPeerAck: 1460 }),
  },
  'reset-series-leaps': {
    speaks: half()
      .rst('client', { form: 'reply' })
      .rst('client', { form: 'reply', seqMinusNext: 1460, seqMinusPeerAck: 1460 }),
    silent: half()
      .rst('client', { form: 'reply' })
      .rst('client', { form: 'reply', seqMinusNext: 1, seqMinusPeerAck: 1 }),
  },
  'reset-pairs-disagree': {
    speaks: half().rst('client', { ack: 1 }).rst('client', { ack: 2 }),
    silent: half().rst('client', { ack: 1 }).rst('client', { ack: 1 }),
  },
  'sender-went-on': {
    speaks: half().rst('client', { timeNs: 1e9, senderContinuedFrame: 70, senderContinuedNs: 1.3e9 }),
    silent: half().rst('client', { timeNs: 1e9, senderContinuedFrame: 70, senderContinuedNs: 1.001e9 }),
  },
  'reset-faster-than-path': {
    speaks: half().rst('client', {
      form: 'reply',
      timeNs: 102e6,
      triggerNs: 100e6,
      triggerFrame: 5,
      peerBytesUnacked: 100,
    }),
    silent: half().rst('client', {
      form: 'reply',
      timeNs: 102e6,
      triggerNs: 100e6,
      triggerFrame: 5,
      peerBytesUnacked: 9000,
    }),
  },
  'reset-carries-known-text': {
    speaks: half().rst('client', { payloadLen: 12, payloadText: 'BIG-IP: idle' }),
    silent: half().rst('client', { payloadLen: 13, payloadText: 'Access Denied' }),
  },
  'reset-carries-payload': {
    speaks: half().rst('client', { payloadLen: 13, payloadText: 'Access Denied' }),
    silent: half().rst('client'),
  },
  'resets-to-both-ends': {
    speaks: half().rst('client', { timeNs: 1e9 }).rst('server', { timeNs: 1.001e9 }),
    silent: half()
      .half('client', { minResponseNs: 1e6 })
      .rst('client', { timeNs: 1e9 })
      .rst('server', { timeNs: 1.001e9 }),
  },
  'icmp-prohibited': {
    speaks: connection()
      .syn()
      .with({
        icmpErrors: [{ frame: 2, timeNs: 1, type: 3, code: 13, from: '192.0.2.1', about: 'client', ttl: 60 }],
      }),
    silent: connection()
      .syn()
      .with({
        icmpErrors: [
          { frame: 2, timeNs: 1, type: 3, code: 3, from: '203.0.113.80', about: 'client', ttl: 60 },
        ],
      }),
  },
  'came-from-outside': {
    speaks: half().stack('client', { outbound: 9, inbound: 1 }).rst('client', { direction: 'inbound' }),
    silent: half().stack('client', { outbound: 9, inbound: 9 }).rst('client', { direction: 'inbound' }),
  },
  'sent-by-this-host': {
    speaks: half().stack('client', { outbound: 9 }).rst('client', { direction: 'outbound' }),
    silent: half().stack('client', { outbound: 9, inbound: 2 }).rst('client', { direction: 'outbound' }),
  },
  'never-came-in': {
    speaks: half()
      .with({ duplicateFrames: 12 })
      .stack('client', { inbound: 6, outbound: 1 })
      .rst('client', { form: 'reply', direction: 'outbound' }),
    silent: half()
      .with({ duplicateFrames: 12 })
      .stack('client', { inbound: 6, outbound: 2 })
      .rst('client', { form: 'reply', direction: 'outbound' }),
  },
  'no-router-crossed': {
    speaks: half().rst('server'),
    silent: half().rst('server'),
    silentSeen: { place: 'client' },
  },
  'nothing-in-between': {
    speaks: half().half('client', { ip: '127.0.0.1' }).half('server', { ip: '127.0.0.1' }).rst('client'),
    silent: half().rst('client'),
  },
  'netfilter-checksum': {
    speaks: half()
      .stack('client', { badChecksums: 3 })
      .stack('server', { badChecksums: 3 })
      .rst('client', { form: 'reply', checksum: 'bad' }),
    silent: half()
      .stack('client', { badChecksums: 3 })
      .stack('server', { badChecksums: 3, goodChecksums: 0 })
      .rst('client', { form: 'reply', checksum: 'bad' }),
  },
  'silent-with-shut-window': {
    speaks: half()
      .half('client', { isWindowShut: true })
      .half('server', { bytesUnacked: 10 })
      .with({ end: { reason: 'idle', silenceNs: 9e12 } }),
    silent: half().half('client', { isWindowShut: true }).rst('client'),
  },
  'tls-alert-first': {
    speaks: tls([{ from: 'server', frame: 4, level: 2, description: 40 }]).fin('client'),
    silent: tls([{ from: 'server', frame: 4, level: 1, description: 0 }]).fin('client'),
  },
  'goaway-first': {
    speaks: http2({ failures: [{ from: 'server', frame: 4, code: 11 }] }).fin('client'),
    silent: http2({ failures: [] }).fin('client'),
  },
  'close-was-mutual': {
    speaks: half().rst('client', { timeNs: 1e9 }).rst('server', { timeNs: 1.0001e9 }),
    silent: half().rst('client', { timeNs: 1e9 }).rst('server', { timeNs: 3e9 }),
  },
};

function http2({ failures }: Pick<Http2State, 'failures'>): Story {
  return connection()
    .handshake()
    .payload(500, 7, {
      protocol: 'http/2',
      phase: 'in-response-body',
      http2: { failures, resetByClient: 0, resetByServer: 0 },
    });
}

function tls(alerts: typeof PLAIN_TLS.alerts): Story {
  return connection()
    .handshake()
    .payload(500, 7, {
      protocol: 'tls',
      phase: 'tls-handshake',
      tls: { ...PLAIN_TLS, isHandshakeComplete: false, alerts },
    });
}

function evidenceOf(story: Story, seen?: ContextShape): readonly Evidence[] {
  return judge(story.build(), context(seen)).evidence;
}

describe('a rule of evidence', () => {
  test('stands in the table of weights, once', () => {
    const ids = ALL_RULES.map(({ id }) => id);
    expect([...ids].sort()).toEqual(Object.keys(WEIGHTS).sort());
  });

  test.each(Object.keys(CASES) as RuleId[])('%s speaks where it should, and only there', (id) => {
    const { speaks, silent, seen, silentSeen } = CASES[id];
    const found = evidenceOf(speaks, seen).find(({ rule }) => rule === id);
    expect(found).toBeDefined();
    expect(Math.sign(found!.weight)).toBe(Math.sign(WEIGHTS[id].weight));
    expect(found!.text).toMatch(/^[A-Z1-9].*\.$/);
    expect(evidenceOf(silent, silentSeen).map(({ rule }) => rule)).not.toContain(id);
  });

  test('has a version that docs/evidence.md names', () => {
    const guide = readFileSync(new URL('../../docs/evidence.md', import.meta.url), 'utf8');
    expect(guide).toContain(`version ${WEIGHTS_VERSION}`);
  });

  test.each(Object.keys(WEIGHTS))('%s is explained in docs/evidence.md', (id) => {
    const guide = readFileSync(new URL('../../docs/evidence.md', import.meta.url), 'utf8');
    const [, section] = guide.split(`\n### ${id}\n`);
    expect(section, 'a heading').toBeDefined();
    const own = section!.split('\n#')[0]!;
    for (const part of ['Question:', 'Facts:', 'Why:', 'Fooled by:', 'Weight:', 'Fixture:'])
      expect(own).toContain(part);
    const { weight } = WEIGHTS[id as RuleId];
    expect(own).toContain(`Weight: ${weight > 0 ? '+' : weight < 0 ? '−' : ''}${Math.abs(weight)} dB`);
  });
});

describe('evidence of one family', () => {
  test('adds up to its cap at most, and the weights shown are those that count', () => {
    const story = half().rst('client', { form: 'reply', ttl: 200, tos: 0x20, triggerTos: 0, sourceMac: 99 });
    const header = evidenceOf(story).filter(({ rule }) => WEIGHTS[rule as RuleId].family === 'header');
    expect(header.map(({ rule }) => rule)).toEqual(['ttl-off-baseline', 'tos-differs', 'source-mac-differs']);
    expect(header.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(FAMILY_CAPS.header!, 9);
  });

  test('counts half when the segments compared with are more than a minute old', () => {
    const old = { ...before, lastNs: -120e9 };
    const [found] = evidenceOf(half().rst('client', { ttl: 58, before: old })).filter(
      ({ rule }) => rule === 'ttl-above-baseline',
    );
    expect(found!.weight).toBe(5);
  });
});
