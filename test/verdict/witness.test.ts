import { describe, expect, test } from 'vitest';
import type { Witness } from '../../src/model/pair.ts';
import { judge } from '../../src/verdict/judge.ts';
import { type ContextShape, context } from '../support/capture-context.ts';
import { connection, type Story } from '../support/facts.ts';

const half = (): Story =>
  connection().handshake().request('GET /report').response(200, { length: 10_240, sent: 5120, acked: 4096 });
const answered = (): Story => connection().handshake().request('GET /report').response();

const INSERTED: Witness = { kind: 'inserted', isProof: true, text: 'It never passed A.', frames: [9] };
const SENT: Witness = { kind: 'sent', isProof: true, text: 'Its host sent it.', frames: [9] };

const verdictOn = (story: Story, witness: Witness | null, seen?: ContextShape) =>
  judge(story.build(), context(seen), witness);

describe('what a second capture says', () => {
  test('proves a reset that is perfect in every field', () => {
    const story = half().rst('client');
    expect(verdictOn(story, null).group).toBe('client-abort');
    const verdict = verdictOn(story, INSERTED);
    expect(verdict).toMatchObject({ group: 'intermediary', certainty: 'proven', confidence: 0.99 });
    expect(verdict).toMatchObject({
      closedBy: 'intermediary',
      outcome: 'aborted',
      isHarmless: false,
      settle: null,
    });
    expect(verdict.headline).toBe(
      "Something between client and server cut the connection in the client's name after 4,096 of 10,240 body bytes of GET /report.",
    );
    expect(verdict.evidence[0]).toMatchObject({ rule: 'never-sent-by-its-sender', weight: 60, frames: [9] });
  });

  test('names somebody for what otherwise passes for a harmless end', () => {
    const story = answered().idle(9).rst('server');
    expect(verdictOn(story, null).group).toBeNull();
    expect(verdictOn(story, INSERTED)).toMatchObject({
      group: 'intermediary',
      outcome: 'aborted',
      certainty: 'proven',
    });
    expect(verdictOn(answered().fin('server'), INSERTED)).toMatchObject({
      outcome: 'truncated',
      certainty: 'proven',
    });
  });

  test('without proof it is one piece of evidence among others, and never more than likely', () => {
    const verdict = verdictOn(half().rst('client'), { ...INSERTED, isProof: false });
    expect(verdict.evidence[0]).toMatchObject({ rule: 'never-sent-by-its-sender', weight: 15 });
    expect(verdict.certainty).not.toBe('proven');
    const strange = verdictOn(half().rst('client', { form: 'reply', ttl: 58 }), {
      ...INSERTED,
      isProof: false,
    });
    expect(strange.group).toBe('intermediary');
    expect(strange.confidence).toBeLessThanOrEqual(0.9);
  });

  test('clears the intermediary whatever the reset looks like', () => {
    const story = half().rst('client', { form: 'reply', ttl: 58, senderContinuedFrame: 60 });
    expect(verdictOn(story, null).group).toBe('intermediary');
    const verdict = verdictOn(story, SENT);
    expect(verdict.group).toBe('client-abort');
    expect(verdict.probabilities!.intermediary).toBe(0);
    expect(verdict.evidence[0]).toMatchObject({ rule: 'sent-by-its-sender', weight: -60 });
  });

  test('at neither end it changes nothing', () => {
    const story = half().rst('client');
    const beyond: Witness = { ...SENT, kind: 'beyond' };
    expect(verdictOn(story, beyond)).toEqual(verdictOn(story, null));
  });
});
