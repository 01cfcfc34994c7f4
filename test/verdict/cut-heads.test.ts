import { describe, expect, test } from 'vitest';
import type { Segment } from '../../src/model/segment.ts';
import type { Verdict } from '../../src/model/verdict.ts';
import { judgeSegments } from '../support/judge-segments.ts';
import { type Ladder, ladder } from '../support/ladder.ts';

const GET = 'GET /report HTTP/1.1\r\nHost: shop.example\r\n\r\n';
/** Longer than the octets that are kept of it. */
const LONG_HEADERS = `Set-Cookie: ${'c'.repeat(200)}\r\n\r\n`;
const KEPT = 60;

const answer = (lengthLine: string, bodyLen: number): string =>
  `HTTP/1.1 200 OK\r\n${lengthLine}${LONG_HEADERS}${'x'.repeat(bodyLen)}`;

const asked = (): Ladder => ladder().handshake().send('client', GET);

/** As a snaplen leaves them: the first octets of each payload. */
function cut(segments: readonly Segment[]): readonly Segment[] {
  for (const segment of segments) {
    segment.payloadEnd = Math.min(segment.payloadEnd, segment.payloadStart + KEPT);
  }
  return segments;
}

function verdictOf(story: Ladder): Verdict {
  const [judged] = judgeSegments(cut(story.segments));
  return judged!.verdict;
}

describe('a response head that the snaplen cut', () => {
  const whole = (): Ladder => asked().send('server', answer('', 1000)).ack('client');

  test('leaves open what a reset behind it cut, and whether it cut anything', () => {
    const verdict = verdictOf(whole().abort('client'));
    expect(verdict).toMatchObject({ position: 'unknown', certainty: 'undetermined' });
    expect(verdict.confidence).toBeLessThanOrEqual(0.6);
  });

  test('followed by a FIN accuses nobody', () => {
    expect(verdictOf(whole().fin('client').ack('server'))).toMatchObject({ outcome: 'clean', group: null });
  });

  test('to a client that had shut its half down, and took it all, accuses nobody', () => {
    const story = asked().fin('client').send('server', answer('', 1000)).ack('client').fin('server');
    expect(verdictOf(story.ack('client'))).toMatchObject({ outcome: 'clean', group: null });
  });

  test('is where the response stands while octets flow and nothing has closed', () => {
    expect(verdictOf(whole())).toMatchObject({ outcome: 'open', position: 'in-response-headers' });
  });

  test('with a Content-Length that the octets cannot fill shows the response cut', () => {
    const story = asked().send('server', answer('Content-Length: 9000\r\n', 1000)).ack('client');
    expect(verdictOf(story.fin('server').ack('client'))).toMatchObject({
      outcome: 'truncated',
      group: 'server',
      // Heads are sent in one piece, so that the octets behind the cut were the body's.
      position: 'in-response-body',
    });
    expect(verdictOf(story).headline).toMatch(
      /^The server closed inside the response to GET .*, whose headers/,
    );
  });

  test('with a Content-Length that the octets may fill shows nothing', () => {
    // 1,000 of body, and the 200 and more of the head that were cut: 1,100 would fit.
    const story = asked().send('server', answer('Content-Length: 1000\r\n', 1000)).ack('client');
    expect(verdictOf(story.fin('server').ack('client'))).toMatchObject({ outcome: 'clean', group: null });
  });
});

describe('an answer whose extent the capture does not show', () => {
  test('was cut when the client refused what came of it after its FIN', () => {
    const story = asked().send('server', answer('', 1000)).ack('client').fin('client');
    story.send('server', 'x'.repeat(900), { after: 0.2 });
    const verdict = verdictOf(story.replyReset('client', { seq: story.next('client') }));
    expect(verdict).toMatchObject({ outcome: 'truncated', group: 'client-abort', certainty: 'likely' });
    // The server sent more than that, and nobody had asked for anything else.
    expect(verdict.position).toBe('in-response-body');
  });

  test('was cut when the client reset while octets were on their way to it', () => {
    const story = asked().send('server', answer('', 1000)).ack('client').send('server', 'x'.repeat(900));
    const verdict = verdictOf(story.abort('client', { ack: story.next('server') - 900 }));
    expect(verdict).toMatchObject({ outcome: 'aborted', group: 'client-abort', position: 'unknown' });
    expect(verdict.confidence).toBeGreaterThan(0.8);
  });
});

describe('payload of which nothing was captured', () => {
  test('leaves open whether a reset cut anything', () => {
    const story = asked().send('server', answer('', 1000)).ack('client').abort('client');
    for (const segment of story.segments) segment.payloadEnd = segment.payloadStart;
    const [judged] = judgeSegments(story.segments);
    expect(judged!.verdict).toMatchObject({ group: 'client-abort', certainty: 'undetermined' });
    expect(judged!.verdict.confidence).toBeLessThanOrEqual(0.6);
  });
});

describe('a head larger than any that is read', () => {
  test('is no known place, and a reset behind it is nobody’s for sure', () => {
    const story = asked().send('server', `HTTP/1.1 200 OK\r\nX-Long: `);
    for (let k = 0; k < 10; k++) story.send('server', 'y'.repeat(30_000)).ack('client');
    const [judged] = judgeSegments(story.abort('client').segments);
    expect(judged!.facts.app.oddities).toContain('head-too-large');
    expect(judged!.verdict).toMatchObject({ position: 'unknown', certainty: 'undetermined' });
  });
});
