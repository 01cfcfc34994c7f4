import type { Grade, TrueGroup } from './grade.ts';

/** How good the probabilities are, not only the answers. */

/** A verdict's probabilities, `none` = 1 where it names nobody, and what was true. */
export interface Forecast {
  readonly probabilities: Readonly<Record<TrueGroup, number>>;
  readonly truth: TrueGroup;
}

export const TRUE_GROUPS = ['client-abort', 'intermediary', 'server', 'none'] as const;

const NOBODY = { 'client-abort': 0, intermediary: 0, server: 0, none: 1 };

/** No forecast counts worse than this in the log loss, as one certain error would otherwise be infinite. */
const LEAST_PROBABILITY = 1e-6;

/**
 * The forecast of a graded verdict. Null where the verdict names nobody and nobody was to blame: such a forecast
 * costs nothing, and there are so many that they would hide the others.
 */
export function forecastOf({ probabilities, truth, answer }: Grade): Forecast | null {
  if (probabilities === null)
    return truth === 'none' && answer === 'none' ? null : { probabilities: NOBODY, truth };
  return { probabilities: { ...probabilities, none: 0 }, truth };
}

/** Brier's score over all groups (Brier 1950): 0 is perfect, 2 is certain and wrong. Null without forecasts. */
export function brier(forecasts: readonly Forecast[]): number | null {
  return mean(
    forecasts.map(({ probabilities, truth }) =>
      sum(TRUE_GROUPS.map((group) => (probabilities[group] - (group === truth ? 1 : 0)) ** 2)),
    ),
  );
}

/** Mean of −ln(probability given to what was true). */
export function logLoss(forecasts: readonly Forecast[]): number | null {
  return mean(
    forecasts.map(({ probabilities, truth }) => -Math.log(Math.max(LEAST_PROBABILITY, probabilities[truth]))),
  );
}

/** A confidence, and whether the group it was given to was right. */
export interface Claim {
  readonly confidence: number;
  readonly isRight: boolean;
}

/** Where the capture cannot show the truth, a fair guess is still only right if it is true. */
export function claimOf({ confidence, isNamedRight, named, isKnowable, truth }: Grade): Claim | null {
  if (confidence === null || named === 'none') return null;
  return { confidence, isRight: isKnowable ? isNamedRight : named === truth };
}

/** Brier's score of the one claim: 0 is perfect, 1 is certain and wrong. */
export function brierOfClaims(claims: readonly Claim[]): number | null {
  return mean(claims.map(({ confidence, isRight }) => (confidence - (isRight ? 1 : 0)) ** 2));
}

export interface ReliabilityBin {
  readonly from: number;
  /** The last bin includes it, the others do not. */
  readonly to: number;
  readonly claims: number;
  readonly meanConfidence: number;
  readonly right: number;
}

/** Edges at the places where confidences lie: the caps are 0.6, 0.8, 0.9, 0.97 and 0.99. */
const BIN_EDGES = [0, 0.4, 0.55, 0.7, 0.8, 0.85, 0.92, 0.98, 1];

/** Of verdicts at 0.9, are nine in ten right? Bins without claims are left out. */
export function reliability(claims: readonly Claim[]): ReliabilityBin[] {
  const bins: ReliabilityBin[] = [];
  for (let i = 0; i + 1 < BIN_EDGES.length; i++) {
    const from = BIN_EDGES[i]!;
    const to = BIN_EDGES[i + 1]!;
    const inside = claims.filter(({ confidence }) => confidence >= from && (confidence < to || to === 1));
    if (inside.length === 0) continue;
    bins.push({
      from,
      to,
      claims: inside.length,
      meanConfidence: sum(inside.map(({ confidence }) => confidence)) / inside.length,
      right: inside.filter(({ isRight }) => isRight).length,
    });
  }
  return bins;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : sum(values) / values.length;
}
