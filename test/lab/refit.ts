import type { Group } from '../../src/model/verdict.ts';
import { ACCUSE_DB, MIN_PROVEN } from '../../src/verdict/weights.ts';
import {
  CAP_NAMES,
  CAPS,
  type CapName,
  capped,
  rawProbabilities,
  type Sample,
} from './calibration-samples.ts';
import { brier, type Forecast, logLoss } from './forecast.ts';

/** The few constants that are fitted. docs/accuracy.md has the method. */
export interface Calibration {
  /** On all decibels; above 0, so that no evidence changes its direction. */
  readonly factor: number;
  /** Added to the sum of an intermediary. */
  readonly intermediaryDb: number;
  readonly caps: Readonly<Record<CapName, number>>;
}

export const UNCHANGED: Calibration = { factor: 1, intermediaryDb: 0, caps: CAPS };

/** How far the constants are drawn to where they are: one such step costs as much as half a nat of log loss. */
const FACTOR_STEP = Math.log(1.5);
const OFFSET_STEP_DB = 3;
/** A cap starts out as if it had been seen to be right on this many scenarios. */
const CAP_PRIOR_SCENARIOS = 20;
const MOST_CONFIDENT = 0.995;
/** Verdicts that a cap keeps from being `proven` stay so: what the capture cannot exclude, no number of right guesses does. */
const MOST_UNPROVEN = MIN_PROVEN - 0.01;

/** A quarter to four times, and 10 dB either way, in steps that make no visible difference. */
const FACTORS = Array.from({ length: 17 }, (_, i) => 4 ** ((i - 8) / 8));
const OFFSETS_DB = Array.from({ length: 21 }, (_, i) => i - 10);

/** An unknown cap: no verdict is held down by it yet, so assume the usual one. */
const USUAL_CAP: CapName = 'MAX_WITHOUT_OWN_CAPTURE';

/** The probabilities that a verdict would have had with these constants. */
export function predicted(sample: Sample, { factor, intermediaryDb, caps }: Calibration): Forecast {
  const logOdds = {
    'client-abort': sample.logOdds['client-abort'] * factor,
    intermediary: sample.logOdds.intermediary * factor + intermediaryDb,
    server: sample.logOdds.server * factor,
  };
  const raw = rawProbabilities(logOdds, sample.suspect);
  const isAccused = logOdds.intermediary - logOdds[sample.suspect] >= ACCUSE_DB;
  const group: Group = isAccused ? 'intermediary' : strongerSide(raw);
  // A cap of the group named before says nothing about another one.
  const cap = group === sample.group ? (sample.cap ?? USUAL_CAP) : USUAL_CAP;
  return { probabilities: { ...capped(raw, group, caps[cap]), none: 0 }, truth: sample.truth };
}

function strongerSide(raw: Readonly<Record<Group, number>>): Group {
  return raw.server > raw['client-abort'] ? 'server' : 'client-abort';
}

/** Which constants may change. */
export interface Freedom {
  readonly name: string;
  readonly caps: boolean;
  readonly factor: boolean;
  readonly offset: boolean;
}

/** From nothing to everything: more freedom must show its worth on families it was not fitted to. */
export const FREEDOMS: readonly Freedom[] = [
  { name: 'nothing', caps: false, factor: false, offset: false },
  { name: 'caps', caps: true, factor: false, offset: false },
  { name: 'caps, factor', caps: true, factor: true, offset: false },
  { name: 'caps, offset', caps: true, factor: false, offset: true },
  { name: 'caps, factor, offset', caps: true, factor: true, offset: true },
];

/** The constants that fit the samples best without going far from where they are. */
export function fitted(samples: readonly Sample[], freedom: Freedom): Calibration {
  const caps = freedom.caps ? fittedCaps(samples) : CAPS;
  const weights = scenarioWeights(samples);
  let best: Calibration = { ...UNCHANGED, caps };
  let least = Number.POSITIVE_INFINITY;
  for (const factor of freedom.factor ? FACTORS : [1]) {
    for (const intermediaryDb of freedom.offset ? OFFSETS_DB : [0]) {
      const candidate = { factor, intermediaryDb, caps };
      const loss = lossOf(samples, weights, candidate);
      if (loss >= least) continue;
      least = loss;
      best = candidate;
    }
  }
  return best;
}

function lossOf(samples: readonly Sample[], weights: readonly number[], candidate: Calibration): number {
  const steps = [Math.log(candidate.factor) / FACTOR_STEP, candidate.intermediaryDb / OFFSET_STEP_DB];
  let loss = steps.reduce((sum, step) => sum + step * step * 0.5, 0);
  samples.forEach((sample, place) => {
    // That nobody was to blame is not a question of weights, and what left no trace cannot be weighed.
    if (sample.truth === 'none' || !sample.isKnowable) return;
    loss += weights[place]! * (logLoss([predicted(sample, candidate)]) ?? 0);
  });
  return loss;
}

/** Each scenario counts once, however many captures it has. */
function scenarioWeights(samples: readonly Sample[]): number[] {
  const counts = new Map<string, number>();
  for (const { scenario } of samples) counts.set(scenario, (counts.get(scenario) ?? 0) + 1);
  return samples.map(({ scenario }) => 1 / counts.get(scenario)!);
}

/**
 * A cap is how often the verdicts that it holds down are right. Also where the capture cannot show the truth: that this
 * may be so is what caps are for.
 */
function fittedCaps(samples: readonly Sample[]): Record<CapName, number> {
  const caps: Record<CapName, number> = { ...CAPS };
  for (const name of CAP_NAMES) {
    const held = samples.filter(({ cap }) => cap === name);
    const weights = scenarioWeights(held);
    const of = weights.reduce((sum, weight) => sum + weight, 0);
    const right = held.reduce(
      (sum, { truth, group }, place) => sum + (truth === group ? weights[place]! : 0),
      0,
    );
    const mean = (CAP_PRIOR_SCENARIOS * CAPS[name] + right) / (CAP_PRIOR_SCENARIOS + of);
    caps[name] = Math.min(CAPS[name] < MIN_PROVEN ? MOST_UNPROVEN : MOST_CONFIDENT, mean);
  }
  return caps;
}

export interface Losses {
  readonly verdicts: number;
  readonly brier: number | null;
  readonly logLoss: number | null;
}

export function lossesOf(forecasts: readonly Forecast[]): Losses {
  return { verdicts: forecasts.length, brier: brier(forecasts), logLoss: logLoss(forecasts) };
}

/** Each family judged with the constants that were fitted without it. */
export function crossValidated(samples: readonly Sample[], freedom: Freedom): Forecast[] {
  const families = [...new Set(samples.map(({ family }) => family))];
  return families.flatMap((family) => {
    const others = samples.filter((sample) => sample.family !== family);
    const calibration = fitted(others, freedom);
    const unseen = samples.filter((sample) => sample.family === family && sample.isKnowable);
    return unseen.map((each) => predicted(each, calibration));
  });
}
