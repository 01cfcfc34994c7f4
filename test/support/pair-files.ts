import { runCapture } from '../../src/cli/run-analysis.ts';
import type { CaptureLetter, PairConnection, PairSummary } from '../../src/model/pair.ts';
import { CaptureSide, type ReadCapture } from '../../src/pair/capture-side.ts';
import { compareCaptures } from '../../src/pair/compare-captures.ts';

export interface PairOutcome {
  readonly connections: readonly PairConnection[];
  readonly summary: PairSummary;
}

/** The whole comparison over two capture files, as the command runs it. */
export async function pairFiles(
  a: string,
  b: string,
  nearClient: CaptureLetter | null = null,
): Promise<PairOutcome> {
  const reads = [await readSide('a', a), await readSide('b', b)] as const;
  const connections: PairConnection[] = [];
  const summary = compareCaptures(
    ...reads,
    { nearClient, wantsLadder: () => true },
    { begin: () => {}, connection: (connection) => connections.push(connection) },
  );
  return { connections, summary };
}

async function readSide(letter: CaptureLetter, path: string): Promise<ReadCapture> {
  const side = new CaptureSide(letter);
  const { summary, judgeAgain } = await runCapture({
    paths: [path],
    maxFrames: null,
    signal: new AbortController().signal,
    onProgress: () => {},
    sink: { connection: (judged) => side.add(judged) },
    observer: side.log,
  });
  return { side, summary, rejudge: judgeAgain };
}
