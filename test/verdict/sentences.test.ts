import { describe, expect, test } from 'vitest';
import { thousands } from '../../src/bytes/number-text.ts';
import type { Verdict } from '../../src/model/verdict.ts';
import { judge } from '../../src/verdict/judge.ts';
import { durationText, requestName } from '../../src/verdict/wording.ts';
import { type ContextShape, context } from '../support/capture-context.ts';
import { connection, PLAIN_TLS, type Story } from '../support/facts.ts';
import { exchange } from '../support/judged.ts';

const asked = (): Story => connection().handshake().request('GET /report');
const half = (): Story => asked().response(200, { length: 10_240, sent: 5120, acked: 4096 });
const OTHER = { protocol: 'other', phase: 'non-http' } as const;
const verdictOn = (story: Story, seen?: ContextShape): Verdict => judge(story.build(), context(seen));

describe('the headline', () => {
  test.each([
    [half().rst('client'), 'The client hung up after 4,096 of 10,240 body bytes of GET /report.'],
    [half().fin('server'), 'The server closed after 5,120 of 10,240 body bytes of GET /report.'],
    [half().rst('server'), 'The server broke off after 5,120 of 10,240 body bytes of GET /report.'],
    [
      asked().response(200, { framing: 'chunked', length: null, sent: 3000 }).fin('server'),
      'The server closed after 3,000 body bytes (in chunk 3) of GET /report.',
    ],
    [asked().idle(2).rst('client'), 'The client hung up 2.0 s after GET /report, before any response.'],
    [
      connection().handshake().request('POST /up', { length: 4000, sent: 1000 }).rst('client'),
      'The client hung up after 1,000 of 4,000 body bytes of the upload POST /up.',
    ],
    [
      half().rst('client', { form: 'reply' }),
      'The client, or something on its side, hung up after 4,096 of 10,240 body bytes of GET /report.',
    ],
    [
      half().rst('client', { form: 'reply', ttl: 58, senderContinuedFrame: 60 }),
      "Something between client and server cut the connection in the client's name after 4,096 of 10,240 body bytes of GET /report.",
    ],
    [
      asked().response(200, { length: 9000, acked: 4000 }).fin('client').rst('client', { form: 'reply' }),
      'The client hung up with 4,000 of 9,000 body bytes of GET /report received.',
    ],
    [
      asked().response().idle(9).fin('client'),
      'The client closed after 9.0 s of idling behind the response to GET /report; nothing was cut.',
    ],
    [connection().syn().rst('server', { form: 'refusal' }), 'The server refused the connection to port 80.'],
    [
      connection().handshake().payload(600, 4000, OTHER).rst('client'),
      'The client hung up after 600 bytes from the client and 4,000 from the server.',
    ],
    [
      connection().handshake().payload(0, 4000, OTHER).rst('client'),
      'The client hung up after 4,000 bytes from the server and none from the client.',
    ],
    [
      connection().payload(600, 0, OTHER).rst('server'),
      'The server broke off after 600 bytes from the client and none from the server (the capture begins in the middle of the connection).',
    ],
    [
      asked().idle(60).half('server', { unansweredProbes: 2, keepAliveProbes: 2 }).rst('server'),
      'The server gave up and reset the connection: 2 keep-alive probes found no answer.',
    ],
    [
      asked().idle(60).half('server', { unansweredProbes: 1, keepAliveProbes: 1 }).rst('server'),
      'The server broke off 60 s after GET /report, before any response.',
    ],
    [half(), 'Still open when the capture ended, after 5,120 of 10,240 body bytes of GET /report.'],
    [
      half().half('server', { lostFinNs: 1 }),
      'Being closed when the capture ended, after 5,120 of 10,240 body bytes of GET /report: the client had acknowledged a FIN of the server that was not captured.',
    ],
    [
      half().half('server', { lostFinNs: 1 }).half('client', { zeroWindowCount: 1 }),
      'Still open when the capture ended, after 5,120 of 10,240 body bytes of GET /report.',
    ],
  ])('%#', (story, sentence) => {
    expect(verdictOn(story).headline).toBe(sentence);
  });

  const TLS = { protocol: 'tls', phase: 'tls-application', tls: PLAIN_TLS } as const;
  const socket = (isClosed: boolean) =>
    connection()
      .handshake()
      .payload(100, 900, {
        protocol: 'http/1',
        phase: 'tunnel',
        webSocket: { isClientCloseSeen: isClosed, isServerCloseSeen: false, closeCode: null },
      });
  const streams = (resetByClient: number, resetByServer: number) =>
    connection()
      .handshake()
      .payload(100, 900, {
        protocol: 'http/2',
        phase: 'answered',
        exchange: null,
        http2: { failures: [], resetByClient, resetByServer },
      });

  test.each([
    [connection().handshake().payload(600, 4000, TLS).fin('server'), 'no TLS record was cut.'],
    [connection().handshake().payload(600, 4000, TLS).fin('client'), 'no TLS record was cut.'],
    [socket(false).fin('server'), 'no Close frame had been sent.'],
    [streams(0, 2).fin('client'), 'before that the server had reset 2 streams whose response was not whole.'],
    [streams(1, 1).fin('client'), 'before that both sides had reset 2 streams whose response was not whole.'],
    [
      connection().handshake().payload(9, 9, { phase: 'tunnel', tunnelProtocol: 'connect' }).fin('server'),
      'known only to what went through it.',
    ],
  ])('does not say that nothing was cut where that cannot be seen, %#', (story, end) => {
    const { headline, matters, group } = verdictOn(story);
    expect(headline.endsWith(end), headline).toBe(true);
    expect(headline).not.toContain('nothing was cut');
    expect(matters).toBe('Not as far as the packets show.');
    expect(group).toBeNull();
  });

  test.each([
    [socket(true).fin('server')],
    [streams(0, 0).fin('client')],
    [asked().response().fin('client')],
  ])('says that nothing was cut where it can be seen, %#', (story) => {
    expect(verdictOn(story)).toMatchObject({
      headline: expect.stringContaining('nothing was cut'),
      matters: 'No.',
    });
  });

  test('shows nothing of the wire unescaped', () => {
    const { headline } = verdictOn(connection().handshake().request('GET /\u001b[31m\u202e').rst('client'));
    expect(headline).toContain('GET /\\x1b[31m\\u{202e}');
  });
});

