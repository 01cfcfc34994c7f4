import { describe, expect, test } from 'vitest';
import { Segment } from '../../src/model/segment.ts';
import type { Verdict } from '../../src/model/verdict.ts';
import { judgeSegments } from '../support/judge-segments.ts';
import { type Ladder, ladder } from '../support/ladder.ts';

const TIME_EXCEEDED = 11;
const HEAD = 'HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n';
const verdictOf = (story: Ladder): Verdict => judgeSegments(story.segments)[0]!.verdict;

/** A reset in the client's name with so many hops left, in the middle of a download. */
const resetWith = (ttl: number): Ladder =>
  ladder()
    .handshake()
    .send('client', 'GET /film HTTP/1.1\r\nHost: shop.example\r\n\r\n')
    .send('server', HEAD + 'x'.repeat(900))
    .ack('client')
    .abort('client', { ttl });

/** A router tells the client about its last packet. */
function tell(story: Ladder, type: number, code = 0): Ladder {
  const quoted = story.segments.at(-1)!;
  const frameNumber = quoted.frameNumber;
  const error = { icmpType: type, icmpCode: code, icmpSrc: 0xc0000201 | 0, ttl: 64, frameNumber };
  story.segments.push(Object.assign(new Segment(), quoted, error));
  return story;
}

const goingOn = (story: Ladder): Ladder =>
  story
    .send('server', 'x'.repeat(500), { after: 0.2 })
    .ack('client')
    .send('server', 'x'.repeat(500), { after: 0.2 })
    .ack('client');

describe('a reset that a router threw away because its hops had run out', () => {
  test('ended nothing when its side went on', () => {
    const verdict = verdictOf(goingOn(tell(resetWith(1), TIME_EXCEEDED)));
    expect(verdict).toMatchObject({ outcome: 'open', group: null, closedBy: 'none' });
    expect(verdict.notes.join()).toContain('it ran out of hops on the way');
  });

  test.each([
    ['nobody says so', (story: Ladder) => story],
    ['the message says something else', (story: Ladder) => tell(story, 3, 1)],
    ['it was a fragment that was late', (story: Ladder) => tell(story, TIME_EXCEEDED, 1)],
  ])('counts while %s', (_what, toldBy) => {
    expect(verdictOf(goingOn(toldBy(resetWith(1)))).killerFrame).toBe(7);
  });

  test('counts when it had as many hops left as the rest', () => {
    expect(verdictOf(goingOn(tell(resetWith(57), TIME_EXCEEDED))).killerFrame).toBe(7);
  });

  test('is still how its side hung up when that did not go on', () => {
    const story = tell(resetWith(1), TIME_EXCEEDED).send('server', 'x'.repeat(500), { after: 0.2 });
    const verdict = verdictOf(story.replyReset('client', { seq: story.next('client') }));
    expect(verdict).toMatchObject({ closedBy: 'client', killerFrame: 7 });
  });
});
