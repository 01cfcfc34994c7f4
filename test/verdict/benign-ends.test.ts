import { describe } from 'vitest';
import { connection, PLAIN_TLS } from '../support/facts.ts';
import { answered, asked, CLEAN, HARMLESS, half, type Row, testRows } from '../support/verdict-rows.ts';

/** Ended well by TCP, but not for the user: a request ran into the end. */
const TOO_LATE = { ...CLEAN, isHarmless: false, closedBy: 'server' } as const;

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
    want: { ...TOO_LATE, kind: 'FIN', position: 'idle-keepalive' },
  },
  {
    what: "the server's FIN crosses a request",
    story: answered()
      .idle(5)
      .request('GET /next')
      .fin('server', { peerBytesUnacked: 200 })
      .rst('server', { form: 'reply' }),
    want: { ...TOO_LATE, kind: 'FIN', position: 'awaiting-response' },
  },
  {
    what: 'the server resets an idle connection, and a request was on its way',
    story: answered().idle(9).rst('server').request('GET /next'),
    want: { ...TOO_LATE, kind: 'RST', position: 'idle-keepalive' },
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

describe('ends that hurt nobody', () => {
  testRows(BENIGN);
});
