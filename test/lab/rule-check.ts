import { WEIGHTS } from '../../src/verdict/weights.ts';
import type { Sample } from './calibration-samples.ts';

/** How often a rule fired where an intermediary did it, and where a side did. Scenarios, not captures. */
export interface RuleCheck {
  readonly rule: string;
  /** Decibels that the rule counts. */
  readonly weight: number;
  readonly firedOnIntermediary: number;
  readonly firedOnSide: number;
  /** Decibels by these frequencies. They hold for the lab's mix of boxes only, so they check the direction, not the size. */
  readonly observed: number;
}

/** Added to each count, so that a rule that never fired on one side gets a finite weight (Haldane 1956). */
const HALF = 0.5;

/** Rules about which side it was (application, silence) are not checked: this is about intermediaries. */
const OTHER_FAMILIES: readonly string[] = ['application', 'silence'];

export function checkRules(samples: readonly Sample[]): RuleCheck[] {
  const foreign = rulesByScenario(samples.filter(({ truth }) => truth === 'intermediary'));
  const own = rulesByScenario(samples.filter(({ truth }) => truth === 'client-abort' || truth === 'server'));
  return Object.entries(WEIGHTS)
    .filter(([, { family }]) => !OTHER_FAMILIES.includes(family))
    .map(([rule, { weight }]) => {
      const firedOnIntermediary = countWith(rule, foreign);
      const firedOnSide = countWith(rule, own);
      const odds =
        (firedOnIntermediary + HALF) /
        (foreign.size + 2 * HALF) /
        ((firedOnSide + HALF) / (own.size + 2 * HALF));
      return { rule, weight, firedOnIntermediary, firedOnSide, observed: 10 * Math.log10(odds) };
    })
    .filter(({ firedOnIntermediary, firedOnSide }) => firedOnIntermediary + firedOnSide > 0);
}

/** A rule fired in a scenario if it did so in any of its captures. */
function rulesByScenario(samples: readonly Sample[]): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const { scenario, rules } of samples) {
    const known = found.get(scenario) ?? new Set<string>();
    for (const rule of rules) known.add(rule);
    found.set(scenario, known);
  }
  return found;
}

function countWith(rule: string, scenarios: ReadonlyMap<string, ReadonlySet<string>>): number {
  let count = 0;
  for (const rules of scenarios.values()) if (rules.has(rule)) count++;
  return count;
}
