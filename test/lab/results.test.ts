import { describe, expect, test } from 'vitest';
import { accuracyFigures, accuracyLines } from './accuracy-page.ts';
import { consoleText } from './console-table.ts';
import type { Grade } from './grade.ts';
import type { DamagedGrade } from './grade-damaged.ts';
import { resultsOf } from './results.ts';

const MISS = { what: 'position', got: 'in-request', wanted: 'in-response-body (frame 7)' };

function made(vantage: string, changes: Partial<Grade> = {}): Grade {
  return {
    name: `forger/forged|rst-v4/${vantage}`,
    family: 'forger',
    vantage,
    isHeldOut: false,
    isKnowable: true,
    truth: 'intermediary',
    answer: 'client-abort',
    named: 'client-abort',
    isNamedRight: false,
    probabilities: { 'client-abort': 0.9, intermediary: 0.1, server: 0 },
    confidence: 0.9,
    fields: { outcome: true, group: false, closedBy: false, kind: true, position: false, killerFrame: true },
    bodyBytes: null,
    clientError: null,
    serverError: null,
    baseline: 'client-abort',
    isBaselineRight: false,
    misses: [MISS],
    headline: 'The client hung up.',
    ...changes,
  };
}

const DAMAGED: readonly DamagedGrade[] = (['same', 'accused'] as const).map((change, i) => ({
  name: `forger/x-v4/server#${i}`,
  kind: 'drops-5',
  isHeldOut: false,
  change,
  headline: 'Something in between cut it.',
  was: 'The client hung up.',
}));

const RESULTS = resultsOf(
  [made('client'), made('server', { misses: [{ ...MISS, wanted: 'in-response-body (frame 9)' }] })],
  [],
  DAMAGED,
  '2000.1',
);

describe('results', () => {
  test('one miss at two vantages is one row, whatever its frame numbers', () => {
    expect(RESULTS.misses).toHaveLength(1);
    expect(RESULTS.misses[0]).toMatchObject({
      scenario: 'forger/forged|rst-v4',
      vantages: ['client', 'server'],
      what: 'position',
    });
  });

  test('damage is counted by kind, and flips are listed', () => {
    expect(RESULTS.damaged).toEqual([
      { kind: 'drops-5', copies: 2, counts: expect.objectContaining({ same: 1, accused: 1, wrong: 0 }) },
    ]);
    expect(RESULTS.flips.map(({ name }) => name)).toEqual(['forger/x-v4/server#1']);
  });
});

describe('what is written', () => {
  test('the page has the missed promise, the matrix, the miss and the flip', () => {
    const page = accuracyFigures(RESULTS);
    expect(page).toContain('| Group right, of decided verdicts | ≥ 98 % | 0.0 % (missed) |');
    expect(page).toContain('| intermediary | 2 | 0 | 0 | 0 | 0 |');
    expect(page).toContain('| forger/forged\\|rst-v4 | client, server | position | in-request |');
    expect(page).toContain('| drops-5 | forger/x-v4/server#1 | accused |');
  });

  test('the README gets four lines', () => {
    const lines = accuracyLines(RESULTS).split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[0]).toContain('On 2 captures of 1 scenarios');
  });

  test('the terminal gets the misses and the broken promises', () => {
    const text = consoleText(RESULTS);
    expect(text).toContain('MISSED: Group right, of decided verdicts 0.0 %, promised ≥ 98 %');
    expect(text).toContain(
      'forger/forged|rst-v4 @client,server: position is in-request, not in-response-body',
    );
    expect(text).toContain('accused under drops-5: forger/x-v4/server#1');
  });
});
