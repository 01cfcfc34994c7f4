import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CloseFacts, ConnectionFacts, Side } from '../../src/model/facts.ts';
import type { Verdict } from '../../src/model/verdict.ts';
import { judge } from '../../src/verdict/judge.ts';
import { context } from '../support/capture-context.ts';
import { connection, type Story } from '../support/facts.ts';
import { anyContext, anyFacts } from '../support/random-facts.ts';

const side = fc.constantFrom<Side>('client', 'server');
const form = fc.constantFrom('active' as const, 'reply' as const, 'unclear' as const);

/** A story of a few random turns: never nonsense, so that both sides of each rule are met. */
const story: fc.Arbitrary<ConnectionFacts> = fc
  .tuple(
    fc.boolean(),
    fc.boolean(),
    fc.nat(20_000),
    fc.array(
      fc.tuple(
        side,
        fc.boolean(),
        form,
        fc.integer({ min: 1, max: 255 }),
        fc.double({ min: 0, max: 100, noNaN: true }),
      ),
      { maxLength: 5 },
    ),
  )
  .map(([isOpened, isAsked, sent, closes]) => {
    let told: Story = connection();
    told = isOpened ? told.handshake() : told.syn();
    if (isAsked)
      told = told.request('GET /a').response(200, { length: 10_000, sent: Math.min(sent, 10_000) });
    for (const [from, isFin, shape, ttl, wait] of closes) {
      told = told.idle(wait);
      told = isFin ? told.fin(from) : told.rst(from, { form: shape, ttl });
    }
    return told.build();
  });

/** The part of a verdict that must not depend on numbers that name things. */
function essence({ evidence, closes, ...verdict }: Verdict): object {
  const { outcome, group, certainty, confidence, probabilities, closedBy, kind, position, isHarmless } =
    verdict;
  return {
    ...{ outcome, group, certainty, confidence, probabilities, closedBy, kind, position, isHarmless },
    evidence: evidence.map(({ rule, weight, towards }) => [rule, weight, towards]),
    closes: closes.map(({ from, kind: what, role }) => [from, what, role]),
  };
}

const FRAME_FIELDS = /frame$/i;
const TIME_FIELDS =
  /^(time|start|end|syn|synAck|ack|last|lastData|lostFin|trigger|request(Start|End)|response(Start|End)|senderContinued)Ns$/;

/** The same facts with every frame number and every time shifted. */
function shifted<T>(value: T, frames: number, ns: number): T {
  if (Array.isArray(value)) return value.map((each) => shifted(each, frames, ns)) as T;
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => {
      if (typeof each === 'number' && FRAME_FIELDS.test(name)) return [name, each + frames];
      if (typeof each === 'number' && TIME_FIELDS.test(name)) return [name, each + ns];
      return [name, shifted(each, frames, ns)];
    }),
  ) as T;
}

function isSound(verdict: Verdict): void {
  const { group, certainty, confidence, probabilities, settle } = verdict;
  expect(confidence === null).toBe(group === null);
  expect(certainty === null).toBe(group === null);
  expect(probabilities === null).toBe(group === null);
  expect(settle !== null).toBe(certainty === 'undetermined');
  expect(verdict.headline).toMatch(/^[A-Z].*\.$/s);
  expect(verdict.matters).toMatch(/\.$/);
  if (group === null || probabilities === null) return;
  const sum = probabilities['client-abort'] + probabilities.intermediary + probabilities.server;
  expect(sum).toBeCloseTo(1, 9);
  expect(probabilities[group]).toBe(confidence);
  expect(confidence!).toBeLessThanOrEqual(0.99);
  for (const each of Object.values(probabilities)) expect(each).toBeGreaterThanOrEqual(0);
}

describe('the verdict on any facts', () => {
  test('is sound, and the same each time', () => {
    fc.assert(
      fc.property(story, (facts) => {
        const verdict = judge(facts, context());
        isSound(verdict);
        expect(judge(facts, context())).toEqual(verdict);
      }),
    );
  });

  test('is sound for facts that no connection has', () => {
    fc.assert(
      fc.property(anyFacts, anyContext, (facts, seen) => isSound(judge(facts, seen))),
      { numRuns: 300 },
    );
  });

  test('does not depend on frame numbers, the clock, addresses or ports', () => {
    fc.assert(
      fc.property(
        story,
        fc.nat(1e6),
        fc.nat(1e15),
        fc.integer({ min: 1, max: 65_535 }),
        (facts, frames, ns, port) => {
          const moved = shifted(facts, frames, ns);
          const renamed: ConnectionFacts = {
            ...moved,
            client: { ...moved.client, ip: '192.0.2.9', port },
            server: { ...moved.server, ip: '192.0.2.200', port: port ^ 1 },
          };
          expect(essence(judge(renamed, context()))).toEqual(essence(judge(facts, context())));
        },
      ),
    );
  });

  test('works from facts that went through JSON', () => {
    fc.assert(
      fc.property(story, (facts) => {
        const copy = JSON.parse(JSON.stringify(facts)) as ConnectionFacts;
        expect(judge(copy, context())).toEqual(judge(facts, context()));
      }),
    );
  });

  test('never lays an ordinary end at an intermediary', () => {
    const ttl = fc.integer({ min: 1, max: 255 });
    fc.assert(
      fc.property(side, ttl, fc.nat(65_535), fc.boolean(), (from, oddTtl, ipId, isDontFragment) => {
        const odd: Pick<CloseFacts, 'ttl' | 'ipId' | 'isDontFragment'> = {
          ttl: oddTtl,
          ipId,
          isDontFragment,
        };
        const facts = connection()
          .handshake()
          .request('GET /')
          .response()
          .fin(from)
          .rst(from, { form: 'reply', ...odd })
          .build();
        expect(judge(facts, context()).group).toBeNull();
      }),
    );
  });
});
