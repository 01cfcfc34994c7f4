import { describe, expect, test } from 'vitest';
import type { Verdict } from '../../src/model/verdict.ts';
import { judgeSegments } from '../support/judge-segments.ts';
import { type Ladder, ladder, type StepFields } from '../support/ladder.ts';

const GET = 'GET /report HTTP/1.1\r\nHost: shop.example\r\n\r\n';
const ANSWER = `HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n${'x'.repeat(500)}`;
const verdictOf = (story: Ladder): Verdict => judgeSegments(story.segments)[0]!.verdict;
const rulesOf = ({ evidence }: Verdict): string[] => evidence.map(({ rule }) => rule);

/** Half of the answer is there, and the client has sent enough for its habits to be known. */
const inAnswer = (): Ladder =>
  ladder().handshake().send('client', GET).send('server', ANSWER).ack('client').ack('client');

/** The client's host has sent one segment and its SYN: no habits can be told. */
const justAsked = (): Ladder => ladder().handshake().send('client', GET);

describe('a reset that is right in all fields but one', () => {
  test.each<[string, StepFields, string]>([
    ['the TTL of a box one router nearer', { ttl: 58 }, 'ttl-above-baseline'],
    ['the IP ID of the segment before', { ipId: 1_004 }, 'ip-id-off-series'],
    ['no timestamp', { hasTimestamp: false }, 'timestamp-missing'],
    ['DF clear', { dontFragment: false }, 'ip-id-and-df-foreign'],
    ['neither window nor timestamp', { window: 0, hasTimestamp: false }, 'abort-without-window-or-timestamp'],
  ])('leaves the question open: %s', (_name, fields, rule) => {
    const verdict = verdictOf(inAnswer().abort('client', fields));
    expect(rulesOf(verdict)).toContain(rule);
    expect(verdict).toMatchObject({ group: 'client-abort', certainty: 'undetermined' });
    expect(verdict.confidence).toBeLessThanOrEqual(0.6);
    expect(verdict.settle).toMatch(/capture at the client/);
  });

  test('is as sure as ever when none is wrong, or only what is changed on the way every day', () => {
    expect(verdictOf(inAnswer().abort('client'))).toMatchObject({ certainty: 'likely', confidence: 0.9 });
    expect(verdictOf(inAnswer().abort('client', { tos: 0x20 }))).toMatchObject({
      certainty: 'likely',
      confidence: 0.9,
    });
  });

  test('is its own where the capture shows that its host sent it', () => {
    // The handshake's times put the capture at the server.
    const story = ladder().syn().synAck({ after: 1e-5 }).ack('client', { after: 0.03 });
    story.send('client', GET).send('server', ANSWER);
    for (let k = 0; k < 3; k++) story.ack('client').send('server', 'x'.repeat(100));
    const verdict = verdictOf(story.abort('server', { window: 0, hasTimestamp: false }));
    expect(rulesOf(verdict)).toContain('no-router-crossed');
    expect(rulesOf(verdict)).toContain('abort-without-window-or-timestamp');
    expect(verdict).toMatchObject({ group: 'server' });
    expect(verdict.confidence).toBeGreaterThan(0.9);
  });
});

describe('a timestamp that was copied', () => {
  /** As the ladder counts: the client's segments so far, each with the next value. */
  const copied = (after: number): Verdict => {
    const story = inAnswer();
    const last = story.segments[story.segments.length - 1]!;
    story.abort('client', { after });
    story.segments[story.segments.length - 1]!.tsVal = last.tsVal;
    return verdictOf(story);
  };

  test('speaks against the abort when the clock must have gone on', () => {
    const verdict = copied(0.5);
    expect(rulesOf(verdict)).toContain('timestamp-stands-still');
    expect(rulesOf(verdict)).not.toContain('timestamp-continues');
    expect(verdict.certainty).toBe('undetermined');
  });

  test('is ordinary within a tick', () => {
    const verdict = copied(0.001);
    expect(rulesOf(verdict)).toContain('timestamp-continues');
    expect(verdict.certainty).toBe('likely');
  });
});

describe('an abort of a host that has hardly spoken', () => {
  test('that lacks window and timestamp is no known stack of that TTL', () => {
    const verdict = verdictOf(justAsked().abort('client', { window: 0, hasTimestamp: false, ipId: 0 }));
    expect(rulesOf(verdict)).toContain('abort-without-window-or-timestamp');
    expect(verdict.certainty).toBe('undetermined');
  });

  test('that states its window, as XNU does, or starts from TTL 128, as Windows, is ordinary', () => {
    expect(verdictOf(justAsked().abort('client', { hasTimestamp: false })).certainty).toBe('likely');
    const windows = { ttl: 120 };
    const story = ladder()
      .syn(windows)
      .synAck()
      .ack('client', windows)
      .send('client', GET, windows)
      .abort('client', { ...windows, window: 0, hasTimestamp: false });
    expect(verdictOf(story).certainty).toBe('likely');
  });
});
