import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { runCapture } from '../../src/cli/run-analysis.ts';
import { gradePatterns, readStagedPatterns } from './pattern-truth.ts';

const staged = readStagedPatterns(fileURLToPath(new URL('../../fixtures/patterns', import.meta.url)));

describe('stored captures with and without patterns', () => {
  test('are as many with as without, and small', () => {
    const controls = staged.filter(({ truth }) => truth.variant === 'control').length;
    expect(controls).toBeGreaterThanOrEqual(4);
    expect(staged.length).toBe(2 * controls);
    const octets = staged.reduce((sum, { capture }) => sum + statSync(capture).size, 0);
    expect(octets).toBeLessThan(300_000);
  });

  test.each(
    staged.map(({ capture, truth }) => [`${truth.family} ${truth.variant}`, capture, truth] as const),
  )('%s', async (_, capture, truth) => {
    const { summary } = await runCapture({
      paths: [capture],
      maxFrames: null,
      signal: new AbortController().signal,
      onProgress: () => {},
      sink: { connection: () => {}, uneventful: () => {} },
    });
    const { isFound, wrong } = gradePatterns(summary.patterns, truth);
    expect(wrong).toEqual([]);
    expect(isFound).toBe(truth.variant === 'pattern');
  });
});
