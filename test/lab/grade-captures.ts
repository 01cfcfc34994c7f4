import type { JudgedConnection } from '../../src/model/verdict.ts';
import { analyzeFile } from '../support/analyze-file.ts';
import { type Grade, grade } from './grade.ts';
import { nameOf, type StagedCapture } from './staged-truth.ts';

export interface GradedCaptures {
  readonly grades: readonly Grade[];
  /** Connections that we saw and the truth does not know: a duplicate taken for a new one, say. */
  readonly unexpected: readonly string[];
  readonly seconds: number;
}

/** Runs the whole analysis over each capture, one at a time, and grades every connection of it. */
export async function gradeCaptures(captures: readonly StagedCapture[]): Promise<GradedCaptures> {
  const startedMs = performance.now();
  const grades: Grade[] = [];
  const unexpected: string[] = [];
  for (const capture of captures) {
    const { connections, summary, inputError } = await analyzeFile(capture.path);
    if (inputError !== null) throw new Error(`${nameOf(capture)}: ${inputError}`);
    for (const truth of capture.connections) {
      const judged = connections.find(({ facts }) => facts.id === truth.id) ?? null;
      grades.push(grade(capture, truth, judged, summary));
    }
    unexpected.push(...unexpectedOf(capture, connections));
  }
  return { grades, unexpected, seconds: (performance.now() - startedMs) / 1000 };
}

function unexpectedOf(capture: StagedCapture, connections: readonly JudgedConnection[]): string[] {
  const known = new Set(capture.connections.map(({ id }) => id));
  return connections
    .filter(({ facts }) => !known.has(facts.id))
    .map(({ facts, verdict }) => `${nameOf(capture)}#${facts.id}: ${verdict.headline}`);
}
