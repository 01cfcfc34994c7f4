import { describe, expect, test } from 'vitest';
import { overview } from '../support/judged.ts';
import { type Ends, simulatedTraffic } from './simulated.ts';
import { patternsWith, SECOND } from './traffic.ts';

const CAPTURES = 150;
const LENGTH_NS = 1800 * SECOND;

/** Kinds told in so many simulated captures, by kind. */
function told(ends: Ends, captures = CAPTURES): Map<string, number> {
  const counts = new Map<string, number>();
  for (let seed = 1; seed <= captures; seed++) {
    const { responses, endings } = simulatedTraffic(seed, ends, LENGTH_NS);
    const patterns = patternsWith(responses);
    for (const ending of endings) patterns.add(ending, true);
    const found = patterns.result(overview({ firstNs: 0, lastNs: LENGTH_NS }));
    for (const kind of new Set(found.patterns.map((pattern) => pattern.kind)))
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return counts;
}

describe('simulated captures', () => {
  test('ends at random show a pattern in one of fifty at most', () => {
    const counts = told('random');
    const alarms = [...counts].reduce((sum, [, count]) => sum + count, 0);
    expect(alarms / CAPTURES, JSON.stringify([...counts])).toBeLessThanOrEqual(0.02);
  });

  test('users who leave at a constant rate are called so in nine of ten, and nothing else', () => {
    const counts = told('departures');
    expect(counts.get('departures')).toBeGreaterThanOrEqual(0.9 * CAPTURES);
    counts.delete('departures');
    const alarms = [...counts].reduce((sum, [, count]) => sum + count, 0);
    expect(alarms / CAPTURES, JSON.stringify([...counts])).toBeLessThanOrEqual(0.02);
  });

  test('clients with a time limit are not users who leave', () => {
    const counts = told('client-timeout', 60);
    expect(counts.get('response-timeout')).toBeGreaterThanOrEqual(57);
    expect(counts.get('departures') ?? 0).toBeLessThanOrEqual(1);
  });
});
