import { expect, test } from 'vitest';
import type { Segment } from '../../src/model/segment.ts';
import { ladder } from '../support/ladder.ts';
import { runTcp } from '../support/tcp-run.ts';

/** The segments in another order, their times kept, as cards with several queues hand them over; `order` counts from 1. */
function inFileOrder(segments: readonly Segment[], ...order: readonly number[]): Segment[] {
  return order.map((place, index) => {
    const segment = segments[place - 1]!;
    segment.frameNumber = index + 1;
    return segment;
  });
}

test('a refusal captured before its SYN is the answer to that SYN', () => {
  const { segments } = ladder().syn().refuse();
  const [facts] = runTcp(inFileOrder(segments, 2, 1)).connections;
  expect(facts!.closes[0]).toMatchObject({ frame: 1, form: 'refusal', ackMinusPeerNext: 0 });
});

test('a SYN that was sent after an RST is not what the RST answers', () => {
  const { segments } = ladder().refuse().syn();
  const [facts] = runTcp(segments).connections;
  expect(facts!.closes[0]!.form).not.toBe('refusal');
});

test('octets of a server whose SYN+ACK comes last in the file are read from their first one', () => {
  const { segments } = ladder().handshake().send('client', 'GET').send('server', 'one').send('server', 'two');
  const { connections, streams } = runTcp(inFileOrder(segments, 1, 3, 4, 6, 5, 2));
  expect(connections).toHaveLength(1);
  expect(streams[0]).toBe('GET|onetwo');
});

test('a close waits for the octets that it acknowledges, even of a side of which nothing has come', () => {
  const { segments } = ladder().syn().synAck().send('client', 'GET').send('server', 'all').fin('client');
  const [facts] = runTcp(inFileOrder(segments, 1, 3, 5, 4, 2)).connections;
  expect(facts!.closes[0]!.app.firstOctets).toBe('GET$|all');
});

test('that octets came before the first one known is told as a gap of length 0', () => {
  const { segments } = ladder().send('server', 'one').send('server', 'two').send('server', 'three');
  const { streams } = runTcp(inFileOrder(segments, 2, 1, 3));
  expect(streams[0]).toBe('two[0]three|');
});

test('numbers that no window reaches do not show a side that goes on behind its close', () => {
  const story = ladder().handshake().send('client', 'GET').ack('server').abort('client');
  const seq = story.next('client') + 0x4000_0000;
  story.raw('client', 0x10, 'next', { seq });
  const [facts] = runTcp(story.segments).connections;
  expect(facts!.closes[0]!.senderContinuedFrame).toBeNull();
});

test('numbers within the window do', () => {
  const story = ladder().handshake().send('client', 'GET').ack('server').abort('client');
  story.raw('client', 0x10, 'more', { seq: story.next('client') - 1, after: 0.6 });
  const [facts] = runTcp(story.segments).connections;
  expect(facts!.closes[0]!.senderContinuedFrame).toBe(story.frame);
});
