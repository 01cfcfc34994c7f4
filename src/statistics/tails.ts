import { betaI, gammaP, gammaQ, logGamma } from './special.ts';

/** Probabilities of values at least as extreme, for the distributions that patterns are held against. */

/** P(X ≥ count) for X binomial with `trials` trials of probability `share`. */
export function binomialTail(count: number, trials: number, share: number): number {
  if (count <= 0) return 1;
  if (count > trials) return 0;
  return betaI(share, count, trials - count + 1);
}

/** P(X ≥ count) for X Poisson with this mean. */
export function poissonTail(count: number, mean: number): number {
  return count <= 0 ? 1 : gammaP(count, mean);
}

/** P(X ≥ value) for X chi-square with so many degrees of freedom. */
export function chiSquareTail(value: number, degrees: number): number {
  return gammaQ(degrees / 2, value / 2);
}

/** P(Z ≥ z) for Z standard normal. */
export function normalTail(z: number): number {
  const tail = gammaQ(0.5, (z * z) / 2) / 2;
  return z >= 0 ? tail : 1 - tail;
}

/**
 * P(X ≥ count) for X hypergeometric: of `population` things `marked` are marked, `drawn` are drawn without putting
 * back, X of the drawn are marked (Fisher's exact test, one side).
 */
export function hypergeometricTail(count: number, drawn: number, marked: number, population: number): number {
  const most = Math.min(drawn, marked);
  if (count > most) return 0;
  const least = Math.max(0, drawn + marked - population);
  if (count <= least) return 1;
  let term = hypergeometric(count, drawn, marked, population);
  let sum = term;
  for (let x = count; x < most; x++) {
    term *= ((marked - x) * (drawn - x)) / ((x + 1) * (population - marked - drawn + x + 1));
    sum += term;
    if (term < sum * 1e-15) break;
  }
  return Math.min(1, sum);
}

function hypergeometric(count: number, drawn: number, marked: number, population: number): number {
  return Math.exp(
    logChoose(marked, count) + logChoose(population - marked, drawn - count) - logChoose(population, drawn),
  );
}

function logChoose(n: number, k: number): number {
  return logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
}
