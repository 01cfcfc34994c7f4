import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkedRun, type RunResult, seededRun } from './seeded-run.ts';
import { fixtureSpecimens, variants } from './specimens.ts';

/**
 * Damages the fixtures at random for as long as asked and checks each run:
 * `npx tsx test/fuzz/soak.ts --runs 100000 --seed 1 [--minutes 30] [--max-octets 60000]`.
 * `--again FILE` checks one saved file, `--again FILE --options JSON` in the way that is printed with a failure.
 */
const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    minutes: { type: 'string', default: 'Infinity' },
    'max-octets': { type: 'string', default: '60000' },
    again: { type: 'string' },
    options: { type: 'string', default: '{"ladderOf":0,"width":100,"verbosity":2,"isAll":true}' },
  },
});

const MAX_SAVED = 20;

function again(path: string): void {
  const { faults, elapsedMs } = checkedRun(new Uint8Array(readFileSync(path)), JSON.parse(values.options));
  console.log(faults.length === 0 ? 'No faults.' : faults.join('\n'));
  console.log(`${elapsedMs.toFixed(1)} ms`);
  process.exitCode = faults.length === 0 ? 0 : 1;
}

function soak(): void {
  const seed = Number(values.seed);
  const endMs = performance.now() + Number(values.minutes) * 60_000;
  const fixtures = fixtureSpecimens(Number(values['max-octets']));
  const specimens = [...fixtures, ...fixtures.filter(({ octets }) => octets.length < 6000).flatMap(variants)];
  console.log(`seed ${seed}, ${specimens.length} files`);
  let slowestMs = 0;
  let slowestIndex = -1;
  let failures = 0;
  let runs = 0;
  const seenFaults = new Map<string, number>();
  for (; runs < Number(values.runs) && performance.now() < endMs; runs++) {
    const result = seededRun(specimens, seed, runs);
    if (result.elapsedMs > slowestMs) {
      slowestMs = result.elapsedMs;
      slowestIndex = runs;
    }
    if (result.faults.length > 0) {
      failures++;
      report(result, runs, seenFaults);
    }
    if ((runs + 1) % 10_000 === 0) console.log(`${runs + 1} runs, ${failures} failures`);
  }
  console.log(`${runs} runs, ${failures} failures, seed ${seed}`);
  for (const [fault, count] of seenFaults) console.log(`${count} × ${fault}`);
  console.log(`slowest: ${slowestMs.toFixed(1)} ms, run ${slowestIndex}`);
  process.exitCode = failures === 0 ? 0 : 1;
}

/** Saves the octets of the first failure of each shape. */
function report(result: RunResult, index: number, seen: Map<string, number>): void {
  const shapes = new Set(
    result.faults.map((fault) => fault.split('\n').slice(0, 2).join(' ').replace(/\d+/g, '#').slice(0, 160)),
  );
  let isNew = false;
  for (const shape of shapes) {
    isNew ||= !seen.has(shape);
    seen.set(shape, (seen.get(shape) ?? 0) + 1);
  }
  if (!isNew || seen.size > MAX_SAVED) return;
  const path = join(mkdtempSync(join(tmpdir(), 'soak-')), `run-${index}.pcap`);
  writeFileSync(path, result.octets);
  console.log(`\nrun ${index}: ${result.faults.join('\n')}`);
  console.log(
    `again: npx tsx test/fuzz/soak.ts --again ${path} --options '${JSON.stringify(result.options)}'`,
  );
}

if (values.again === undefined) soak();
else again(values.again);
