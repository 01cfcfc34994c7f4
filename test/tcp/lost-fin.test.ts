import { describe, expect, test } from 'vitest';
import type { Verdict } from '../../src/model/verdict.ts';
import { judgeSegments } from '../support/judge-segments.ts';
import { type Ladder, type LadderSide, ladder } from '../support/ladder.ts';

const REQUEST = 'GET /report HTTP/1.1\r\nHost: shop.example\r\n\r\n';
const head = (length: number): string => `HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\n\r\n`;

const opened = (): Ladder => ladder().handshake();
const asked = (): Ladder => opened().send('client', REQUEST);

/** The side's FIN, sent and taken, but not captured. */
function loseFin(story: Ladder, side: LadderSide): Ladder {
  story.fin(side, { after: 0.2 });
  story.segments.pop();
  return story;
}

function verdictOf(story: Ladder): Verdict {
  const [judged] = judgeSegments(story.segments);
  return judged!.verdict;
}

describe('a FIN that the capture lacks', () => {
  test('of a server inside a body is the cause, shown by the acknowledgement of the FIN of the client', () => {
    const story = loseFin(asked().send('server', head(5000) + 'x'.repeat(1000)), 'server').fin('client');
    const verdict = verdictOf(story.ack('server'));
    expect(verdict).toMatchObject({
      outcome: 'truncated',
      group: 'server',
      certainty: 'likely',
      closedBy: 'server',
      kind: 'FIN',
      killerFrame: null,
      position: 'in-response-body',
    });
    expect(verdict.confidence).toBeLessThanOrEqual(0.8);
    expect(verdict.closes).toEqual([{ frame: 6, from: 'client', kind: 'FIN', role: 'answer' }]);
    const shown = verdict.evidence.find(({ rule }) => rule === 'fin-not-captured')!;
    expect(shown.frames).toEqual([6]);
    expect(shown.text).toContain('Frame 6 acknowledges one number more than the server was seen to send');
    expect(verdict.notes).toContain('The capture lacks the FIN of the server.');
  });

  test('is shown by the reset of the other side, too', () => {
    const story = loseFin(asked().send('server', head(5000) + 'x'.repeat(1000)), 'server');
    const verdict = verdictOf(story.abort('client'));
    expect(verdict).toMatchObject({ group: 'server', closedBy: 'server', kind: 'FIN', killerFrame: null });
    expect(verdict.closes).toEqual([{ frame: 6, from: 'client', kind: 'RST', role: 'consequence' }]);
  });

  test('that is acknowledged first and answered later counts from its acknowledgement', () => {
    const story = loseFin(
      asked()
        .send('server', `${head(2)}ok`)
        .ack('client'),
      'server',
    );
    const verdict = verdictOf(story.ack('client').fin('client', { after: 30 }).ack('server'));
    // Closed 0.2 s after the answer; the client's own close came half a minute later.
    expect(verdict).toMatchObject({
      outcome: 'clean',
      group: null,
      closedBy: 'server',
      kind: 'FIN',
      killerFrame: null,
      position: 'after-response',
    });
  });

  test('ends a body that runs until the close', () => {
    const body = 'HTTP/1.0 200 OK\r\n\r\nto the end';
    const verdict = verdictOf(loseFin(asked().send('server', body), 'server').fin('client').ack('server'));
    expect(verdict).toMatchObject({ outcome: 'clean', group: null, closedBy: 'server', killerFrame: null });
  });

  test('of a client that did not wait for the answer blames the client', () => {
    const verdict = verdictOf(loseFin(asked(), 'client').fin('server').ack('client'));
    expect(verdict).toMatchObject({
      group: 'client-abort',
      closedBy: 'client',
      kind: 'FIN',
      killerFrame: null,
      position: 'awaiting-response',
    });
  });

  test('is no cause when the FIN was captured, if late', () => {
    const story = asked()
      .send('server', head(5000) + 'x'.repeat(1000))
      .fin('server')
      .fin('client');
    const [fin, answer] = [story.segments[5]!, story.segments[6]!];
    Object.assign(answer, { frameNumber: 6, timeNs: fin.timeNs });
    Object.assign(fin, { frameNumber: 7, timeNs: fin.timeNs + 1e6 });
    const verdict = verdictOf(
      Object.assign(story, { segments: [...story.segments.slice(0, 5), answer, fin] }),
    );
    expect(verdict).toMatchObject({ closedBy: 'server', kind: 'FIN', killerFrame: 7 });
  });
});

describe('a number that may be an octet of payload', () => {
  const undecided = { closedBy: 'client', group: 'client-abort', certainty: 'undetermined' };

  test('when Content-Length asks for one more leaves the case open', () => {
    const story = loseFin(asked().send('server', head(1001) + 'x'.repeat(1000)), 'server').abort('client');
    expect(verdictOf(story)).toMatchObject({ ...undecided, kind: 'RST', killerFrame: 6 });
  });

  test('when the server writes single octets leaves the case open', () => {
    const story = asked().send('server', head(5000));
    for (let k = 0; k < 20; k++) story.send('server', 'x').ack('client');
    expect(verdictOf(loseFin(story, 'server').abort('client'))).toMatchObject(undecided);
  });

  test('when the client had shut its window leaves the case open', () => {
    const story = asked()
      .send('server', head(5000) + 'x'.repeat(1000))
      .ack('client', { window: 0 });
    expect(verdictOf(loseFin(story, 'server').abort('client'))).toMatchObject(undecided);
  });

  test('and more than one number missing is no FIN alone', () => {
    const story = asked().send('server', head(5000) + 'x'.repeat(1000));
    story.send('server', 'yy');
    story.segments.pop();
    const [{ verdict, facts }] = judgeSegments(story.abort('client').segments) as [
      ReturnType<typeof judgeSegments>[0],
    ];
    expect(verdict).toMatchObject({ closedBy: 'client', killerFrame: 6 });
    expect(facts.server.lostFinNs).toBeNull();
  });
});
