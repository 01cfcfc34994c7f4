import { describe } from 'vitest';
import { connection, PLAIN_TLS } from '../support/facts.ts';
import { answered, asked, half, type Row, SERVER, testRows } from '../support/verdict-rows.ts';

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

describe('servers that hang up', () => {
  testRows(SERVERS);
});
