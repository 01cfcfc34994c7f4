import { expect, test } from 'vitest';
import { RST, Segment } from '../../src/model/segment.ts';
import { judgeSegments } from '../support/judge-segments.ts';
import { type Ladder, ladder } from '../support/ladder.ts';

const INBOUND = 1;
const OUTBOUND = 2;

/** The story as `tcpdump -i any` on a router on the way has it: each frame comes in, and goes out one hop older. */
function forwarded(story: Ladder, isMadeHere: (segment: Segment) => boolean): Segment[] {
  const frames: Segment[] = [];
  for (const segment of story.segments) {
    const into = Object.assign(new Segment(), segment, { direction: INBOUND });
    const out = Object.assign(new Segment(), segment, { direction: OUTBOUND, ttl: segment.ttl - 1 });
    out.timeNs += 20_000;
    frames.push(...(isMadeHere(segment) ? [Object.assign(out, { ttl: segment.ttl })] : [into, out]));
  }
  frames.forEach((frame, place) => {
    frame.frameNumber = place + 1;
  });
  return frames;
}

/** The server's answer is half there when a reset in the client's name, with the client's usual TTL, reaches it. */
function cutBody(): Ladder {
  const story = ladder().handshake().send('client', 'GET /x HTTP/1.1\r\nHost: a\r\n\r\n');
  story
    .send('server', `HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n${'x'.repeat(500)}`)
    .ack('client')
    .send('server', 'x'.repeat(500));
  return story.replyReset('client', { seq: story.next('client') });
}

const isReset = ({ flags }: Segment): boolean => (flags & RST) !== 0;

test('a reset that only goes out of a router was made there', () => {
  const [judged] = judgeSegments(forwarded(cutBody(), isReset));
  const { verdict, facts } = judged!;
  expect(facts.closes[0]).toMatchObject({ direction: 'outbound', copies: 0, form: 'reply' });
  expect(verdict).toMatchObject({ group: 'intermediary', closedBy: 'intermediary', certainty: 'likely' });
  const found = verdict.evidence.find(({ rule }) => rule === 'never-came-in')!;
  expect(found.weight).toBe(15);
  expect(found.frames[0]).toBe(verdict.killerFrame);
});

test('a reset that a router forwards like all else is no sign of the router', () => {
  const [judged] = judgeSegments(forwarded(cutBody(), () => false));
  expect(judged!.facts.closes[0]).toMatchObject({ direction: 'inbound', copies: 1 });
  expect(judged!.verdict.evidence.map(({ rule }) => rule)).not.toContain('never-came-in');
  expect(judged!.verdict.group).toBe('client-abort');
});

test('a capture of outgoing frames only, or one with a hole, accuses nobody', () => {
  const outgoing = forwarded(cutBody(), () => true);
  const withHole = forwarded(cutBody(), isReset).filter(({ payloadLen, direction }, place, all) => {
    const first = all.findIndex((each) => each.payloadLen > 500);
    return !(place - first < 2 && place >= first && payloadLen > 0 && direction > 0);
  });
  for (const frames of [outgoing, withHole]) {
    const [judged] = judgeSegments(frames);
    expect(judged!.verdict.evidence.map(({ rule }) => rule)).not.toContain('never-came-in');
    expect(judged!.verdict.group).not.toBe('intermediary');
  }
});
