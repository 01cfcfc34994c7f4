import { expect, test } from 'vitest';
import type { Verdict } from '../../src/model/verdict.ts';
import { judgeSegments } from '../support/judge-segments.ts';
import { type Ladder, type LadderSide, ladder } from '../support/ladder.ts';

const GET = 'GET /report HTTP/1.1\r\nHost: shop.example\r\n\r\n';
const ANSWER = `HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n${'x'.repeat(500)}`;
const verdictOf = (story: Ladder): Verdict => judgeSegments(story.segments)[0]!.verdict;

/** Captured at the server, as the handshake's times show: a bare reset in one name, and that side sends on. */
const resetInTheNameOf = (side: LadderSide): Ladder => {
  const story = ladder().syn().synAck({ after: 1e-5 }).ack('client', { after: 0.03 });
  story.send('client', GET).send('server', ANSWER);
  for (let k = 0; k < 2; k++) story.ack('client').send('server', 'x'.repeat(100));
  const other = side === 'server' ? 'client' : 'server';
  story.ack(other).replyReset(side, { seq: story.next(side) });
  return side === 'server'
    ? story.send('server', 'x'.repeat(500), { after: 0.4 })
    : story.send('client', GET, { after: 0.4 });
};

test('a reset that left the captured host while its socket went on is its packet filter', () => {
  const verdict = verdictOf(resetInTheNameOf('server'));
  expect(verdict.evidence.map(({ rule }) => rule)).not.toContain('sender-went-on');
  expect(verdict).toMatchObject({ group: 'server', closedBy: 'server' });
  expect(verdict.notes.join(' ')).toMatch(/packet filter of its host sent it, not its program/);
});

test('from afar it may be a filter or a box at the same distance: likely in between, never proven', () => {
  const verdict = verdictOf(resetInTheNameOf('client'));
  expect(verdict.evidence.map(({ rule }) => rule)).toContain('sender-went-on');
  expect(verdict).toMatchObject({ group: 'intermediary', certainty: 'likely', confidence: 0.9 });
  expect(verdict.notes.join(' ')).toMatch(/a packet filter of its host, which goes on, would answer so, too/);
});
