import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { analyzeFile } from '../support/analyze-file.ts';
import { CAPS, type Sample, takeApart } from './calibration-samples.ts';
import { crossValidated, FREEDOMS, fitted, lossesOf, predicted, UNCHANGED } from './refit.ts';

const [NOTHING, ONLY_CAPS, , WITH_OFFSET, EVERYTHING] = FREEDOMS;

function sample(changes: Partial<Sample> = {}): Sample {
  return {
    scenario: 'a',
    family: 'ends',
    isHeldOut: false,
    isKnowable: true,
    truth: 'client-abort',
    suspect: 'client-abort',
    group: 'client-abort',
    logOdds: { 'client-abort': 0, intermediary: -15, server: -20 },
    rules: [],
    cap: 'MAX_WITHOUT_OWN_CAPTURE',
    ...changes,
  };
}

/** So many scenarios, of which every tenth has another truth. */
function manySamples(count: number, wrongEvery: number, changes: Partial<Sample> = {}): Sample[] {
  return Array.from({ length: count }, (_, i) =>
    sample({
      scenario: `s${i}`,
      family: `f${i % 4}`,
      ...changes,
      ...(i % wrongEvery === 0 ? { truth: 'intermediary' } : {}),
    }),
  );
}

describe('taking a verdict apart', () => {
  test.each([
    '04-curl-sigint',
    '50-reject-response',
    '58-injected-reset',
    '84-both-abort',
    '59-injected-reset-mimic',
  ])('%s: unchanged constants give the verdict’s probabilities', async (name) => {
    const path = fileURLToPath(new URL(`../../fixtures/${name}/capture.pcap`, import.meta.url));
    const { connections } = await analyzeFile(path);
    const parts = takeApart(connections[0]!.verdict);
    expect(parts).not.toBeNull();
    const { probabilities } = predicted(sample({ ...parts! }), UNCHANGED);
    for (const [group, value] of Object.entries(connections[0]!.verdict.probabilities!)) {
      expect(probabilities[group as Sample['group']]).toBeCloseTo(value, 6);
    }
  });
});

describe('fitting', () => {
  test('a cap moves towards what was seen, the more scenarios the further', () => {
    const few = fitted(manySamples(10, 1e9), ONLY_CAPS!).caps.MAX_WITHOUT_OWN_CAPTURE;
    const many = fitted(manySamples(200, 1e9), ONLY_CAPS!).caps.MAX_WITHOUT_OWN_CAPTURE;
    // Of the first, one has another truth: (20 × 0.9 + 9) / 30.
    expect(few).toBeCloseTo(0.9, 9);
    // (20 × 0.9 + 199) / 220 would be 0.986, and what was likely would be proven.
    expect(many).toBeCloseTo(0.94, 9);
  });

  test('many captures of one scenario count once', () => {
    const one = Array.from({ length: 100 }, () => sample({ scenario: 'same' }));
    expect(fitted(one, ONLY_CAPS!).caps.MAX_WITHOUT_OWN_CAPTURE).toBeCloseTo((20 * 0.9 + 1) / 21, 9);
  });

  test('where the weights are right, they stay', () => {
    // Nine in ten, and one in ten is what −9.54 dB say.
    const logOdds = { 'client-abort': 0, intermediary: 10 * Math.log10(1 / 9), server: -99 };
    const honest = manySamples(200, 10, { logOdds, cap: null });
    const { factor, intermediaryDb } = fitted(honest, EVERYTHING!);
    expect(factor).toBe(1);
    expect(Math.abs(intermediaryDb)).toBeLessThanOrEqual(1);
  });

  test('an intermediary that is found too late gets an offset, but not without limit', () => {
    const late = manySamples(200, 1e9, {
      truth: 'intermediary',
      logOdds: { 'client-abort': 0, intermediary: 6, server: -20 },
      cap: null,
    });
    const { intermediaryDb } = fitted(late, WITH_OFFSET!);
    expect(intermediaryDb).toBeGreaterThanOrEqual(4);
    expect(intermediaryDb).toBeLessThanOrEqual(10);
  });

  test('a cap also learns from what the capture cannot show, the decibels do not', () => {
    const mimics = manySamples(20, 1, { isKnowable: false });
    const calibration = fitted(mimics, EVERYTHING!);
    expect(calibration.caps.MAX_WITHOUT_OWN_CAPTURE).toBeCloseTo(0.45, 9);
    expect([calibration.factor, calibration.intermediaryDb]).toEqual([1, 0]);
  });

  test('no freedom changes nothing', () => {
    expect(fitted(manySamples(50, 2), NOTHING!)).toEqual({ factor: 1, intermediaryDb: 0, caps: CAPS });
  });

  test('cross-validation judges each sample once', () => {
    expect(lossesOf(crossValidated(manySamples(40, 10), ONLY_CAPS!)).verdicts).toBe(40);
  });
});
