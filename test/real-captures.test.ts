import { describe, expect, test } from 'vitest';
import { analyzeFile } from './support/analyze-file.ts';
import {
  capturePath,
  type Miss,
  readTruth,
  scoreCapture,
  TRUTH_FIELDS,
  type TruthField,
  truthCaptures,
} from './support/truth.ts';

/** Shares of truth rows that must be right; what is missed is printed. */
const REQUIRED: Readonly<Record<TruthField, number>> = {
  closedBy: 0.99,
  kind: 0.99,
  killerFrame: 0.99,
  group: 0.97,
  outcome: 0.97,
  position: 0.97,
};

const names = truthCaptures();
if (names.length === 0)
  console.warn('real captures: skipped, the captures with known answers are not beside this checkout');

describe.skipIf(names.length === 0)('real captures with known answers', () => {
  test.each(names)('%s has the connections that Wireshark counts', async (name) => {
    const truth = readTruth(name);
    if (truth.expect?.['unsupportedLinkTypeIsFine'] || truth.expect?.['readable'] === false) return;
    const { summary } = await analyzeFile(capturePath(name));
    expect(summary.capture.frames).toBe(truth.frames);
    if (truth.expect?.['fuzzed']) return;
    expect(summary.connections).toBe(truth.totals?.connections ?? truth.connections.length);
  });

  test('are judged right', async () => {
    let rows = 0;
    const right: Record<TruthField, number> = {
      closedBy: 0,
      kind: 0,
      killerFrame: 0,
      group: 0,
      outcome: 0,
      position: 0,
    };
    const misses: Miss[] = [];
    const accusations: string[] = [];
    for (const name of names) {
      if (readTruth(name).expect?.['fuzzed']) continue;
      const score = await scoreCapture(name);
      rows += score.rows;
      for (const field of TRUTH_FIELDS) right[field] += score.right[field];
      misses.push(...score.misses);
      accusations.push(...score.falseAccusations);
    }
    for (const { capture, index, field, got, accepted } of misses) {
      console.warn(`missed: ${capture} #${index} ${field}: ${got}, accepted ${accepted.join(' | ')}`);
    }
    expect(rows).toBeGreaterThan(200);
    expect(accusations).toEqual([]);
    for (const field of TRUTH_FIELDS) {
      expect(right[field] / rows, `${field}: ${right[field]} of ${rows} right`).toBeGreaterThanOrEqual(
        REQUIRED[field],
      );
    }
  });
});
