import { Analysis } from '../../src/analyze.ts';
import { CaptureState } from '../../src/capture/capture-state.ts';
import { readCaptures } from '../../src/io/read-capture.ts';
import type { AnalysisSummary } from '../../src/model/analysis.ts';
import type { Answer, ConnectionConditions, QuestionKey } from '../../src/model/conditions.ts';
import type { JudgedConnection } from '../../src/model/verdict.ts';

export interface ConditionsRun {
  readonly connections: readonly JudgedConnection[];
  readonly summary: AnalysisSummary;
  of(id: number): ConnectionConditions;
  answer(key: QuestionKey): Answer;
}

/** The whole pipeline over a capture, with conditions. */
export async function analyzeConditions(path: string): Promise<ConditionsRun> {
  const connections: JudgedConnection[] = [];
  const state = new CaptureState();
  const options = {
    clock: state.clock,
    fileOf: () => path,
    files: () => [path],
    frames: () => state.frames,
    patience: 1_000,
    wantsConditions: true,
  };
  const analysis = new Analysis(options, { connection: (judged) => connections.push(judged) });
  await readCaptures([path], analysis, { state });
  const summary = analysis.end();
  connections.sort((a, b) => a.facts.id - b.facts.id);
  return {
    connections,
    summary,
    of(id) {
      const conditions = connections.find(({ facts }) => facts.id === id)?.conditions;
      if (conditions === undefined) throw new Error(`connection ${id} was not measured`);
      return conditions;
    },
    answer(key) {
      const answer = summary.checklist?.answers.find((each) => each.key === key);
      if (answer === undefined) throw new Error(`no answer to ${key}`);
      return answer;
    },
  };
}

/** The capture of a fixture. */
export function fixturePath(name: string): string {
  return new URL(`../../fixtures/${name}/capture.pcap`, import.meta.url).pathname;
}
