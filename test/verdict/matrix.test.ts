import { describe, expect, test } from 'vitest';
import type { ConnectionFacts } from '../../src/model/facts.ts';
import type { Verdict } from '../../src/model/verdict.ts';
import { judge } from '../../src/verdict/judge.ts';
import { type ContextShape, connection, context, PLAIN_TLS, type Story } from '../support/facts.ts';

/**
 * Ways in which connections end, each as a story and the answer that it must get. The capture is made at the server
 * unless the row says otherwise. `least` is the confidence that must be reached, `most` the one that must not be passed.
 */
interface Row {
  readonly what: string;
  readonly story: Story;
  readonly seen?: ContextShape;
  readonly want: Partial<
    Pick<Verdict, 'group' | 'outcome' | 'position' | 'closedBy' | 'kind' | 'certainty' | 'isHarmless'>
  >;
  readonly least?: number;
  readonly most?: number;
}

const asked = (): Story => connection().handshake().request('GET /report');
const half = (): Story => asked().response(200, { length: 10_240, sent: 5120, acked: 4096 });
const answered = (): Story => asked().response(200, { length: 1000 });

const HARMLESS = { group: null, certainty: null, isHarmless: true } as const;
const CLEAN = { ...HARMLESS, outcome: 'clean' } as const;
const CLIENT = { group: 'client-abort', closedBy: 'client', isHarmless: false } as const;
const SERVER = { group: 'server', closedBy: 'server', isHarmless: false } as const;
const BETWEEN = { group: 'intermediary', closedBy: 'intermediary', isHarmless: false } as const;

const BENIGN: readonly Row[] = [
  {
    what: 'the server closes after its answer',
    story: answered().fin('server').fin('client'),
    want: { ...CLEAN, closedBy: 'server', kind: 'FIN', position: 'after-response' },
  },
  {
    what: 'the client closes a keep-alive connection',
    story: answered().idle(3).fin('client').fin('server'),
    want: { ...CLEAN, closedBy: 'client', kind: 'FIN', position: 'idle-keepalive' },
  },
  {
    what: 'a half-close: the client shuts its half, the server answers in full',
    story: asked().fin('client').response(200).fin('server'),
    want: { ...CLEAN, closedBy: 'client', kind: 'FIN', position: 'awaiting-response' },
  },
  {
    what: "a body without length ends with the server's FIN",
    story: asked()
      .response(200, { framing: 'until-close', length: null, sent: 3000 })
      .fin('server')
      .fin('client'),
    want: { ...CLEAN, closedBy: 'server', position: 'after-response' },
  },
  {
    what: 'the client resets after the whole response',
    story: answered().rst('client'),
    want: { ...CLEAN, closedBy: 'client', kind: 'RST', position: 'after-response' },
  },
  {
    what: 'the server resets an idle connection',
    story: answered().idle(9).rst('server'),
    want: { ...CLEAN, closedBy: 'server', kind: 'RST', position: 'idle-keepalive' },
  },
  {
    what: "a reset after TLS close_notify, the other's good-bye unread",
    story: connection()
      .handshake()
      .payload(600, 9000, {
        protocol: 'tls',
        phase: 'tls-application',
        tls: { ...PLAIN_TLS, isClientCloseNotifyLikely: true },
      })
      .rst('client'),
    want: { ...CLEAN, closedBy: 'client', position: 'tls-application' },
  },
  {
    what: 'a health check that never finishes the handshake',
    story: connection().syn().synAck().rst('client'),
    want: { ...HARMLESS, outcome: 'scan', closedBy: 'client', position: 'handshake' },
  },
  {
    what: 'a half-open scan answered by the scanning kernel',
    story: connection().syn().synAck().rst('client', { form: 'reply', ttl: 200 }),
    want: { ...HARMLESS, outcome: 'scan', position: 'handshake' },
  },
  {
    what: 'a spare connection that was never used',
    story: connection().handshake().idle(10).fin('client').fin('server'),
    want: { ...CLEAN, closedBy: 'client', position: 'before-request' },
  },
  {
    what: 'a 413 that drains the upload first; the client resets',
    story: connection().handshake().request('POST /up', { length: 4000 }).response(413).rst('client'),
    want: { ...CLEAN, position: 'after-response' },
  },
  {
    what: 'the server closes an idle connection, a late request is reset',
    story: answered().idle(5).fin('server').request('GET /next').rst('server', { form: 'reply' }),
    want: { ...CLEAN, closedBy: 'server', kind: 'FIN', position: 'idle-keepalive' },
  },
  {
    what: "the server's FIN crosses a request",
    story: answered()
      .idle(5)
      .request('GET /next')
      .fin('server', { peerBytesUnacked: 200 })
      .rst('server', { form: 'reply' }),
    want: { ...CLEAN, closedBy: 'server', kind: 'FIN', position: 'awaiting-response' },
  },
  {
    what: 'a forged reset ten octets off, and the exchange goes on',
    story: asked()
      .rst('client', {
        form: 'reply',
        effect: 'ignored',
        effectReason: 'it got a challenge ACK',
        seqMinusPeerAck: 10,
      })
      .response(200)
      .idle(1),
    want: { ...HARMLESS, outcome: 'open', closedBy: 'none', kind: 'none', position: 'idle-keepalive' },
  },
  {
    what: 'the capture ends in the body',
    story: half(),
    want: { ...HARMLESS, outcome: 'open', closedBy: 'none', position: 'in-response-body' },
  },
];

