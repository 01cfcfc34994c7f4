import { describe, expect, test } from 'vitest';
import type { Verdict } from '../../src/model/verdict.ts';
import { judgeSegments } from '../support/judge-segments.ts';
import { type Ladder, ladder } from '../support/ladder.ts';

const ENHANCE_YOUR_CALM = 11;
const verdictOf = (story: Ladder): Verdict => judgeSegments(story.segments)[0]!.verdict;

/** RFC 9113 §4.1. */
const frame = (type: number, flags: number, stream: number, payload: string): string =>
  String.fromCharCode(0, 0, payload.length, type, flags, 0, 0, 0, stream) + payload;
const goaway = (code: number): string => frame(7, 0, 0, String.fromCharCode(0, 0, 0, 1, 0, 0, 0, code));

const answering = (): Ladder =>
  ladder()
    .handshake()
    .send('client', `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${frame(4, 0, 0, '')}${frame(1, 5, 1, 'hh')}`)
    .send('server', frame(4, 0, 0, '') + frame(1, 4, 1, 'hh') + frame(0, 0, 1, 'half'))
    .ack('client');

describe('a GOAWAY with an error inside a response', () => {
  test.each(['fin', 'abort'] as const)('is the end, though the client closes first (%s)', (close) => {
    const story = answering().send('server', goaway(ENHANCE_YOUR_CALM)).send('client', goaway(0));
    const verdict = verdictOf(story[close]('client').fin('server'));
    expect(verdict).toMatchObject({ group: 'server', closedBy: 'server', position: 'in-response-body' });
    expect(verdict.headline).toContain('ended HTTP/2 with error 11 (ENHANCE_YOUR_CALM)');
    expect(verdict.evidence.map(({ rule }) => rule)).toContain('goaway-first');
  });

  test('is that of the side that sent the first of two', () => {
    const story = answering()
      .send('client', goaway(1))
      .send('server', goaway(ENHANCE_YOUR_CALM))
      .fin('server');
    expect(verdictOf(story)).toMatchObject({ group: 'client-abort', closedBy: 'client' });
  });

  test('explains nothing when it came after the close', () => {
    const story = answering().fin('client').send('server', goaway(ENHANCE_YOUR_CALM), { after: 0.2 });
    expect(verdictOf(story)).toMatchObject({ group: 'client-abort' });
  });

  test('without an error blames nobody but who closed', () => {
    const story = answering().send('server', goaway(0)).fin('client');
    expect(verdictOf(story)).toMatchObject({ group: 'client-abort', closedBy: 'client' });
  });
});
