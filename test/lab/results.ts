import { type FigureSets, figureSetsOf } from './figures.ts';
import type { Grade } from './grade.ts';
import { CHANGES, type Change, type DamagedGrade, FLIPS } from './grade-damaged.ts';

/** All that one run of the lab found out. */
export interface LabResults {
  readonly weights: string;
  readonly scenarios: number;
  readonly families: number;
  readonly sets: FigureSets;
  readonly misses: readonly MissRow[];
  readonly unexpected: readonly string[];
  readonly damaged: readonly DamageRow[];
  readonly flips: readonly DamagedGrade[];
}

/** The same miss at several vantages of one scenario is one row. */
export interface MissRow {
  readonly scenario: string;
  readonly vantages: readonly string[];
  readonly isHeldOut: boolean;
  readonly what: string;
  readonly got: string;
  readonly wanted: string;
  readonly headline: string;
}

/** How verdicts fared under one kind of damage. */
export interface DamageRow {
  readonly kind: string;
  readonly copies: number;
  readonly counts: Readonly<Record<Change, number>>;
}

export function resultsOf(
  grades: readonly Grade[],
  unexpected: readonly string[],
  damaged: readonly DamagedGrade[],
  weights: string,
): LabResults {
  return {
    weights,
    scenarios: new Set(grades.map(scenarioOf)).size,
    families: new Set(grades.map(({ family }) => family)).size,
    sets: figureSetsOf(grades),
    misses: missRows(grades),
    unexpected,
    damaged: damageRows(damaged),
    flips: damaged.filter(({ change }) => FLIPS.includes(change)),
  };
}

function scenarioOf({ name }: Grade): string {
  return name.slice(0, name.lastIndexOf('/'));
}

function missRows(grades: readonly Grade[]): MissRow[] {
  const rows = new Map<string, MissRow & { readonly vantages: string[] }>();
  for (const each of grades) {
    const scenario = scenarioOf(each);
    const vantage = each.name.slice(scenario.length + 1);
    for (const { what, got, wanted } of each.misses) {
      const key = [scenario, what, withoutFrames(got), withoutFrames(wanted)].join('\n');
      const known = rows.get(key);
      if (known !== undefined) known.vantages.push(vantage);
      else {
        const { isHeldOut, headline } = each;
        rows.set(key, { scenario, vantages: [vantage], isHeldOut, what, got, wanted, headline });
      }
    }
  }
  return [...rows.values()];
}

/** Frame numbers differ between vantages although the miss is the same. */
function withoutFrames(text: string): string {
  return text.replace(/frame \d+/g, 'frame');
}

function damageRows(damaged: readonly DamagedGrade[]): DamageRow[] {
  const kinds = [...new Set(damaged.map(({ kind }) => kind))];
  return kinds.map((kind) => {
    const copies = damaged.filter((each) => each.kind === kind);
    const counts = Object.fromEntries(
      CHANGES.map((change) => [change, copies.filter((each) => each.change === change).length]),
    ) as Record<Change, number>;
    return { kind, copies: copies.length, counts };
  });
}
