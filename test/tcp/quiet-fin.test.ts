import { describe, expect, test } from 'vitest';
import { ApplicationStage } from '../../src/app/application-stage.ts';
import { escapeText } from '../../src/bytes/escape-text.ts';
import type { ConnectionFacts } from '../../src/model/facts.ts';
import { TcpStage } from '../../src/tcp/tcp-stage.ts';
import { type Ladder, ladder } from '../support/ladder.ts';

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

function exchange(): Ladder {
  return ladder().handshake().send('client', GET).send('server', OK).ack('client');
}

/** Every way a connection may end around a FIN that came while nothing was in flight. */
const STORIES: Readonly<Record<string, () => Ladder>> = {
  'both FINs': () => exchange().fin('server').fin('client').ack('server'),
  'FINs and a FIN sent again': () =>
    exchange().fin('server').again({ after: 0.3 }).fin('client').ack('server'),
  'crossing FINs': () => {
    const story = exchange();
    const ack = story.next('client');
    return story.fin('client').fin('server', { ack }).ack('client').ack('server');
  },
  'a FIN, then a reset': () => exchange().fin('server').abort('client'),
  'a FIN, then a late request and a reset': () =>
    exchange().fin('server').ack('client').send('client', GET).replyReset('server', { seq: 700_042 }),
  'one FIN only': () => exchange().fin('client').ack('server'),
  'a FIN while a request is unanswered': () =>
    ladder().handshake().send('client', GET).fin('client').ack('server'),
};

/** Connections after which the sample is full, in every shard. */
const FILLERS = 3_000;

/** `after` connections that only fill the sample, then the story's; facts of the last one, or null when uneventful. */
function lastFacts(story: Ladder, wantsEvery: boolean): ConnectionFacts | null {
  let last: ConnectionFacts | null = null;
  let quiet = 0;
  const connection = (facts: ConnectionFacts): void => {
    if (facts.id === FILLERS) last = facts;
  };
  const uneventful = (requests: number): void => {
    quiet += requests;
  };
  const stage = new TcpStage(
    new ApplicationStage(null),
    wantsEvery ? { connection } : { connection, uneventful },
    null,
    {
      escapeText,
      formatAddress: String,
      retainAddress: () => {},
      releaseAddress: () => {},
      foldAddress: () => 0,
    },
  );
  const filler = ladder().syn().segments[0]!;
  for (let k = 0; k < FILLERS; k++) {
    filler.srcPort = k;
    stage.push(filler);
  }
  for (const segment of story.segments) stage.push(segment);
  stage.end();
  expect(quiet).toBe(last === null ? 1 : 0);
  return last;
}

/** What a verdict depends on. Header fields of a FIN that was only noted are those of its half-stream. */
function essence(facts: ConnectionFacts | null): unknown {
  if (facts === null) return null;
  const closes = facts.closes.map(
    ({ frame, from, kind, effect, hasSeenPeerFin, isAfterPeerFin, seqMinusNext, app }) => ({
      frame,
      from,
      kind,
      effect,
      hasSeenPeerFin,
      isAfterPeerFin,
      seqMinusNext,
      phase: app.phase,
      requests: app.requestsBegun,
    }),
  );
  return { closes, end: facts.end.reason, app: facts.app.phase };
}

describe('a FIN while nothing is in flight', () => {
  test.each(Object.keys(STORIES))(
    '%s: tells the same whether it was written down at once or later',
    (name) => {
      const quiet = lastFacts(STORIES[name]!(), false);
      const every = lastFacts(STORIES[name]!(), true);
      if (quiet === null) {
        expect(every!.closes.map(({ kind, app }) => [kind, app.phase])).toEqual([
          ['FIN', 'answered'],
          ['FIN', 'answered'],
        ]);
        expect(every!.end.reason).toBe('closed');
      } else {
        expect(essence(quiet)).toEqual(essence(every));
      }
    },
  );

  test('makes the plain end cost no facts', () => {
    expect(lastFacts(STORIES['both FINs']!(), false)).toBeNull();
    expect(lastFacts(STORIES['a FIN, then a reset']!(), false)).not.toBeNull();
  });
});
