import { describe, expect, test } from 'vitest';
import type { Verdict } from '../../src/model/verdict.ts';
import { judgeSegments } from '../support/judge-segments.ts';
import { type Ladder, type LadderSide, ladder } from '../support/ladder.ts';

const GET = 'GET /report HTTP/1.1\r\nHost: shop.example\r\n\r\n';
const HEAD = GET.replace('GET', 'HEAD');
const answer = (length: number): string => `HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\n\r\n`;

const CLIENT_PORT = 41_259;

/** What a capture of one direction has of the story. */
function seenFrom(side: LadderSide, story: Ladder): Verdict {
  const segments = story.segments.filter(({ srcPort }) => (srcPort === CLIENT_PORT) === (side === 'client'));
  const [judged] = judgeSegments(segments);
  return judged!.verdict;
}

const asked = (request: string): Ladder => ladder().handshake().send('client', request);

describe('a capture of the client alone', () => {
  test('does not say "before any response" when the client acknowledged octets', () => {
    const story = asked(GET)
      .send('server', answer(5000) + 'x'.repeat(900))
      .ack('client')
      .abort('client');
    const verdict = seenFrom('client', story);
    expect(verdict).toMatchObject({ position: 'unknown', group: 'client-abort', certainty: 'undetermined' });
    expect(verdict.confidence).toBeLessThanOrEqual(0.6);
    expect(verdict.headline).not.toContain('before any response');
  });

  test('says so when the client acknowledged nothing, but is not sure who did it', () => {
    const verdict = seenFrom('client', asked(GET).abort('client', { after: 2 }));
    expect(verdict).toMatchObject({ position: 'awaiting-response', certainty: 'undetermined' });
    expect(verdict.confidence).toBeLessThanOrEqual(0.6);
  });
});

test('does not say what a program saw whose direction was not captured', () => {
  const verdict = seenFrom('client', asked(GET).send('server', answer(5000)).ack('client').fin('client'));
  expect(verdict).toMatchObject({ outcome: 'clean', matters: expect.stringMatching(/^Cannot be told/) });
  expect(verdict.applications.server.likely).toBe('cannot be told: too little was captured');
  expect(verdict.applications.client.likely).toBe('closed it itself');
});

describe('a capture of the server alone', () => {
  test.each([HEAD, GET])('does not call a bare head cut: it may answer a HEAD (%#)', (request) => {
    const verdict = seenFrom('server', asked(request).send('server', answer(700)).fin('server'));
    expect(verdict).toMatchObject({ outcome: 'clean', group: null, position: 'unknown', closedBy: 'server' });
    expect(verdict.headline).toContain('HEAD');
  });

  test('calls a body cut that has begun, with little confidence', () => {
    const story = asked(GET).send('server', answer(700) + 'x'.repeat(90));
    const verdict = seenFrom('server', story.fin('server'));
    expect(verdict).toMatchObject({ outcome: 'truncated', group: 'server', certainty: 'undetermined' });
    expect(verdict.confidence).toBeLessThanOrEqual(0.6);
    expect(verdict.position).toBe('in-response-body');
  });
});

describe('a capture with holes', () => {
  test('does not say "before any response" when octets of the server are missing behind the request', () => {
    const story = asked(GET)
      .send('server', `${answer(2)}ok`)
      .ack('client')
      .abort('client', { after: 1 });
    const [judged] = judgeSegments(story.segments.filter((_, place) => place !== 4));
    expect(judged!.facts.server.bytesNotCaptured).toBe(answer(2).length + 2);
    expect(judged!.verdict).toMatchObject({ position: 'unknown', certainty: 'undetermined' });
  });

  test.each(['client', 'server'] as const)(
    'does not say so either when only the close of the %s stands behind the missing octets',
    (side) => {
      const story = asked(GET).send('server', answer(2000) + 'x'.repeat(2000));
      if (side === 'client') story.abort('client');
      else story.fin('server');
      const [judged] = judgeSegments(story.segments.filter((_, place) => place !== 4));
      expect(judged!.verdict.position).toBe('unknown');
      expect([null, 'undetermined']).toContain(judged!.verdict.certainty);
    },
  );

  test('does not say so when a request is missing whose answer was seen', () => {
    const story = asked(GET)
      .send('server', `${answer(2)}ok`)
      .ack('client')
      .send('client', GET);
    story
      .send('server', `${answer(2)}ok`)
      .ack('client')
      .abort('client');
    const [judged] = judgeSegments(story.segments.filter((_, place) => place !== 3));
    expect(judged!.verdict.headline).not.toContain('before any response');
    expect([null, 'undetermined']).toContain(judged!.verdict.certainty);
  });

  test('does not take the response after a lost one for the answer to its request', () => {
    const story = asked(GET)
      .send('server', `${answer(2)}ok`)
      .ack('client')
      .wait(1)
      .send('client', GET);
    story
      .send('server', `${answer(2)}ok`)
      .ack('client')
      .wait(1)
      .abort('client');
    const [judged] = judgeSegments(story.segments.filter((_, place) => place !== 4));
    expect(judged!.facts.app.oddities).toContain('response-lost');
    expect(judged!.verdict).toMatchObject({ position: 'unknown', certainty: 'undetermined' });
  });

  test('does not call a bare head cut when a request, perhaps a HEAD, is missing', () => {
    const story = asked(GET).send('client', HEAD).send('server', answer(700)).ack('client');
    const [judged] = judgeSegments(
      story
        .fin('server')
        .ack('client')
        .segments.filter((_, place) => place !== 4),
    );
    expect(judged!.verdict).toMatchObject({ outcome: 'clean', group: null, position: 'unknown' });
  });

  test('calls it cut when all requests were captured', () => {
    const [judged] = judgeSegments(
      asked(GET).send('server', answer(700)).fin('server').ack('client').segments,
    );
    expect(judged!.verdict).toMatchObject({ outcome: 'truncated', group: 'server' });
  });
});

test('a head that nobody asked for is cut when all of the client was captured, so that no HEAD can have asked', () => {
  const story = asked(GET)
    .send('server', `${answer(2)}ok`)
    .ack('client');
  const [judged] = judgeSegments(
    story.send('server', answer(9), { after: 2 }).replyReset('client', { seq: story.next('client') })
      .segments,
  );
  expect(judged!.verdict.position).toBe('in-response-body');
});
