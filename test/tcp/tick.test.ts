import { describe, expect, test } from 'vitest';
import { ApplicationStage } from '../../src/app/application-stage.ts';
import { escapeText } from '../../src/bytes/escape-text.ts';
import type { ConnectionFacts } from '../../src/model/facts.ts';
import { IDLE_HALF_OPEN_NS } from '../../src/tcp/limits.ts';
import { TcpStage } from '../../src/tcp/tcp-stage.ts';
import { type Ladder, ladder } from '../support/ladder.ts';

const SECOND_NS = 1e9;

/** Feeds the story, then lets the clock go on alone, a second at a time. Returns when, if ever, it was reported. */
function reportedAfter(story: Ladder, seconds: number, lingerAfterRstNs: number): number | null {
  const reported: ConnectionFacts[] = [];
  const words = {
    escapeText,
    formatAddress: String,
    retainAddress: () => {},
    releaseAddress: () => {},
    foldAddress: () => 0,
  };
  const timing = { clockErrorNs: 0, lingerAfterRstNs };
  const sink = { connection: (facts: ConnectionFacts) => void reported.push(facts) };
  const stage = new TcpStage(new ApplicationStage(null), sink, null, words, null, timing);
  for (const segment of story.segments) stage.push(segment);
  expect(stage.openConnections).toBe(1);
  const endNs = story.segments.at(-1)!.timeNs;
  for (let second = 1; second <= seconds; second++) {
    stage.tick(endNs + second * SECOND_NS);
    if (reported.length > 0) {
      expect(stage.openConnections).toBe(0);
      return second;
    }
  }
  return null;
}

const exchange = (): Ladder => ladder().handshake().send('client', 'GET / HTTP/1.1\r\n\r\n');

describe('without packets time goes on', () => {
  test('a reset connection is reported when it has lingered', () => {
    expect(reportedAfter(exchange().abort('client'), 60, 5 * SECOND_NS)).toBe(6);
    expect(reportedAfter(exchange().abort('client'), 60, 30 * SECOND_NS)).toBe(31);
  });

  test('a closed one after two seconds', () => {
    expect(reportedAfter(exchange().fin('client').fin('server').ack('client'), 60, 5 * SECOND_NS)).toBe(3);
  });

  test('a half-open one when a SYN would have been given up', () => {
    expect(reportedAfter(ladder().syn(), 300, SECOND_NS)).toBe(IDLE_HALF_OPEN_NS / SECOND_NS + 1);
  });

  test('an open one stays', () => {
    expect(reportedAfter(exchange(), 300, SECOND_NS)).toBeNull();
  });
});
