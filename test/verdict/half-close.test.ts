import { describe, expect, test } from 'vitest';
import type { Verdict } from '../../src/model/verdict.ts';
import { judgeSegments } from '../support/judge-segments.ts';
import { type Ladder, ladder } from '../support/ladder.ts';

const GET = 'GET /report HTTP/1.1\r\nHost: shop.example\r\n\r\n';
const head = (length: number): string => `HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\n\r\n`;

const verdictOf = (story: Ladder): Verdict => judgeSegments(story.segments)[0]!.verdict;

/** Half of the answer is there when the client sends a FIN. */
const halfAnswered = (): Ladder =>
  ladder()
    .handshake()
    .send('client', GET)
    .send('server', head(2000) + 'x'.repeat(1000))
    .ack('client')
    .fin('client');

describe("a client's FIN inside an answer", () => {
  test('is an abort at 0.9 at most while nothing shows whether the client still reads', () => {
    const verdict = verdictOf(halfAnswered());
    expect(verdict).toMatchObject({
      group: 'client-abort',
      certainty: 'likely',
      position: 'in-response-body',
    });
    expect(verdict.confidence).toBeLessThanOrEqual(0.9);
  });

  test('is none when the client takes octets that came after it, though the capture ends before the answer does', () => {
    const story = halfAnswered().send('server', 'x'.repeat(500), { after: 0.2 }).ack('client');
    expect(verdictOf(story)).toMatchObject({ group: null, outcome: 'open', closedBy: 'client' });
  });

  test('does not hide a reset of the server inside the answer', () => {
    const story = halfAnswered().send('server', 'x'.repeat(500), { after: 0.2 }).ack('client');
    const verdict = verdictOf(story.abort('server', { after: 0.2 }));
    expect(verdict).toMatchObject({ group: 'server', closedBy: 'server', kind: 'RST', outcome: 'aborted' });
  });

  test('stays an abort when the client resets what came after it', () => {
    const story = halfAnswered().send('server', 'x'.repeat(500), { after: 0.2 });
    const verdict = verdictOf(story.replyReset('client', { seq: story.next('client') }));
    expect(verdict).toMatchObject({ group: 'client-abort', outcome: 'truncated', kind: 'FIN' });
  });
});

test('a close before any payload has no place in a conversation that the other side began later', () => {
  const story = ladder().handshake().fin('client').send('server', 'x'.repeat(46), { after: 0.2 });
  expect(verdictOf(story)).toMatchObject({ position: 'before-request', group: null });
});

describe("a server's reset behind an answer whose acknowledgement was not captured", () => {
  const answered = (): Ladder =>
    ladder()
      .handshake()
      .send('client', GET)
      .send('server', head(5) + 'x'.repeat(5));

  test('cuts nothing when the server has not repeated the answer for long enough', () => {
    expect(verdictOf(answered().abort('server', { after: 0.9 }))).toMatchObject({
      outcome: 'clean',
      group: null,
    });
  });

  test('may cut when it comes sooner', () => {
    expect(verdictOf(answered().abort('server', { after: 0.1 }))).toMatchObject({ group: 'server' });
  });
});
