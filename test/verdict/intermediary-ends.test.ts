import { describe } from 'vitest';
import { connection } from '../support/facts.ts';
import { answered, asked, BETWEEN, half, type Row, testRows } from '../support/verdict-rows.ts';

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

describe('intermediaries', () => {
  testRows(INTERMEDIARIES);
});
