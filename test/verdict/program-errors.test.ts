import { expect, test } from 'vitest';
import type { Verdict } from '../../src/model/verdict.ts';
import { judgeSegments } from '../support/judge-segments.ts';
import { type Ladder, ladder } from '../support/ladder.ts';

const GET = 'GET /report HTTP/1.1\r\nHost: shop.example\r\n\r\n';
const verdictOf = (story: Ladder): Verdict => judgeSegments(story.segments)[0]!.verdict;

test('a server whose client resets right after the handshake is told so when it accepts the connection', () => {
  const { applications, outcome } = verdictOf(ladder().handshake().abort('client'));
  expect(outcome).toBe('scan');
  expect(applications.server).toMatchObject({ errno: 'ECONNRESET' });
});

test('a port that was only probed is never told', () => {
  const story = ladder().syn().synAck();
  const { applications, outcome } = verdictOf(story.replyReset('client', { seq: story.next('client') }));
  expect(outcome).toBe('scan');
  expect(applications.server).toEqual({ likely: 'never saw the connection', errno: null });
});

test('somebody who resets both ends in the name of the other is felt at both', () => {
  const story = ladder().handshake().send('client', GET).send('server', 'x'.repeat(10));
  story.replyReset('client', { seq: story.next('client'), ttl: 200, ipId: 9, dontFragment: false });
  story.send('client', GET, { after: 1 });
  story.replyReset('server', { seq: story.next('server') });
  const { applications, group } = verdictOf(story);
  expect(group).toBe('intermediary');
  expect(applications.client.errno).toBe('ECONNRESET');
  expect(applications.server.errno).toBe('ECONNRESET');
});
