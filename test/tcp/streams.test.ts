import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ACK, OPT_MPTCP, PSH, type Segment } from '../../src/model/segment.ts';
import { ladder } from '../support/ladder.ts';
import { runTcp } from '../support/tcp-run.ts';

/** The segments with payload moved to another order; frame numbers and times stay with the places. */
function reordered(segments: readonly Segment[], order: readonly number[]): Segment[] {
  const slots = segments.map(({ frameNumber, timeNs }) => ({ frameNumber, timeNs }));
  return order.map((from, to) => Object.assign(segments[from]!, slots[to]!));
}

describe('a window that the snaplen cut off', () => {
  test('is unknown, not zero: no probe, no shut window, and nothing for a rule to hold on to', () => {
    const unknown = { window: -1 };
    const story = ladder().syn(unknown).synAck(unknown).ack('client', unknown);
    story.send('client', 'GET', unknown).send('server', 'one', unknown).ack('client', unknown);
    story.send('server', 'two', unknown).abort('client', unknown);
    const [facts] = runTcp(story.segments).connections;
    for (const half of [facts!.client, facts!.server]) {
      expect([half.zeroWindowCount, half.isWindowShut, half.stack.synWindow]).toEqual([0, false, null]);
    }
    expect(facts!.closes[0]!.window).toBeNull();
    expect(facts!.closes[0]!.before.window).toBeNull();
  });

  test('leaves a window shut that was seen to shut', () => {
    const story = ladder().handshake().send('server', 'one').ack('client', { window: 0 });
    const [facts] = runTcp(story.ack('client', { window: -1 }).segments).connections;
    expect([facts!.client.zeroWindowCount, facts!.client.isWindowShut]).toEqual([1, true]);
  });
});

describe('Multipath TCP', () => {
  test('is spoken when the SYN+ACK takes it up, not when it was only offered', () => {
    const isMultipath = (answerOptions: number): boolean | undefined => {
      const { segments } = ladder().syn().synAck().ack('client');
      segments[0]!.options |= OPT_MPTCP;
      segments[1]!.options |= answerOptions;
      return runTcp(segments).connections[0]?.handshake.isMultipath;
    };
    expect([isMultipath(OPT_MPTCP), isMultipath(0)]).toEqual([true, false]);
  });
});

