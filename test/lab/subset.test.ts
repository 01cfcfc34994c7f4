import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Figures, figuresOf } from './figures.ts';
import { type Grade, isDecided } from './grade.ts';
import { gradeCaptures } from './grade-captures.ts';
import { type DamagedGrade, gradeDamaged } from './grade-damaged.ts';
import { ratio } from './share.ts';
import { readStaged } from './staged-truth.ts';

const SUBSET = fileURLToPath(new URL('../../fixtures/lab-subset', import.meta.url));
const captures = readStaged(SUBSET);

describe('stored captures of the lab', () => {
  let grades: readonly Grade[] = [];
  let figures: Figures;
  let damaged: readonly DamagedGrade[] = [];

  beforeAll(async () => {
    ({ grades } = await gradeCaptures(captures));
    figures = figuresOf(grades);
    damaged = await gradeDamaged(captures);
  });

  test('are at least 40, of all three groups and none, and below 1 MB', () => {
    expect(captures.length).toBeGreaterThanOrEqual(40);
    expect(new Set(grades.map(({ truth }) => truth))).toEqual(
      new Set(['client-abort', 'intermediary', 'server', 'none']),
    );
    expect(octetsIn(SUBSET)).toBeLessThan(1_000_000);
  });

  test('no intermediary is accused that did nothing', () => {
    expect(figures.falseAccusations).toEqual([]);
  });

  test('decided verdicts name the right group', () => {
    const wrong = grades.filter((each) => each.isKnowable && isDecided(each) && !each.isNamedRight);
    expect(ratio(figures.decided), wrong.map(({ name }) => name).join('\n')).toBeGreaterThanOrEqual(0.98);
  });

  test('most verdicts are decided', () => {
    expect(ratio(figures.undetermined)).toBeLessThanOrEqual(0.2);
  });

  test('no damage to a capture makes it accuse an intermediary that did nothing', () => {
    expect(damaged.length).toBeGreaterThanOrEqual(100);
    expect(damaged.filter(({ change }) => change === 'accused')).toEqual([]);
  });
});

function octetsIn(folder: string): number {
  return readdirSync(folder, { withFileTypes: true })
    .map((entry) => join(folder, entry.name))
    .reduce((sum, path) => sum + (statSync(path).isDirectory() ? octetsIn(path) : statSync(path).size), 0);
}
