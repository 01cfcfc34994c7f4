import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { workload, workloadFile } from '../../bench/workloads/catalogue.ts';
import { runCapture } from '../../src/cli/run-analysis.ts';
import type { AnalysisSink, AnalysisSummary } from '../../src/model/analysis.ts';

/** 4,000 web connections: the first 2,000 always have facts, the others only when something is odd about them. */
const SCALE = 0.008;

const folder = mkdtempSync(join(tmpdir(), 'whohungup-denominators-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function summaryOf(path: string, sink: AnalysisSink): Promise<AnalysisSummary> {
  const signal = new AbortController().signal;
  const { summary } = await runCapture({
    paths: [path],
    maxFrames: null,
    signal,
    onProgress: () => {},
    sink,
  });
  return summary;
}

test('responses are counted the same whether facts of their connections are gathered or not', async () => {
  const { path, connections } = await workloadFile(folder, workload('W2', SCALE));
  const connection = (): void => {};
  let uneventful = 0;
  const counted = await summaryOf(path, {
    connection,
    uneventful: () => {
      uneventful++;
    },
  });
  const all = await summaryOf(path, { connection });
  expect(counted.connections).toBe(connections);
  expect(uneventful).toBeGreaterThan(500);
  expect(counted.responses.completed).toBeGreaterThan(connections / 2);
  // What sets the pace is only known of connections with facts, so the estimate may differ; nothing else may.
  expect({ ...counted.responses, buffering: null }).toEqual({ ...all.responses, buffering: null });
  expect(counted.patterns.map(({ kind, of }) => [kind, of])).toEqual(
    all.patterns.map(({ kind, of }) => [kind, of]),
  );
});
