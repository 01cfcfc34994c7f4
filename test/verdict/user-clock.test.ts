import { describe, expect, test } from 'vitest';
import { judge } from '../../src/verdict/judge.ts';
import { type ContextShape, context } from '../support/capture-context.ts';
import { connection, type Story } from '../support/facts.ts';

/** What a clock that is read in user space may be off by. */
const POOR: ContextShape = { clockErrorNs: 20e6 };

function rulesOf(story: Story, seen: ContextShape): readonly string[] {
  return judge(story.build(), context(seen)).evidence.map(({ rule }) => rule);
}

const half = (): Story =>
  connection().handshake().request('GET /report').response(200, { length: 10_240, sent: 5120 });

describe('a clock that may be 20 ms off', () => {
  test('does not show that a side went on 10 ms after its reset', () => {
    const story = half().rst('client', { timeNs: 1e9, senderContinuedFrame: 70, senderContinuedNs: 1.01e9 });
    expect(rulesOf(story, {})).toContain('sender-went-on');
    expect(rulesOf(story, POOR)).not.toContain('sender-went-on');
  });

  test('shows it when the side went on much later', () => {
    const story = half().rst('client', { timeNs: 1e9, senderContinuedFrame: 70, senderContinuedNs: 1.3e9 });
    expect(rulesOf(story, POOR)).toContain('sender-went-on');
  });

  test('does not show that an answer was too fast, unless the path is far longer than the error', () => {
    const answer = (pathNs: number): Story =>
      half().half('client', { minResponseNs: pathNs }).rst('client', {
        form: 'reply',
        timeNs: 102e6,
        triggerNs: 100e6,
        triggerFrame: 5,
        peerBytesUnacked: 100,
      });
    expect(rulesOf(answer(40e6), {})).toContain('reset-faster-than-path');
    expect(rulesOf(answer(40e6), POOR)).not.toContain('reset-faster-than-path');
    expect(rulesOf(answer(200e6), POOR)).toContain('reset-faster-than-path');
  });

  test('does not show that two resets were sent at once on a short path', () => {
    const story = half().rst('client', { timeNs: 1e9 }).rst('server', { timeNs: 1.0001e9 });
    const short = (): Story =>
      half()
        .half('client', { minResponseNs: 8e6 })
        .half('server', { minResponseNs: 8e6 })
        .rst('client', { timeNs: 1e9 })
        .rst('server', { timeNs: 1.0001e9 });
    expect(rulesOf(story, {})).toContain('close-was-mutual');
    expect(rulesOf(short(), {})).toContain('close-was-mutual');
    expect(rulesOf(short(), POOR)).not.toContain('close-was-mutual');
    expect(rulesOf(short(), {})).toContain('resets-to-both-ends');
    expect(rulesOf(short(), POOR)).not.toContain('resets-to-both-ends');
  });
});
