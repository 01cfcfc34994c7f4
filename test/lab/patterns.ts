// `npm run lab:patterns [-- --no-stage] [--replicates N]`: stages traffic with and without patterns, and counts what is told.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runCapture } from '../../src/cli/run-analysis.ts';
import { gradePatterns, readStagedPatterns } from './pattern-truth.ts';
import { stagingObstacle } from './staging.ts';

const inRepo = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const SCRIPT = inRepo('fixtures/lab/patterns.py');

const { values, positionals } = parseArgs({
  allowPositionals: true,
  allowNegative: true,
  options: {
    stage: { type: 'boolean', default: true },
    replicates: { type: 'string', default: '3' },
    captures: { type: 'string', default: inRepo('.lab/patterns') },
    verbose: { type: 'boolean', short: 'v', default: false },
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
    const argv = [SCRIPT, '--out', values.captures, '--replicates', values.replicates, ...positionals];
    spawnSync('python3', argv, { stdio: 'inherit' });
  }
  const staged = readStagedPatterns(values.captures).filter(
    ({ truth }) => positionals.length === 0 || positionals.includes(truth.family),
  );
  if (staged.length === 0) {
    console.error(`No captures in ${values.captures}: \`sudo npm run lab:patterns\` makes them.`);
    return 2;
  }
  const families = new Map<string, Tally>();
  for (const { capture, truth } of staged) {
    const tally = families.get(truth.family) ?? { found: 0, patterns: 0, alarms: 0, controls: 0, also: [] };
    families.set(truth.family, tally);
    const { summary } = await runCapture({
      paths: [capture],
      maxFrames: null,
      signal: new AbortController().signal,
      onProgress: () => {},
      sink: { connection: () => {}, uneventful: () => {} },
    });
    const { isFound, wrong } = gradePatterns(summary.patterns, truth);
    const name = `${truth.family} ${truth.variant} ${truth.seed}`;
    if (truth.variant === 'pattern') {
      tally.patterns++;
      if (isFound) tally.found++;
      else console.log(`missed   ${name}`);
    } else {
      tally.controls++;
      if (wrong.length > 0) tally.alarms++;
    }
    if (wrong.length > 0) console.log(`not so   ${name}: ${wrong.join(', ')}`);
    tally.also.push(...wrong);
    if (values.verbose)
      for (const { kind, text } of summary.patterns) console.log(`  ${name}: ${kind}: ${text}`);
  }
  print(families);
  return 0;
}

interface Tally {
  found: number;
  patterns: number;
  alarms: number;
  controls: number;
  readonly also: string[];
}

function print(families: ReadonlyMap<string, Tally>): void {
  console.log('\nfamily              found     false alarms (controls)   told besides (all captures)');
  const all: Tally = { found: 0, patterns: 0, alarms: 0, controls: 0, also: [] };
  for (const [family, tally] of [...families, ['all', all] as const]) {
    const { found, patterns, alarms, controls, also } = tally;
    console.log(
      `${family.padEnd(20)}${`${found} of ${patterns}`.padEnd(10)}${`${alarms} of ${controls}`.padEnd(26)}${also.length}`,
    );
    all.found += found;
    all.patterns += patterns;
    all.alarms += alarms;
    all.controls += controls;
    all.also.push(...also);
  }
}