describe('ordered payload', () => {
  test('of a plain exchange arrives as it was sent', () => {
    const story = ladder().handshake().send('client', 'GET').send('server', 'OK').ack('client');
    expect(runTcp(story.segments).streams).toEqual(['GET|OK']);
  });

  test('is the same when two segments are swapped', () => {
    const story = ladder().handshake().send('server', 'one').send('server', 'two').send('server', 'three');
    const swapped = reordered(story.segments, [0, 1, 2, 4, 3, 5]);
    const { connections, streams } = runTcp(swapped);
    expect(streams).toEqual(['|onetwothree']);
    expect(connections[0]!.server.outOfOrderSegments).toBe(1);
    expect(connections[0]!.server.bytes).toBe(11);
  });

  test('does not repeat a retransmission, and counts it', () => {
    const story = ladder().handshake().send('server', 'one').again({ after: 0.3 }).send('server', 'two');
    const { connections, streams } = runTcp(story.segments);
    expect(streams).toEqual(['|onetwo']);
    expect(connections[0]!.server.retransmittedSegments).toBe(1);
    expect(connections[0]!.server.dataSegments).toBe(2);
  });

  test('takes only the new part of an overlapping segment', () => {
    const story = ladder().handshake();
    const start = story.next('server');
    story.send('server', 'abcd').raw('server', ACK | PSH, 'cdEF', { seq: start + 2, after: 0.2 });
    expect(runTcp(story.segments).streams).toEqual(['|abcdEF']);
  });

  test('shows octets that the client acknowledged and the capture lacks as a gap', () => {
    const story = ladder().handshake().send('server', 'one').send('server', 'lost').send('server', 'three');
    story.ack('client').wait(0.1).send('server', 'four').ack('client');
    const { connections, streams } = runTcp(story.segments.filter((_, place) => place !== 4));
    expect(streams).toEqual(['|one[4]threefour']);
    expect(connections[0]!.server.bytesNotCaptured).toBe(4);
    expect(connections[0]!.server.bytesMissing).toBe(0);
  });

  test('gives a hole up at the end and says that nobody is known to have received it', () => {
    const story = ladder().handshake().send('server', 'one').send('server', 'lost').send('server', 'three');
    const { connections, streams } = runTcp(story.segments.filter((_, place) => place !== 4));
    expect(streams).toEqual(['|one[4]three']);
    expect(connections[0]!.server.bytesMissing).toBe(4);
  });

  test('begins with the first segment seen when the SYN was not captured', () => {
    const story = ladder().handshake().send('client', 'GET').send('server', 'OK');
    const { connections, streams } = runTcp(story.segments.slice(3));
    expect(streams).toEqual(['GET|OK']);
    expect(connections[0]!.handshake.state).toBe('none');
  });

  test('ignores keep-alive probes, also those with an octet', () => {
    const story = ladder().handshake().send('client', 'GET').send('server', 'OK').ack('client');
    story.raw('server', ACK, '', { seq: story.next('server') - 1, after: 60 }).ack('client');
    story.raw('server', ACK, 'K', { seq: story.next('server') - 1, after: 60 });
    const { connections, streams } = runTcp(story.segments);
    expect(streams).toEqual(['GET|OK']);
    expect(connections[0]!.server.keepAliveProbes).toBe(2);
    expect(connections[0]!.server.unansweredProbes).toBe(1);
    expect(connections[0]!.server.retransmittedSegments).toBe(0);
  });

  test('crosses the wrap of the sequence number', () => {
    const story = ladder({ server: 0xffff_fffd }).handshake().send('server', 'abcdef').send('server', 'gh');
    const { connections, streams } = runTcp(story.ack('client').fin('server').segments);
    expect(streams).toEqual(['|abcdefgh$']);
    expect(connections[0]!.closes[0]!.seqMinusNext).toBe(0);
  });

  test('is the same for any order, repetition and cut of the segments (property)', () => {
    const text = 'The quick brown fox jumps over the lazy dog, and away.';
    const pieces = fc.array(
      fc.record({ from: fc.nat(text.length - 1), len: fc.integer({ min: 1, max: 20 }) }),
      { minLength: 1, maxLength: 30 },
    );
    fc.assert(
      fc.property(fc.integer(), pieces, (isn, cuts) => {
        const story = ladder({ server: isn }).handshake();
        const start = story.next('server');
        const seen = new Array<boolean>(text.length).fill(false);
        for (const { from, len } of cuts) {
          const payload = text.slice(from, from + len);
          for (let k = 0; k < payload.length; k++) seen[from + k] = true;
          story.raw('server', ACK, payload, { seq: start + from });
        }
        const last = seen.lastIndexOf(true);
        const expected = [...text]
          .map((character, k) => (k > last ? '' : seen[k] ? character : '?'))
          .join('');
        const { streams, connections } = runTcp(story.segments);
        const got = streams[0]!.slice(1).replaceAll(/\[(\d+)\]/g, (_, count) => '?'.repeat(Number(count)));
        expect(got).toBe(expected);
        expect(connections[0]!.server.bytes).toBe(seen.filter(Boolean).length);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a segment that cannot belong', () => {
  test('far ahead of its stream is left out, and said', () => {
    const story = ladder().handshake().send('server', 'one');
    story.raw('server', ACK | PSH, 'junk', { seq: story.next('server') + 900_000_000 });
    const { connections, streams } = runTcp(story.send('server', 'two').ack('client').segments);
    expect(streams).toEqual(['|onetwo']);
    expect(connections[0]!.oddities).toEqual(['segment-far-ahead']);
    expect(connections[0]!.server.bytesMissing).toBe(0);
  });

  test('unless the other side acknowledges it: then the capture lost that much', () => {
    const story = ladder().handshake().send('server', 'one').ack('client');
    const far = story.next('server') + 900_000_000;
    story.ack('client', { ack: far }).raw('server', ACK | PSH, 'on', { seq: far, after: 1 });
    story.raw('server', ACK | PSH, 'ward', { seq: far + 2, after: 1 });
    expect(runTcp(story.segments).streams).toEqual(['|one[900000000]onward']);
  });
});
