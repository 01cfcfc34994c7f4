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
