import { expect, test } from 'vitest';
import type { Verdict } from '../../src/model/verdict.ts';
import { judgeSegments } from '../support/judge-segments.ts';
import { type Ladder, ladder } from '../support/ladder.ts';

const GET = 'GET /report HTTP/1.1\r\nHost: shop.example\r\n\r\n';
const ANSWER = `HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n${'x'.repeat(500)}`;
const verdictOf = (story: Ladder): Verdict => judgeSegments(story.segments)[0]!.verdict;
const weightOf = ({ evidence }: Verdict, rule: string): number | undefined =>
  evidence.find((each) => each.rule === rule)?.weight;

/** Half of the answer is there, and the client has sent enough for its habits to be known. */
const inAnswer = (): Ladder =>
  ladder().handshake().send('client', GET).send('server', ANSWER).ack('client').ack('client');

test('a perfect copy of an abort clears nobody when the host it names goes on', () => {
  const copied = verdictOf(inAnswer().abort('client'));
  expect(copied).toMatchObject({ group: 'client-abort', certainty: 'likely' });
  expect(weightOf(copied, 'ip-id-continues')).toBeLessThan(0);

  const exposed = verdictOf(inAnswer().abort('client').send('client', GET, { after: 0.5 }));
  expect(exposed).toMatchObject({ group: 'intermediary', closedBy: 'intermediary' });
  expect(weightOf(exposed, 'sender-went-on')).toBeGreaterThan(0);
  for (const rule of ['ip-id-continues', 'timestamp-continues', 'socket-aborted', 'ttl-matches-baseline']) {
    expect(weightOf(exposed, rule)).toBe(0);
  }
});

test('the shape of an abort does not outweigh a header that the host does not write', () => {
  const foreign = { ttl: 120, ipId: 7, dontFragment: false, hasTimestamp: false };
  const verdict = verdictOf(inAnswer().abort('client', foreign));
  expect(weightOf(verdict, 'socket-aborted')).toBe(0);
  expect(verdict.group).toBe('intermediary');
});

test('one odd field alone does not take the shape away', () => {
  const verdict = verdictOf(inAnswer().abort('client', { window: 0, hasTimestamp: false }));
  expect(weightOf(verdict, 'socket-aborted')).toBe(-10);
  expect(verdict.group).toBe('client-abort');
});
