import { describe, expect, test } from 'vitest';
import {
  OPT_DATA_ACK,
  OPT_DATA_FIN,
  OPT_DATA_MAP,
  OPT_FAST_CLOSE,
  OPT_JOIN,
  OPT_MPTCP,
} from '../../src/model/segment.ts';
import type { Verdict } from '../../src/model/verdict.ts';
import { judgeSegments } from '../support/judge-segments.ts';
import { type Ladder, ladder } from '../support/ladder.ts';

const GET = 'GET /report HTTP/1.1\r\nHost: shop.example\r\n\r\n';
const ANSWER = `HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n${'x'.repeat(500)}`;
const verdictOf = (story: Ladder): Verdict => judgeSegments(story.segments)[0]!.verdict;
/** First numbers of the connection, far from those of the subflow, and so that they wrap around. */
const DATA_SEQ = { client: 0x7fff_fff0, server: -3 };

/** Both sides agree on Multipath TCP, and the server is in the middle of its answer. */
const inAnswer = (): Ladder => {
  const story = ladder().handshake().send('client', GET).send('server', ANSWER).ack('client');
  for (const segment of story.segments.slice(0, 3)) segment.options |= OPT_MPTCP;
  mapData(story, 'server');
  ackData(story);
  return story;
};

/** The segment `back` frames before the last says where its first octet stands in the whole connection. */
const mapData = (story: Ladder, side: 'client' | 'server', moved = 0, back = 2): void => {
  const segment = story.segments[story.segments.length - back]!;
  segment.options |= OPT_MPTCP | OPT_DATA_MAP;
  segment.mapSeq = (segment.seq - ISN[side]) | 0;
  segment.dataSeq = (DATA_SEQ[side] + segment.mapSeq + moved) | 0;
};
const ISN = { client: 1_000, server: 700_000 };

/** The last segment, the client's, acknowledges as much of the connection as of the subflow. */
const ackData = (story: Ladder, more = 0): void => {
  const segment = story.segments[story.segments.length - 1]!;
  segment.options |= OPT_MPTCP | OPT_DATA_ACK;
  segment.dataAck = (DATA_SEQ.server + segment.ack - ISN.server + more) | 0;
};

/** The last segment, of `side`, closes the whole connection. */
const dataFin = (story: Ladder, side: 'client' | 'server', moved = 0): Ladder => {
  const segment = story.segments[story.segments.length - 1]!;
  segment.options |= OPT_MPTCP | OPT_DATA_MAP | OPT_DATA_FIN;
  segment.mapSeq = 0;
  segment.dataSeq = (DATA_SEQ[side] + segment.seq - ISN[side] + segment.payloadLen + moved) | 0;
  return story;
};

describe('the end of a Multipath TCP connection', () => {
  test('begins with the DATA_FIN, whoever closes the subflow first', () => {
    const story = dataFin(inAnswer().ack('server'), 'server').ack('client');
    const verdict = verdictOf(
      dataFin(story.ack('client', { after: 0.1 }), 'client')
        .fin('client')
        .fin('server'),
    );
    expect(verdict).toMatchObject({
      group: 'server',
      certainty: 'likely',
      closedBy: 'server',
      kind: 'FIN',
      killerFrame: 7,
      position: 'in-response-body',
    });
    expect(verdict.evidence[0]!.text).toMatch(/DATA_FIN \(Multipath TCP\) of the server/);
  });

  test('is a RST that says so', () => {
    const story = inAnswer().abort('client');
    story.segments[story.segments.length - 1]!.options |= OPT_MPTCP | OPT_FAST_CLOSE;
    expect(verdictOf(story)).toMatchObject({ group: 'client-abort', certainty: 'likely' });
  });

  test('is not shown by a RST or FIN of one subflow', () => {
    for (const story of [inAnswer().abort('client'), inAnswer().fin('server').ack('client')]) {
      const verdict = verdictOf(story);
      expect(verdict).toMatchObject({ certainty: 'undetermined', confidence: 0.6 });
      expect(verdict.settle).toMatch(/DATA_FIN or MP_FASTCLOSE/);
    }
  });

  test('is no more than a guess when octets went over other subflows', () => {
    const unsure = { group: 'server', certainty: 'undetermined', confidence: 0.6 };
    expect(verdictOf(dataFin(inAnswer().ack('server'), 'server', 1_000).ack('client'))).toMatchObject(unsure);
    const acked = inAnswer().ack('client');
    ackData(acked, 1_000);
    expect(verdictOf(dataFin(acked.ack('server'), 'server').ack('client'))).toMatchObject(unsure);
    const sentAgain = inAnswer().send('server', 'x'.repeat(100));
    mapData(sentAgain, 'server', -100, 1);
    expect(verdictOf(dataFin(sentAgain.ack('server'), 'server').ack('client'))).toMatchObject(unsure);
    const joined = inAnswer();
    joined.segments[1]!.options |= OPT_JOIN;
    expect(verdictOf(dataFin(joined.ack('server'), 'server').ack('client'))).toMatchObject(unsure);
  });

  test('is sure when the acknowledgement of the whole lags, or covers the DATA_FIN', () => {
    const story = inAnswer().ack('client');
    ackData(story, -200);
    dataFin(story.ack('server'), 'server').ack('client');
    ackData(story, 1);
    expect(verdictOf(story)).toMatchObject({ group: 'server', certainty: 'likely' });
  });

  test('says nothing where Multipath TCP was only offered', () => {
    const story = inAnswer();
    story.segments[1]!.options = 0;
    expect(verdictOf(dataFin(story.ack('server'), 'server'))).toMatchObject({
      outcome: 'open',
      kind: 'none',
    });
  });
});