const CLIENTS: readonly Row[] = [
  {
    what: 'FIN in the body, late data is reset',
    story: half().fin('client').rst('client', { form: 'reply' }).rst('client', { form: 'reply' }),
    want: { ...CLIENT, outcome: 'truncated', kind: 'FIN', position: 'in-response-body', certainty: 'likely' },
    least: 0.9,
  },
  {
    what: 'a socket aborted in the body, then a reset for each segment in flight',
    story: half().rst('client').rst('client', { form: 'reply' }).rst('client', { form: 'reply' }),
    want: { ...CLIENT, outcome: 'aborted', kind: 'RST', position: 'in-response-body' },
    least: 0.9,
  },
  {
    what: 'FIN, then an abort of the same side (Java)',
    story: half().fin('client').rst('client'),
    want: { ...CLIENT, outcome: 'truncated', kind: 'FIN' },
    least: 0.9,
  },
  {
    what: 'FIN before the first byte',
    story: asked().idle(2).fin('client').fin('server'),
    want: { ...CLIENT, outcome: 'truncated', position: 'awaiting-response' },
    least: 0.9,
  },
  {
    what: 'reset before the first byte',
    story: asked().idle(2).rst('client'),
    want: { ...CLIENT, outcome: 'aborted', position: 'awaiting-response' },
    least: 0.9,
  },
  {
    what: 'reset in its own upload',
    story: connection().handshake().request('POST /up', { length: 4000, sent: 1000 }).rst('client'),
    want: { ...CLIENT, outcome: 'aborted', position: 'in-request' },
  },
  {
    what: 'reset with the end of the response unacknowledged',
    story: asked().response(200, { length: 9000, acked: 4000 }).rst('client'),
    want: { ...CLIENT, outcome: 'aborted', position: 'after-response' },
  },
  {
    what: 'FIN with the end of the response unacknowledged, which is then reset',
    story: asked()
      .response(200, { length: 9000, acked: 4000 })
      .fin('client')
      .rst('client', { form: 'reply' }),
    want: { ...CLIENT, outcome: 'truncated', position: 'after-response' },
  },
  {
    what: "certificate rejected: the server's FIN is first, the client's alert was before it",
    story: connection()
      .handshake()
      .payload(600, 4000, {
        protocol: 'tls',
        phase: 'tls-handshake',
        tls: {
          ...PLAIN_TLS,
          isHandshakeComplete: false,
          alerts: [{ from: 'client', frame: 4, level: 2, description: 48 }],
        },
      })
      .fin('server')
      .rst('client'),
    want: { ...CLIENT, outcome: 'truncated', position: 'tls-handshake' },
  },
  {
    what: 'reset after the ClientHello',
    story: connection()
      .handshake()
      .payload(517, 0, { protocol: 'tls', phase: 'tls-handshake' })
      .rst('client'),
    want: { ...CLIENT, outcome: 'aborted', position: 'tls-handshake' },
  },
  {
    what: 'a WebSocket reset without a Close frame',
    story: answered()
      .payload(100, 900, {
        protocol: 'http/1',
        phase: 'tunnel',
        webSocket: { isClientCloseSeen: false, isServerCloseSeen: false, closeCode: null },
      })
      .rst('client'),
    want: { ...CLIENT, outcome: 'aborted', position: 'tunnel' },
  },
  {
    what: 'keep-alive probes of the client fail, its kernel aborts',
    story: asked().idle(60).half('client', { unansweredProbes: 9, keepAliveProbes: 9 }).rst('client'),
    want: { ...CLIENT, outcome: 'aborted' },
  },
  {
    what: 'a program that set its own TTL (99); the kernel resets with its default',
    story: half().rst('client', {
      form: 'reply',
      ttl: 63,
      before: { ...half().rst('client').build().closes[0]!.before, ttlMin: 98, ttlMax: 98 },
    }),
    want: { group: 'client-abort', closedBy: 'client' },
    most: 0.6,
  },
  {
    what: 'a perfect forgery: ID, timestamp, TTL and numbers all fit (a documented limit)',
    story: half().rst('client'),
    want: { ...CLIENT, certainty: 'likely' },
  },
  {
    what: 'only the server was captured, and the client resets by what it shows',
    story: half()
      .half('client', { segments: 0 })
      .rst('client', {
        before: { ...half().rst('client').build().closes[0]!.before, ttlMin: null, ttlMax: null },
      }),
    seen: { isOneSided: true },
    want: { group: 'client-abort', certainty: 'undetermined' },
    most: 0.6,
  },
];

