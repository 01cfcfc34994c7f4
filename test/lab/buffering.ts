// `npm run lab:buffering [-- --no-stage]`: does the estimate made of a slow page foretell what buffering it brings?
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runCapture } from '../../src/cli/run-analysis.ts';
import { compareSummaries } from '../../src/compare/compare-summaries.ts';
import type { AnalysisSummary } from '../../src/model/analysis.ts';
import { stagingObstacle } from './staging.ts';

const inRepo = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

const { values } = parseArgs({
  allowNegative: true,
  options: {
    stage: { type: 'boolean', default: true },
    replicates: { type: 'string', default: '5' },
    captures: { type: 'string', default: inRepo('.lab/buffering') },
  },
});
process.exitCode = await run();

async function run(): Promise<number> {
  if (values.stage) {
    const obstacle = stagingObstacle();
    if (obstacle !== null) {
      console.error(obstacle);
      return 2;
    }
    const argv = [
      inRepo('fixtures/lab/buffering.py'),
      '--out',
      values.captures,
      '--replicates',
      values.replicates,
    ];
    spawnSync('python3', argv, { stdio: 'inherit' });
  }
  console.log(
    'pair   before         estimate at once        after         within   on the wire (estimated, seen)',
  );
  let within = 0;
  let pairs = 0;
  for (let seed = 1; existsSync(`${values.captures}/after-${seed}.pcap`); seed++) {
    const before = await summaryOf(`${values.captures}/before-${seed}.pcap`);
    const after = await summaryOf(`${values.captures}/after-${seed}.pcap`);
    const { forecast, cut } = compareSummaries(before, after);
    pairs++;
    if (forecast === null) {
      console.log(`${seed}      ${cut.before.count} of ${cut.before.of}: no estimate`);
      continue;
    }
    if (forecast.isWithin) within++;
    const seenNs = after.responses.exposureNs / cut.after.of;
    const estimatedNs = before.responses.buffering?.exposureAtOnceNs ?? 0;
    console.log(
      [
        String(seed).padEnd(6),
        `${cut.before.count} of ${cut.before.of}`.padEnd(14),
        `${forecast.expected.toFixed(2)} (${forecast.low} to ${forecast.high})`.padEnd(23),
        `${forecast.seen} of ${forecast.of}`.padEnd(13),
        (forecast.isWithin ? 'yes' : 'NO').padEnd(8),
        `${(estimatedNs / 1e6).toFixed(0)} ms, ${(seenNs / 1e6).toFixed(0)} ms`,
      ].join(' '),
    );
  }
  console.log(`\n${within} of ${pairs} within the interval`);
  return 0;
}

async function summaryOf(path: string): Promise<AnalysisSummary> {
  const { summary } = await runCapture({
    paths: [path],
    maxFrames: null,
    signal: new AbortController().signal,
    onProgress: () => {},
    sink: { connection: () => {}, uneventful: () => {} },
  });
  return summary;
}
