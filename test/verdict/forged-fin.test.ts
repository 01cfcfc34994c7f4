import { describe, expect, test } from 'vitest';
import type { Verdict } from '../../src/model/verdict.ts';
import { judgeSegments } from '../support/judge-segments.ts';
import { type Ladder, ladder, type StepFields } from '../support/ladder.ts';

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

describe("a FIN whose header is not its side's", () => {
  const spoken = (): Ladder => {
    const story = ladder().handshake().send('client', GET).send('server', ANSWER);
    for (let k = 0; k < 3; k++) story.ack('client').send('server', 'x'.repeat(100));
    return story.ack('client');
  };
  const rulesOf = ({ evidence }: Verdict): string[] => evidence.map(({ rule }) => rule);

  test('leaves the question open with one odd field', () => {
    const nearer = verdictOf(spoken().fin('server', { ttl: 61 }).ack('client'));
    expect(rulesOf(nearer)).toContain('ttl-off-baseline');
    expect(nearer).toMatchObject({ group: 'server', certainty: 'undetermined' });
    const clients = verdictOf(spoken().fin('client', { ttl: 58 }).ack('server'));
    expect(rulesOf(clients)).toContain('ttl-above-baseline');
    expect(clients).toMatchObject({ group: 'client-abort', certainty: 'undetermined' });
    const bare = verdictOf(spoken().fin('server', { hasTimestamp: false }).ack('client'));
    expect(rulesOf(bare)).toContain('fin-timestamp-missing');
    expect(bare.certainty).toBe('undetermined');
    const strange = verdictOf(spoken().fin('server', { ipId: 7 }).ack('client'));
    expect(rulesOf(strange)).toContain('fin-ip-id-off-series');
    expect(strange.certainty).toBe('undetermined');
  });

  test("is a box's with several", () => {
    const fields = { ttl: 58, ipId: 20_000, hasTimestamp: false };
    const verdict = verdictOf(spoken().fin('client', fields).ack('server'));
    expect(verdict).toMatchObject({ group: 'intermediary', certainty: 'likely', kind: 'FIN' });
  });

  test('is its own when offload has taken IDs, or the path varies', () => {
    const offloaded = verdictOf(spoken().fin('server', { ipId: 30_900 }).ack('client'));
    expect(offloaded).toMatchObject({ group: 'server', certainty: 'likely' });
    const varying = spoken().ack('client', { ttl: 55 }).fin('client', { ttl: 58 }).ack('server');
    expect(verdictOf(varying)).toMatchObject({ group: 'client-abort', certainty: 'likely' });
  });
});

describe('a side that has not sent "its" FIN', () => {
  /** The client is told that its FIN has come, and answers in the place of that FIN. */
  const challenged = (fields: StepFields): Verdict => {
    const story = ladder().handshake().send('client', GET).send('server', ANSWER).ack('client').fin('client');
    const seq = story.next('client') - 1;
    return verdictOf(story.ack('server').ack('client', { seq, ...fields }));
  };

  test('shows it by a challenge ACK', () => {
    const verdict = challenged({ after: 0.04 });
    expect(verdict).toMatchObject({ group: 'intermediary', killerFrame: 7, kind: 'FIN' });
    expect(verdict.evidence.find(({ rule }) => rule === 'sender-went-on')!.frames).toEqual([7, 9]);
  });

  test('does not by a keep-alive probe, which goes back by one, too', () => {
    expect(challenged({ after: 1.01 })).toMatchObject({ group: 'client-abort', kind: 'FIN' });
  });

  test('does not by an ACK that the FIN has overtaken', () => {
    const story = ladder().handshake().send('client', GET).send('server', ANSWER);
    const seq = story.next('client');
    const old = story.ack('client', { seq }).segments.pop()!;
    story.fin('client').ack('server');
    story.segments.push(old);
    for (const [k, segment] of story.segments.entries()) segment.frameNumber = k + 1;
    old.timeNs = story.segments[story.segments.length - 2]!.timeNs + 1e6;
    expect(verdictOf(story)).toMatchObject({ group: 'client-abort', kind: 'FIN' });
  });

  test("shows an answer that is a box's own, though it is whole", () => {
    const page = 'HTTP/1.1 403 Forbidden\r\nContent-Length: 3\r\n\r\nno\n';
    const story = ladder().handshake().send('client', GET).ack('server');
    const fake = { ttl: 61, ipId: 0, hasTimestamp: false, seq: story.next('server'), flags: 0x19 };
    story.raw('server', 0x19, page, fake).ack('client', { ack: story.next('server') + page.length + 1 });
    const verdict = verdictOf(story.send('server', ANSWER, { after: 0.1 }));
    expect(verdict).toMatchObject({
      outcome: 'clean',
      group: 'intermediary',
      position: 'after-response',
      isHarmless: false,
    });
    expect(verdict.headline).toMatch(/answered GET \/report in the server's name/);
    expect(verdict.applications.client.likely).toBe('saw an ordinary end');
  });
});