const SERVERS: readonly Row[] = [
  {
    what: 'FIN without the last chunk',
    story: asked()
      .response(200, { framing: 'chunked', length: null, sent: 3000 })
      .fin('server')
      .fin('client'),
    want: { ...SERVER, outcome: 'truncated', kind: 'FIN', position: 'in-response-body', certainty: 'proven' },
    least: 0.95,
  },
  {
    what: 'FIN at 5,000 of 10,000',
    story: asked().response(200, { length: 10_000, sent: 5000 }).fin('server').fin('client'),
    want: { ...SERVER, outcome: 'truncated', position: 'in-response-body' },
    least: 0.95,
  },
  {
    what: 'FIN inside the headers',
    story: asked().response(200, { isHeadCut: true }).fin('server'),
    want: { ...SERVER, outcome: 'truncated', position: 'in-response-headers' },
  },
  {
    what: 'killed with an unread upload: abort without an answer',
    story: connection().handshake().request('POST /up', { length: 4000, sent: 1000 }).rst('server'),
    want: { ...SERVER, outcome: 'aborted', position: 'in-request' },
    least: 0.95,
  },
  {
    what: '413 while the upload still comes, then an abort',
    story: connection()
      .handshake()
      .request('POST /up', { length: 4_000_000, sent: 90_000 })
      .response(413)
      .fin('server')
      .rst('server'),
    want: { ...SERVER, outcome: 'truncated', kind: 'FIN' },
  },
  {
    what: 'abort with a pipelined request unread',
    story: answered().request('GET /second').rst('server'),
    want: { ...SERVER, outcome: 'aborted', position: 'awaiting-response' },
  },
  {
    what: 'abort in the body',
    story: half().rst('server'),
    want: { ...SERVER, outcome: 'aborted', position: 'in-response-body' },
    least: 0.95,
  },
  {
    what: 'a close-delimited body that ends in a reset',
    story: asked().response(200, { framing: 'until-close', length: null, sent: 3000 }).rst('server'),
    want: { ...SERVER, outcome: 'aborted', position: 'in-response-body' },
  },
  {
    what: 'reset after a response that was sent again and again and never acknowledged',
    story: asked()
      .response(200, { length: 9000, acked: 4000 })
      .half('server', { finalRetransmissions: 8 })
      .idle(80)
      .rst('server'),
    want: { ...SERVER, outcome: 'aborted', position: 'idle-keepalive' },
  },
  {
    what: 'port closed, captured at the server',
    story: connection().syn().rst('server', { form: 'refusal' }),
    want: { ...SERVER, outcome: 'refused', position: 'handshake', certainty: 'proven' },
    least: 0.8,
  },
  {
    what: 'port closed, nothing to compare with',
    story: connection().syn().rst('server', { form: 'refusal', ttl: 51 }),
    seen: { place: 'client' },
    want: { ...SERVER, outcome: 'refused', certainty: 'undetermined' },
  },
  {
    what: 'accept queue full and abort_on_overflow: the final ACK is reset',
    story: connection().handshake().rst('server', { form: 'reply' }),
    want: { ...SERVER, outcome: 'aborted', position: 'before-request' },
  },
  {
    what: 'fatal alert in the TLS handshake, both close',
    story: connection()
      .handshake()
      .payload(600, 7, {
        protocol: 'tls',
        phase: 'tls-handshake',
        tls: {
          ...PLAIN_TLS,
          isHandshakeComplete: false,
          alerts: [{ from: 'server', frame: 4, level: 2, description: 70 }],
        },
      })
      .fin('client')
      .fin('server'),
    want: { ...SERVER, outcome: 'truncated', position: 'tls-handshake' },
  },
  {
    what: 'a TLS record cut by a FIN',
    story: connection()
      .handshake()
      .payload(600, 9000, {
        protocol: 'tls',
        phase: 'tls-application',
        tls: { ...PLAIN_TLS, isServerRecordCut: true },
      })
      .fin('server'),
    want: { ...SERVER, outcome: 'truncated', position: 'tls-application' },
  },
];

