import type { AnalysisSummary } from '../model/analysis.ts';

/**
 * Connections that did not end well and wait for the rest of the capture: each holds its facts, some 10 kB, so this
 * bounds them to some 10 MB.
 */
export const PATIENCE = 1_000;

export function joinErrors(errors: readonly Error[]): Error | null {
  const [first, ...rest] = errors;
  if (first === undefined || rest.length === 0) return first ?? null;
  const joined = new Error(errors.map(({ message }) => message).join('\n'));
  joined.name = first.name;
  return joined;
}

export function asIncomplete(summary: AnalysisSummary): AnalysisSummary {
  return { ...summary, capture: { ...summary.capture, isComplete: false } };
}
