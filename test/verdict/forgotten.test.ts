import { describe, expect, test } from 'vitest';
import type { Verdict } from '../../src/model/verdict.ts';
import { judgeSegments } from '../support/judge-segments.ts';
import { type Ladder, ladder } from '../support/ladder.ts';

const GET = 'GET /report HTTP/1.1\r\nHost: shop.example\r\n\r\n';
const HALF = `HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n${'x'.repeat(1000)}`;

const verdictOf = (story: Ladder): Verdict => judgeSegments(story.segments)[0]!.verdict;
const halfAnswered = (): Ladder =>
  ladder().handshake().send('client', GET).send('server', HALF).ack('client');

describe('a FIN that a reset of a host without such a socket answers (RFC 9293 §3.10.7.1)', () => {
  test('did not begin the end: something unseen did', () => {
    const story = halfAnswered().wait(9).fin('client');
    story.replyReset('server', { seq: story.next('server') });
    const verdict = verdictOf(story);
    expect(verdict).toMatchObject({ outcome: 'truncated', group: 'client-abort', certainty: 'undetermined' });
    expect(verdict.confidence).toBeLessThanOrEqual(0.6);
    expect(verdict.settle).toContain('The server had lost the connection before');
    expect(verdict.notes.join(' ')).toContain('The server no longer knew the connection when the FIN came');
  });

  test("says nothing against the client when a program aborted at the client's FIN", () => {
    expect(verdictOf(halfAnswered().fin('client').abort('server'))).toMatchObject({
      group: 'client-abort',
      certainty: 'likely',
    });
  });

  test('nor when it had aborted before it answered so', () => {
    const story = halfAnswered().fin('client').abort('server');
    story.replyReset('server', { seq: story.next('client') });
    expect(verdictOf(story)).toMatchObject({ group: 'client-abort', certainty: 'likely' });
  });

  test('nor when the server had taken the FIN before', () => {
    const story = halfAnswered().fin('client').ack('server').wait(1).send('client', 'x');
    story.replyReset('server', { seq: story.next('server') });
    expect(verdictOf(story)).toMatchObject({ group: 'client-abort', certainty: 'likely' });
  });
});
