import { describe, expect, test } from 'vitest';
import type { Verdict } from '../../src/model/verdict.ts';
import { judgeSegments } from '../support/judge-segments.ts';
import { type Ladder, ladder } from '../support/ladder.ts';

const put = (expectation: string): string =>
  `PUT /film HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 50000\r\n${expectation}\r\n`;
const EXPECT = 'Expect: 100-continue\r\n';
const REFUSED = 'HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n';
const CREATED = 'HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n';
const verdictOf = (story: Ladder): Verdict => judgeSegments(story.segments)[0]!.verdict;

describe('a client that closes before the body of its request', () => {
  test('cut nothing when it had asked whether the body is wanted, and was refused (RFC 9110 §10.1.1)', () => {
    const story = ladder().handshake().send('client', put(EXPECT)).send('server', REFUSED).ack('client');
    const verdict = verdictOf(story.fin('client').fin('server'));
    expect(verdict).toMatchObject({ outcome: 'clean', group: null, closedBy: 'client', kind: 'FIN' });
    expect(verdict.headline).toBe(
      'The server answered 413 to PUT /film before its body, and the client closed without sending it.',
    );
  });

  test('hung up when the server had said to go on', () => {
    const story = ladder()
      .handshake()
      .send('client', put(EXPECT))
      .send('server', 'HTTP/1.1 100 Continue\r\n\r\n');
    expect(verdictOf(story.ack('client').fin('client'))).toMatchObject({ group: 'client-abort' });
  });

  test('cut nothing when it was refused in the middle of its upload (RFC 9112 §9.5)', () => {
    const story = ladder().handshake().send('client', put('')).send('client', 'x'.repeat(1000));
    const verdict = verdictOf(story.send('server', REFUSED).ack('client').fin('client').fin('server'));
    expect(verdict).toMatchObject({ outcome: 'clean', group: null, closedBy: 'client' });
    expect(verdict.headline).toBe(
      'The server answered 413 to PUT /film before it had all of the body, and the client closed without sending the rest.',
    );
    expect(verdict.matters).toContain('RFC 9112 §9.5');
  });

  test('nor when it resets what the server still sends', () => {
    const story = ladder().handshake().send('client', put('')).send('server', REFUSED).ack('client');
    expect(verdictOf(story.abort('client'))).toMatchObject({ outcome: 'clean', group: null, kind: 'RST' });
  });

  test('hung up when that answer had not reached it', () => {
    const story = ladder().handshake().send('client', put('')).send('server', REFUSED);
    const ack = story.next('server') - REFUSED.length;
    expect(verdictOf(story.fin('client', { ack }).fin('server'))).toMatchObject({ group: 'client-abort' });
  });

  test('hung up when the answer was no refusal', () => {
    const story = ladder().handshake().send('client', put('')).send('server', CREATED).ack('client');
    expect(verdictOf(story.fin('client').fin('server'))).toMatchObject({ group: 'client-abort' });
  });
});

describe('a server that closes before it has the whole request', () => {
  const FORBIDDEN = 'HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n';

  test.each([
    ['FIN', 'truncated'],
    ['RST', 'aborted'],
  ] as const)('with a %s has answered without reading the rest', (kind, outcome) => {
    const story = ladder().handshake().send('client', put('')).send('client', 'x'.repeat(1000));
    story.send('server', FORBIDDEN);
    const verdict = verdictOf(kind === 'FIN' ? story.fin('server').fin('client') : story.abort('server'));
    expect(verdict).toMatchObject({ outcome, group: 'server', closedBy: 'server', kind });
    expect(verdict.headline).toContain(
      'The server answered 403 to PUT /film and closed without reading the whole upload',
    );
    expect(verdict.matters).toContain('broken pipe');
    expect(verdict.notes.join()).toContain('1,000 of 50,000 body bytes had been sent');
  });

  test('speaks of no upload when not even the headers are whole', () => {
    const story = ladder().handshake().send('client', 'GET /slow HTTP/1.1\r\nHos');
    story.send('server', 'HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n');
    const verdict = verdictOf(story.fin('server').fin('client'));
    expect(verdict).toMatchObject({ outcome: 'truncated', group: 'server', position: 'in-request' });
    expect(verdict.headline).toBe(
      "The server answered 408 before the request's headers were whole, and closed.",
    );
    expect([verdict.matters, ...verdict.notes].join()).not.toMatch(/upload|broken pipe/);
  });
});

test('a body without a length ends with the connection, whole or not', () => {
  const story = ladder().handshake().send('client', 'GET /page HTTP/1.0\r\n\r\n');
  const verdict = verdictOf(
    story.send('server', 'HTTP/1.0 200 OK\r\n\r\n<html>').fin('server').fin('client'),
  );
  expect(verdict).toMatchObject({ outcome: 'clean', group: null, closedBy: 'server', isHarmless: true });
  expect(verdict.headline).toBe(
    'The server closed right after the response to GET /page; the response had no length, so whether it was whole cannot be told.',
  );
  expect(verdict.matters).toBe('Not as far as the packets show.');
});
