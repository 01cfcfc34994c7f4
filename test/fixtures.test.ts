import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { JudgedConnection } from '../src/model/verdict.ts';
import { analyzeFile } from './support/analyze-file.ts';

/** The folders are the list of tests: a new scenario needs no new code. */
const FIXTURES = fileURLToPath(new URL('../fixtures/', import.meta.url));

const FIELDS = ['outcome', 'group', 'closedBy', 'kind', 'position'] as const;
type Field = (typeof FIELDS)[number];

interface ExpectedConnection extends Readonly<Record<Field, string | null>> {
  readonly id: number;
  readonly killer: number | null;
  readonly certaintyAtMost?: string;
  /** Other answers that are fair, by field. */
  readonly accept?: Readonly<Partial<Record<Field, readonly (string | null)[]>>> & {
    readonly killer?: readonly (number | null)[];
  };
}

interface Expected {
  readonly scenario: string;
  readonly connections: readonly ExpectedConnection[];
}

// Those with two captures have a test of their own (test/pair/fixtures.test.ts).
const names = readdirSync(FIXTURES).filter(
  (name) => existsSync(`${FIXTURES}${name}/expected.json`) && !name.startsWith('pair-'),
);

function capture(name: string): string {
  const file = readdirSync(`${FIXTURES}${name}`).find((each) => each.startsWith('capture.'));
  if (file === undefined) throw new Error(`${name} has no capture`);
  return `${FIXTURES}${name}/${file}`;
}

/** How much is claimed. */
function rankOf(certainty: string | null): number {
  return [null, 'undetermined', 'likely', 'proven'].indexOf(certainty);
}

/** What the verdict says, with fair other answers replaced by the expected one. */
function answerOf({ facts, verdict }: JudgedConnection, expected: ExpectedConnection | undefined): unknown {
  const { killerFrame } = verdict;
  const isFairKiller = expected?.accept?.killer?.includes(killerFrame);
  const answer: Record<string, unknown> = {
    id: facts.id,
    killer: isFairKiller ? expected?.killer : killerFrame,
  };
  for (const field of FIELDS) {
    const got = verdict[field];
    answer[field] = expected?.accept?.[field]?.includes(got) ? expected[field] : got;
  }
  return answer;
}

describe('fixtures', () => {
  test('cover at least 25 scenarios', () => {
    expect(names.length).toBeGreaterThanOrEqual(25);
  });

  test.each(names)('%s', async (name) => {
    const expected = JSON.parse(readFileSync(`${FIXTURES}${name}/expected.json`, 'utf8')) as Expected;
    const { connections } = await analyzeFile(capture(name));
    expect(connections.map((judged, place) => answerOf(judged, expected.connections[place]))).toEqual(
      expected.connections.map(({ id, killer, outcome, group, closedBy, kind, position }) => ({
        id,
        killer,
        outcome,
        group,
        closedBy,
        kind,
        position,
      })),
    );
    for (const { id, certaintyAtMost } of expected.connections) {
      if (certaintyAtMost === undefined) continue;
      expect(rankOf(connections[id]!.verdict.certainty)).toBeLessThanOrEqual(rankOf(certaintyAtMost));
    }
  });
});
