import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Pattern } from '../../src/model/analysis.ts';

/** What was staged (fixtures/lab/traffic/families.py writes it). */
export interface PatternTruth {
  readonly family: string;
  readonly variant: 'pattern' | 'control';
  readonly seed: number;
  /** One of these must be told; none in a control. */
  readonly kinds: readonly string[];
  /** True as well, so neither missed nor wrong. */
  readonly allowed: readonly string[];
  readonly seconds?: number;
  readonly offset?: number;
  readonly value?: string;
}

export interface StagedPattern {
  readonly capture: string;
  readonly truth: PatternTruth;
}

/** A timer is found when its time is right within this share. */
const TOLERANCE = 0.05;

/** Captures with truth below `folder`, two levels down: `family/variant-seed/`. */
export function readStagedPatterns(folder: string): StagedPattern[] {
  const staged: StagedPattern[] = [];
  if (!existsSync(folder)) return staged;
  for (const family of readdirSync(folder).sort()) {
    for (const name of readdirSync(join(folder, family)).sort()) {
      const place = join(folder, family, name);
      const truth = join(place, 'truth.json');
      if (!existsSync(truth)) continue;
      const packed = join(place, 'capture.pcap.gz');
      staged.push({
        capture: existsSync(packed) ? packed : join(place, 'capture.pcap'),
        truth: JSON.parse(readFileSync(truth, 'utf8')) as PatternTruth,
      });
    }
  }
  return staged;
}

/** Was the pattern told, with the right figures? Which patterns were told that are not there? */
export function gradePatterns(
  found: readonly Pattern[],
  truth: PatternTruth,
): { readonly isFound: boolean; readonly wrong: readonly string[] } {
  const isRight = (pattern: Pattern): boolean =>
    truth.kinds.includes(pattern.kind) && fits(pattern.figures, truth);
  const wrong = found.filter((pattern) => !isRight(pattern) && !truth.allowed.includes(pattern.kind));
  return { isFound: found.some(isRight), wrong: wrong.map(({ kind }) => kind) };
}

function fits(figures: Pattern['figures'], { seconds, offset, value }: PatternTruth): boolean {
  if (offset !== undefined && figures['offset'] !== offset) return false;
  if (value !== undefined && figures['value'] !== value) return false;
  if (seconds === undefined) return true;
  const told = figures['seconds'] ?? figures['shortestIdle'];
  return typeof told === 'number' && Math.abs(told - seconds) <= TOLERANCE * seconds;
}
