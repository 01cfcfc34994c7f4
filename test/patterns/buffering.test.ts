import { describe, expect, test } from 'vitest';
import type { ResponseFigures } from '../../src/model/analysis.ts';
import { half, overview } from '../support/judged.ts';
import { simulatedTraffic } from './simulated.ts';
import { patternsWith, SECOND } from './traffic.ts';

const ROUND_TRIP_NS = 40e6;

/** A slow site whose users leave; `pausedShare` of the time on the wire the server had nothing to send. */
function figures(seed: number, pausedShare: number): ResponseFigures {
  const { responses, endings } = simulatedTraffic(seed, 'departures', 1800 * SECOND);
  const patterns = patternsWith(responses);
  for (const { file, facts, verdict } of endings) {
    const { exchange } = facts.closes[0]!.app;
    const exposureNs = facts.closes[0]!.timeNs - exchange!.responseStartNs!;
    const client = { ...facts.client, minResponseNs: ROUND_TRIP_NS };
    const server = half({
      ...facts.server,
      minResponseNs: 1e5,
      pausedNs: pausedShare * exposureNs,
      bytesUnacked: 9,
    });
    patterns.add({ file, facts: { ...facts, client, server }, verdict }, true);
  }
  return patterns.result(overview({ firstNs: 0, lastNs: 1800 * SECOND })).responses;
}

describe('what writing in one go would change', () => {
  test('departures fall with the time on the wire', () => {
    const { buffering, cut, completed } = figures(1, 0.9);
    expect(buffering).not.toBeNull();
    expect(buffering!.departures).toBe(cut);
    expect(buffering!.responses).toBe(cut + completed);
    // A median of 30,000 octets: mostly two flights, so one round trip, some more.
    expect(buffering!.exposureAtOnceNs).toBeGreaterThan(0.5 * ROUND_TRIP_NS);
    expect(buffering!.exposureAtOnceNs).toBeLessThan(2 * ROUND_TRIP_NS);
    expect(buffering!.roundTripNs / ROUND_TRIP_NS).toBeCloseTo(1, 0);
    expect(buffering!.expected).toBeCloseTo(
      (buffering!.departures * buffering!.exposureAtOnceNs) / buffering!.exposureNs,
      6,
    );
    expect(buffering!.expectedLow).toBeLessThanOrEqual(buffering!.expected);
    expect(buffering!.expectedHigh).toBeGreaterThanOrEqual(buffering!.expected);
    expect(buffering!.pausedShare).toBeCloseTo(0.9, 1);
  });

  test('no estimate where the server did not set the pace', () => {
    expect(figures(1, 0.2).buffering).toBeNull();
  });

  test('the rate that was simulated lies within the interval in nineteen of twenty captures', () => {
    let within = 0;
    let estimates = 0;
    for (let seed = 1; seed <= 60; seed++) {
      const { buffering, patience } = {
        ...figures(seed, 0.9),
        patience: simulatedTraffic(seed, 'departures', 1).patience,
      };
      if (buffering === null) continue;
      estimates++;
      if (buffering.hazardLow <= 1 / patience && 1 / patience <= buffering.hazardHigh) within++;
    }
    expect(estimates).toBeGreaterThan(50);
    expect(within / estimates).toBeGreaterThanOrEqual(0.88);
  });
});