describe('what the programs saw', () => {
  test('a server whose client aborted: ECONNRESET', () => {
    const { server, client } = verdictOn(half().rst('client')).applications;
    expect(client).toEqual({ likely: 'closed it itself', errno: null });
    expect(server.errno).toBe('ECONNRESET');
    expect(server.likely).toContain('write: broken pipe');
  });

  test('a server whose client closed and then reset late data: EPIPE', () => {
    const { server } = verdictOn(half().fin('client').rst('client', { form: 'reply' })).applications;
    expect(server.errno).toBe('EPIPE');
    expect(server.likely).toContain('client prematurely closed connection');
  });

  test('a proxy whose client left before the response: 499', () => {
    expect(verdictOn(asked().idle(2).fin('client')).applications.server.likely).toContain('499');
  });

  test.each([
    [half().fin('server'), '(18)'],
    [asked().fin('server'), '(52)'],
    [asked().rst('server'), '(56)'],
  ])('curl as client, %#', (story, code) => {
    expect(verdictOn(story).applications.client.likely).toContain(code);
  });

  test('a refused client: ECONNREFUSED', () => {
    const { client } = verdictOn(connection().syn().rst('server', { form: 'refusal' })).applications;
    expect(client.errno).toBe('ECONNREFUSED');
  });

  test('a side in whose name somebody else cut does not know', () => {
    const story = half().rst('client', { form: 'reply', ttl: 58, senderContinuedFrame: 60 });
    const { client, server } = verdictOn(story).applications;
    expect(client.likely).toContain('still believes');
    expect(server.errno).toBe('ECONNRESET');
  });

  test('a kernel timer: ETIMEDOUT', () => {
    const story = asked().half('client', { unansweredProbes: 9 }).rst('client');
    expect(verdictOn(story).applications.client.errno).toBe('ETIMEDOUT');
  });
});

