import { describe, expect, test } from 'vitest';
import { judge } from '../../src/verdict/judge.ts';
import { context } from '../support/capture-context.ts';
import type { Story } from '../support/facts.ts';
import { answered } from '../support/verdict-rows.ts';

/** Head of 150 octets, body of 1,000: all crossed the capture point, `unacked` of them came to nothing. */
function silentWith(unacked: number): Story {
  return answered().half('server', { bytesUnacked: unacked, finalRetransmissions: 6 });
}

describe('where a connection fell silent', () => {
  test.each([
    [1000, 'in-response-body'],
    [1, 'in-response-body'],
    [1001, 'in-response-headers'],
    [1150, 'in-response-headers'],
  ])('with %d octets of the response unacknowledged', (unacked, position) => {
    const verdict = judge(silentWith(unacked).build(), context());
    expect(verdict).toMatchObject({ outcome: 'timed-out', position });
  });

  test('a capture that merely ends there shows what was seen', () => {
    const story = answered().half('server', { bytesUnacked: 1000 });
    expect(judge(story.build(), context())).toMatchObject({ outcome: 'open', position: 'after-response' });
  });
});
