import { Analysis } from '../../src/analyze.ts';
import { CaptureState } from '../../src/capture/capture-state.ts';
import { CaptureInputError } from '../../src/io/capture-input-error.ts';
import { readCaptures } from '../../src/io/read-capture.ts';
import type { AnalysisSummary } from '../../src/model/analysis.ts';
import type { JudgedConnection } from '../../src/model/verdict.ts';

export interface FileAnalysis {
  /** In order of their ids. */
  readonly connections: readonly JudgedConnection[];
  readonly summary: AnalysisSummary;
  /** Why nothing could be read, or null. */
  readonly inputError: string | null;
}

/** The whole pipeline over capture files, as the command line runs it. */
export async function analyzeFile(...paths: string[]): Promise<FileAnalysis> {
  const connections: JudgedConnection[] = [];
  const state = new CaptureState();
  const analysis = new Analysis(
    {
      clock: state.clock,
      fileOf: () => paths[0] ?? '',
      files: () => paths,
      frames: () => state.frames,
      patience: 1_000,
    },
    { connection: (judged) => connections.push(judged) },
  );
  let inputError: string | null = null;
  try {
    await readCaptures(paths, analysis, { state });
  } catch (error) {
    if (!(error instanceof CaptureInputError)) throw error;
    inputError = error.message;
  }
  const summary = analysis.end();
  connections.sort((a, b) => a.facts.id - b.facts.id);
  return { connections, summary, inputError };
}