describe('the notes', () => {
  test.each([
    [
      'small writes',
      half().half('server', { smallSegments: 40, dataSegments: 50 }),
      /small pieces: 40 of 50/,
    ],
    [
      'a slow reader',
      half().half('client', { zeroWindowCount: 2, zeroWindowNs: 2e9 }),
      /read too slowly.*2 times, for 2\.0 s/,
    ],
    [
      'loss',
      half().half('server', { retransmittedSegments: 10, dataSegments: 90 }),
      /10 of 100 data segments/,
    ],
    [
      'a hole for large packets',
      half().half('server', {
        finalRetransmissions: 5,
        maxPayloadLen: 1460,
        mss: 1460,
        bytes: 5000,
        bytesUnacked: 4900,
      }),
      /MTU black hole/,
    ],
    [
      'an upload that was not read',
      connection().handshake().request('POST /up', { length: 4000, sent: 100 }).response(413).fin('server'),
      /413 was complete before the upload: 100 of 4,000/,
    ],
    ['a slow first byte', asked().idle(5).rst('client'), /had waited 5\.0 s for its first byte/],
    [
      'a keep-alive race',
      asked()
        .response()
        .idle(5)
        .request('GET /b')
        .half('client', { bytesUnacked: 200 })
        .fin('server', { peerBytesUnacked: 200 })
        .rst('server', { form: 'reply' }),
      /never acknowledged GET \/b: no program has read it/,
    ],
    [
      'a late request that perhaps was read',
      asked().response().idle(5).fin('server').request('GET /b'),
      /Whether the server's program has read GET \/b cannot be told/,
    ],
    [
      'an ignored reset',
      half().rst('client', { form: 'reply', effect: 'ignored', effectReason: 'it got a challenge ACK' }),
      /had no effect: it got a challenge ACK/,
    ],
    [
      'keep-alive probes',
      asked().half('client', { unansweredProbes: 9 }).rst('client'),
      /9 unanswered keep-alive probes/,
    ],
    ['a clock that ran backwards', half().with({ clockSteps: 1 }), /ran backwards 1 time /],
  ])('tell of %s', (_what, story, text) => {
    expect(verdictOn(story).notes.join('\n')).toMatch(text);
  });

  test('are silent about an everyday connection', () => {
    expect(verdictOn(asked().response().fin('server')).notes).toEqual([]);
  });
});

describe('words', () => {
  test('numbers and times', () => {
    expect([0, 999, 1000, 2_200_000_000].map(thousands)).toEqual(['0', '999', '1,000', '2,200,000,000']);
    expect([1e3, 4e5, 35e7, 21e8, 27e9, 72e10].map(durationText)).toEqual([
      'less than 0.1 ms',
      '0.4 ms',
      '350 ms',
      '2.1 s',
      '27 s',
      '12 min',
    ]);
  });

  test('a long target is cut', () => {
    expect(requestName(exchange({ target: `/${'a'.repeat(500)}` }))).toHaveLength('GET '.length + 121);
  });
});

describe('a client that leaves a response', () => {
  const left = (seconds: number): Verdict => verdictOn(half().idle(seconds).fin('client'));

  test('that had stood still may have waited in vain', () => {
    expect(left(5).matters).toContain('the response had stood still for 5.0 s when the client left');
    expect(left(5).notes.join(' ')).toContain('Nothing more of the response had come for 5.0 s');
  });

  test('it had not read may have been given up before, which would not show (RFC 9293 §3.4)', () => {
    const leftUnread = (seconds: number): Verdict =>
      verdictOn(
        half().half('client', { isWindowShut: true, zeroWindowCount: 1 }).idle(seconds).fin('client'),
      );
    const verdict = leftUnread(5);
    expect(verdict.matters).toContain('the client had not read for 5.0 s when it left');
    expect(verdict).toMatchObject({ group: 'client-abort', certainty: 'likely', confidence: 0.9 });
    expect(leftUnread(1).matters).not.toContain('had not read');
  });

  test('that was coming does what people do', () => {
    expect(left(1).matters).toBe('Usually not: people leave pages and cancel downloads.');
  });
});
