import { expect, test } from 'vitest';
import type { Verdict } from '../../src/model/verdict.ts';
import { judgeSegments } from '../support/judge-segments.ts';
import { type Ladder, ladder } from '../support/ladder.ts';

const get = (target: string): string => `GET ${target} HTTP/1.1\r\nHost: shop.example\r\n\r\n`;
const ANSWER = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

/** Asked again after 2 s at rest, `times` in all; then the server, which has taken none of it, closes. */
function askedInVain(times: number): Verdict {
  const story: Ladder = ladder().handshake().send('client', get('/1')).send('server', ANSWER).ack('client');
  const ack = story.next('client');
  story.wait(2).send('client', get('/2'));
  for (let k = 1; k < times; k++) story.again({ after: 0.2 * 2 ** k });
  story.fin('server', { ack, after: 0.5 }).ack('client');
  return judgeSegments(story.segments)[0]!.verdict;
}

test('a request that is sent over and over and never acknowledged was lost, not late', () => {
  const verdict = askedInVain(5);
  expect(verdict.headline).toBe(
    'The server never got GET /2, and closed the connection at rest 6.5 s later.',
  );
  expect(verdict.matters).toContain('the path lost it every time');
  expect(verdict.notes.join(' ')).toContain('no program has read it');
  expect(verdict).toMatchObject({ outcome: 'clean', group: null, isHarmless: false });
});

test('one that is repeated once or twice may have crossed the close', () => {
  expect(askedInVain(2).headline).toMatch(/^Too late: GET \/2/);
});