const FOREIGN = { isDontFragment: false, ipId: 0x1234 } as const;

const INTERMEDIARIES: readonly Row[] = [
  {
    what: 'a filter on the way rejects data for the client (TTL one or two more)',
    story: half().rst('client', { form: 'reply', ttl: 58 }),
    want: { ...BETWEEN, outcome: 'aborted', kind: 'RST', position: 'in-response-body' },
    least: 0.8,
  },
  {
    what: 'the same seen at the client: it rejects a request',
    story: asked()
      .stack('server', {})
      .rst('server', {
        form: 'reply',
        ttl: 61,
        before: { ...half().rst('server').build().closes[0]!.before, ttlMin: 60, ttlMax: 60 },
      }),
    seen: { place: 'client' },
    want: { ...BETWEEN, position: 'awaiting-response' },
    least: 0.8,
  },
  {
    what: 'a refusal with a TTL that the server does not use',
    story: connection().syn().rst('server', { form: 'refusal', ttl: 63 }),
    seen: { place: 'client', ttls: { '203.0.113.80': 62 } },
    want: { ...BETWEEN, outcome: 'refused', position: 'handshake' },
    least: 0.7,
  },
  {
    what: 'an injected reset: other TTL, other ID, DF clear',
    story: half().rst('client', { form: 'reply', ttl: 49, ...FOREIGN }),
    want: BETWEEN,
    least: 0.9,
  },
  {
    what: 'tcpkill: a volley at +1 and +3 windows, and the client goes on',
    story: half()
      .rst('client', { form: 'reply', ...FOREIGN, senderContinuedFrame: 99 })
      .rst('client', { form: 'unclear', seqMinusNext: 64_000, seqMinusPeerAck: 64_000 }),
    want: { ...BETWEEN, certainty: 'proven' },
    least: 0.95,
  },
  {
    what: 'guesses at +1460 and +4380',
    story: half()
      .rst('client', { form: 'reply' })
      .rst('client', { form: 'unclear', seqMinusNext: 1460, seqMinusPeerAck: 1460 })
      .rst('client', { form: 'unclear', seqMinusNext: 4380, seqMinusPeerAck: 4380 }),
    want: { ...BETWEEN, outcome: 'aborted' },
    least: 0.95,
  },
  {
    what: 'a reset that says which product sent it',
    story: half().rst('client', {
      ipId: 9,
      hasTimestamp: false,
      tsVal: null,
      window: 0,
      payloadLen: 24,
      payloadText: '[F5 BIG-IP] rst cause: x',
    }),
    want: BETWEEN,
    least: 0.9,
  },
  {
    what: 'a NAT forgot the connection: TTL one more, and the client goes on a moment later',
    story: half().rst('client', { form: 'reply', ttl: 58, senderContinuedFrame: 50 }),
    want: { ...BETWEEN, certainty: 'proven' },
    least: 0.97,
  },
  {
    what: 'an idle connection is dropped on both sides at once, with foreign TTLs',
    story: answered()
      .idle(240)
      .rst('client', { form: 'unclear', ttl: 255, ...FOREIGN, timeNs: 240e9 })
      .rst('server', { form: 'active', timeNs: 240.001e9 }),
    want: { ...BETWEEN, outcome: 'aborted', position: 'idle-keepalive' },
  },
  {
    what: 'a router says that the traffic is forbidden',
    story: connection()
      .syn(3)
      .with({
        icmpErrors: [{ frame: 2, timeNs: 1, type: 3, code: 13, from: '192.0.2.1', about: 'client', ttl: 60 }],
      }),
    want: { ...BETWEEN, outcome: 'refused', position: 'handshake', kind: 'none' },
  },
];

