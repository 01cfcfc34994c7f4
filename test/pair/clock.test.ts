import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ClockSamples } from '../../src/pair/clock.ts';

const MS = 1e6;
const SECOND = 1e9;

interface Path {
  readonly offsetNs: number;
  readonly driftPpm: number;
  readonly transitNs: number;
  /** Most that a queue adds; drawn anew for each packet. */
  readonly jitterNs: number;
  readonly seconds: number;
}

/** A deterministic stream of numbers in [0, 1): a test must not differ from run to run. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return state / 0x8000_0000;
  };
}

function estimate({ offsetNs, driftPpm, transitNs, jitterNs, seconds }: Path, seed = 1) {
  const samples = new ClockSamples();
  const draw = chance(seed);
  for (let k = 0; k < 400; k++) {
    const atNs = (k / 400) * seconds * SECOND;
    const delayNs = transitNs + draw() * jitterNs;
    const clockNs = offsetNs + (driftPpm / 1e6) * atNs;
    samples.add(atNs, clockNs + (k % 2 === 0 ? delayNs : -delayNs), k % 2 === 0);
  }
  return samples.estimate();
}

describe('the clock of B against that of A', () => {
  test('offset and drift come back, whatever the queues add', () => {
    const found = estimate({
      offsetNs: -3_723 * SECOND,
      driftPpm: 50,
      transitNs: 20 * MS,
      jitterNs: 5 * MS,
      seconds: 600,
    });
    expect(Math.abs(found.offsetNs! + 3_723 * SECOND)).toBeLessThan(1 * MS);
    expect(found.driftPpm!).toBeGreaterThan(45);
    expect(found.driftPpm!).toBeLessThan(55);
    expect(found.uncertaintyNs!).toBeGreaterThan(19 * MS);
    expect(found.uncertaintyNs!).toBeLessThan(22 * MS);
  });

  test('the true offset lies within the uncertainty, also on a lopsided path', () => {
    const samples = new ClockSamples();
    for (let k = 0; k < 50; k++) {
      samples.add(2 * k * MS, 7 * MS + 30 * MS, true);
      samples.add((2 * k + 1) * MS, 7 * MS - 2 * MS, false);
    }
    const { offsetNs, uncertaintyNs } = samples.estimate();
    expect(offsetNs).toBe(21 * MS);
    expect(Math.abs(offsetNs! - 7 * MS)).toBeLessThanOrEqual(uncertaintyNs!);
  });

  test('no drift is claimed for a short capture, nor for none', () => {
    expect(
      estimate({ offsetNs: 0, driftPpm: 80, transitNs: MS, jitterNs: MS, seconds: 2 }).driftPpm,
    ).toBeNull();
    const steady = estimate({ offsetNs: 5, driftPpm: 0, transitNs: MS, jitterNs: 4 * MS, seconds: 600 });
    expect(Math.abs(steady.driftPpm ?? 0)).toBeLessThan(2);
  });

  test('one direction gives an offset without an uncertainty, nothing gives nothing', () => {
    const samples = new ClockSamples();
    expect(samples.estimate()).toMatchObject({ offsetNs: null, samples: 0 });
    samples.add(0, 9, true);
    samples.add(5, 8, true);
    expect(samples.estimate()).toMatchObject({ offsetNs: 8, uncertaintyNs: null, samples: 2 });
  });

  test('for any clock and path', () => {
    fc.assert(
      fc.property(
        fc.record({
          offsetNs: fc.integer({ min: -1e12, max: 1e12 }),
          driftPpm: fc.integer({ min: -200, max: 200 }),
          transitNs: fc.integer({ min: 1e3, max: 1e8 }),
          jitterNs: fc.integer({ min: 0, max: 2e7 }),
          seconds: fc.integer({ min: 60, max: 7200 }),
        }),
        fc.integer({ min: 1, max: 1e6 }),
        (path, seed) => {
          const found = estimate(path, seed);
          const errorNs = Math.abs(found.offsetNs! - path.offsetNs);
          // Besides the queues: what the clock gains between a packet one way and the next the other way.
          expect(errorNs).toBeLessThan(path.jitterNs + 2e4);
          const driftError = Math.abs((found.driftPpm ?? 0) - path.driftPpm);
          // What the queues can tilt the line by over the length of the capture.
          expect(driftError).toBeLessThan((path.jitterNs / (path.seconds * SECOND)) * 1e6 + 0.1);
        },
      ),
      { numRuns: 60 },
    );
  });
});
