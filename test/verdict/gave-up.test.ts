import { expect, test } from 'vitest';
import type { Verdict } from '../../src/model/verdict.ts';
import { judgeSegments } from '../support/judge-segments.ts';
import { type Ladder, ladder } from '../support/ladder.ts';

const verdictOf = (story: Ladder): Verdict => judgeSegments(story.segments)[0]!.verdict;

/** The server's kernel asks twice whether anybody is there (RFC 9293 §3.8.4), and gives up. */
const unanswered = (): Ladder => {
  const story = ladder()
    .handshake()
    .send('client', 'GET /poll HTTP/1.1\r\nHost: shop.example\r\n\r\n')
    .ack('server');
  const below = (story.next('server') - 1) | 0;
  return story
    .ack('server', { seq: below, after: 1 })
    .ack('server', { seq: below, after: 1 })
    .abort('server', { after: 1 });
};

const GAVE_UP = 'The server gave up and reset the connection: 2 keep-alive probes found no answer.';

test('a kernel whose probes found no answer gave up', () => {
  const verdict = verdictOf(unanswered());
  expect(verdict).toMatchObject({ headline: GAVE_UP, closedBy: 'server', kind: 'RST', outcome: 'aborted' });
  expect(verdict.applications.server.errno).toBe('ETIMEDOUT');
});

test('and had done so, though the path healed and the client spoke again', () => {
  const verdict = verdictOf(unanswered().fin('client', { after: 2 }).replyReset('server'));
  expect(verdict).toMatchObject({ headline: GAVE_UP, closedBy: 'server' });
  expect(verdict.applications.server.errno).toBe('ETIMEDOUT');
});