const UNDECIDED: readonly Row[] = [
  {
    what: 'the client rebooted, or something answers for it: TTL equal',
    story: half().half('server', { retransmittedSegments: 4 }).idle(20).rst('client', { form: 'reply' }),
    want: { group: 'client-abort', certainty: 'undetermined', position: 'in-response-body' },
    most: 0.6,
  },
  {
    what: 'both abort within one trip',
    story: half().rst('client', { timeNs: 1e9 }).rst('server', { timeNs: 1.0001e9, isAfterPeerReset: true }),
    want: { closedBy: 'both', certainty: 'undetermined', outcome: 'aborted' },
  },
  {
    what: 'a client that vanishes for good',
    story: half().half('server', { finalRetransmissions: 5, retransmittedSegments: 5 }),
    want: { group: null, outcome: 'timed-out', closedBy: 'none', kind: 'none' },
  },
  {
    what: 'a SYN that nobody answers',
    story: connection().syn(5).half('server', { segments: 0 }),
    want: { group: null, outcome: 'timed-out', position: 'handshake' },
  },
  {
    what: 'a client that stopped reading',
    story: half()
      .half('client', { isWindowShut: true, zeroWindowCount: 1 })
      .with({ end: { reason: 'idle', silenceNs: 9e12 } }),
    want: { group: 'client-abort', outcome: 'timed-out', certainty: 'undetermined' },
  },
  {
    what: "a reset numbered beyond its side's data in a capture that lost frames",
    story: half().rst('client', { form: 'unclear', seqMinusNext: 2920, seqMinusPeerAck: 2920 }),
    seen: { hasCaptureDrops: true },
    want: { group: 'client-abort', certainty: 'undetermined' },
    most: 0.8,
  },
];

describe.each([
  ['ends that hurt nobody', BENIGN],
  ['clients that hang up', CLIENTS],
  ['servers that hang up', SERVERS],
  ['intermediaries', INTERMEDIARIES],
  ['ends that one capture cannot settle', UNDECIDED],
] as const)('%s', (_name, rows) => {
  test.each(rows)('$what', ({ story, seen, want, least, most }) => {
    const facts: ConnectionFacts = story.build();
    const verdict = judge(facts, context(seen));
    expect(verdict).toMatchObject(want);
    if (least !== undefined) expect(verdict.confidence).toBeGreaterThanOrEqual(least);
    if (most !== undefined) expect(verdict.confidence).toBeLessThanOrEqual(most);
    if (verdict.certainty === 'undetermined') expect(verdict.settle).toMatch(/capture|logs/);
    else expect(verdict.settle).toBeNull();
  });
});
