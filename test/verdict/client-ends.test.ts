import { describe } from 'vitest';
import { connection, PLAIN_TLS, type Story } from '../support/facts.ts';
import { answered, asked, CLIENT, half, type Row, testRows } from '../support/verdict-rows.ts';

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
    story: certificateRejected(4),
    want: { ...CLIENT, outcome: 'truncated', position: 'tls-handshake' },
  },
  {
    what: "certificate rejected: the server's FIN acknowledges the client's alert, which is captured last",
    story: certificateRejected(90),
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

describe('clients that hang up', () => {
  testRows(CLIENTS);
});

/** The client's alert is in `frame`, and below what the server's FIN acknowledges. */
function certificateRejected(frame: number): Story {
  const tls = {
    ...PLAIN_TLS,
    isHandshakeComplete: false,
    alerts: [{ from: 'client', frame, level: 2, description: 48 }] as const,
  };
  return connection()
    .handshake()
    .payload(600, 4000, { protocol: 'tls', phase: 'tls-handshake', tls })
    .fin('server')
    .rst('client');
}
