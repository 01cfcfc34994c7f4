import { describe, expect, test } from 'vitest';
import type { Verdict } from '../../src/model/verdict.ts';
import { judgeSegments } from '../support/judge-segments.ts';
import { type Ladder, ladder } from '../support/ladder.ts';

const GET = 'GET /report HTTP/1.1\r\nHost: shop.example\r\n\r\n';
const ANSWER = `HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n${'x'.repeat(500)}`;
const verdictOf = (story: Ladder): Verdict => judgeSegments(story.segments)[0]!.verdict;

/** A FIN in the server's name inside its answer. */
const closed = (): Ladder =>
  ladder().handshake().send('client', GET).send('server', ANSWER).ack('client').fin('server').ack('client');

describe('a FIN inside an answer', () => {
  test('is not the doing of a server that sends on', () => {
    const verdict = verdictOf(closed().send('server', 'x'.repeat(500), { after: 0.2 }));
    expect(verdict).toMatchObject({
      group: 'intermediary',
      closedBy: 'intermediary',
      kind: 'FIN',
      killerFrame: 7,
      position: 'in-response-body',
    });
    expect(verdict.evidence.find(({ rule }) => rule === 'sender-went-on')!.frames).toEqual([7, 9]);
  });

  test('is its own when only a keep-alive probe of one octet follows, in the place of the FIN', () => {
    const story = closed();
    const seq = story.next('server') - 1;
    expect(verdictOf(story.send('server', 'x', { after: 30, seq }))).toMatchObject({
      group: 'server',
      kind: 'FIN',
    });
  });

  test('is its own when it repeats octets from before it', () => {
    const story = closed();
    const seq = story.next('server') - 1 - 500;
    const verdict = verdictOf(story.send('server', 'x'.repeat(500), { after: 0.3, seq }));
    expect(verdict).toMatchObject({ group: 'server', closedBy: 'server', kind: 'FIN' });
  });
});
