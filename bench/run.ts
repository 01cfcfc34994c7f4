/** Compares the speed of whohungup with that of other programs on captures made for it. See docs/performance.md. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { Budget } from './budget.ts';
import { checkResults } from './check.ts';
import { digestOfFolder, digestOfWorkload, FOLDERS } from './digest.ts';
import { measure, measuringMethod, type Run } from './measure.ts';
import { type Options, readOptions, USAGE } from './options.ts';
import { absence, obstacle, type Peer, versionOf, WHOHUNGUP } from './peers.ts';
import { costTable, type PeerResult, table, type WorkloadResult, withMedians } from './results.ts';
import {
  isHeadersOnly,
  removeWorkloadFiles,
  type Workload,
  type WorkloadFile,
  workload,
  workloadFile,
} from './workloads/catalogue.ts';
import { packingAbsence } from './workloads/packing.ts';

const FOLDER = join(import.meta.dirname, '..', '.bench');
const USAGE_ERROR = 2;

/** Rounds over all peers in turn, so that what disturbs the machine for a while disturbs all of them. */
async function runPeers(
  file: WorkloadFile,
  { packed }: Workload,
  options: Options,
  budget: Budget,
): Promise<PeerResult[]> {
  const entries = options.peers.map((peer) => ({
    peer,
    skipped: obstacle(peer, packed?.packing),
    runs: [] as Run[],
  }));
  // Brings the file into the page cache: all peers then read memory, not the disk.
  await measure(['cat', file.path], options.timeLimitS, FOLDER);
  for (let round = 0; round < options.rounds; round++) {
    for (const entry of entries) {
      if (entry.skipped !== null) continue;
      const isOwn = entry.peer.name === WHOHUNGUP;
      const limitS = isOwn ? options.timeLimitS : Math.min(options.timeLimitS, budget.leftS);
      if (limitS === 0) {
        entry.skipped = 'no time left';
        continue;
      }
      const run = await measure(entry.peer.command(file.path), limitS, FOLDER);
      if (!isOwn) budget.spend(run.wallS);
      entry.runs.push(run);
      if (run.outcome === 'over-time' || run.outcome === 'over-memory')
        entry.skipped = `${run.outcome} in round ${round + 1}, after ${run.wallS.toFixed(0)} s`;
    }
  }
  return entries.map(({ peer, skipped, runs }) => ({ peer: peer.name, does: peer.does, skipped, runs }));
}

async function runWorkload(one: Workload, options: Options, budget: Budget): Promise<WorkloadResult> {
  const file = await makeFile(one);
  budget.nextShare();
  const peers = withMedians(await runPeers(file, one, options, budget));
  const check = options.check ? await checkResults(file, isHeadersOnly(one)) : null;
  const digest = options.digest ? await digestOfWorkload(file.path) : null;
  return { workload: one, file, peers, check, digest };
}

async function makeFile(one: Workload): Promise<WorkloadFile> {
  const file = await workloadFile(FOLDER, one);
  if (file.madeInS !== null)
    console.error(`${one.name}: ${file.octets} octets written in ${file.madeInS.toFixed(1)} s`);
  return file;
}

function isGood({ peers, check }: WorkloadResult): boolean {
  const own = peers.find(({ peer }) => peer === WHOHUNGUP);
  const isRunGood = own === undefined || own.runs.every(({ outcome }) => outcome === 'done');
  return isRunGood && (check === null || check.problem === null);
}

/** The workloads that can be made here; says why the others are left out. */
function feasible(workloads: readonly Workload[]): Workload[] {
  return workloads.filter(({ name, packed }) => {
    const absent = packed === undefined ? null : packingAbsence(packed.packing);
    if (absent !== null) console.log(`${name} left out: ${absent}\n`);
    return absent === null;
  });
}

async function foldersDigests(): Promise<Record<string, string>> {
  const digests: Record<string, string> = {};
  for (const folder of FOLDERS) {
    const digest = await digestOfFolder(folder);
    digests[folder] = digest;
    console.log(`digest of ${folder}: ${digest}`);
  }
  return digests;
}

interface About {
  readonly scale: string;
  readonly rounds: number;
  readonly machine: ReturnType<typeof machine>;
}

function heading({ scale, rounds, machine: { versions, ...rest } }: About): string {
  const lines = Object.entries({ scale, rounds, ...rest, ...versions }).map(
    ([key, value]) => `${key}: ${value}`,
  );
  return `${lines.join('\n')}\n`;
}

function machine(peers: readonly Peer[]) {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cpus: cpus().length,
    memoryOctets: totalmem(),
    platform: `${process.platform} ${process.arch}`,
    node: process.version,
    method: measuringMethod(),
    versions: Object.fromEntries(
      peers.filter((peer) => absence(peer) === null).map((peer) => [peer.name, versionOf(peer)]),
    ),
  };
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  if (options.clean) {
    removeWorkloadFiles(FOLDER);
    return 0;
  }
  mkdirSync(FOLDER, { recursive: true });
  const { scales } = options;
  const workloads = feasible(
    options.workloads.flatMap((name) => scales.map((scale) => workload(name, scale))),
  );
  if (options.generateOnly) {
    for (const one of workloads) console.log((await makeFile(one)).path);
    return 0;
  }
  const budget = new Budget(options.budgetS, workloads.length);
  const about = { scale: scales.join(' and '), rounds: options.rounds, machine: machine(options.peers) };
  console.log(heading(about));
  const results: WorkloadResult[] = [];
  for (const one of workloads) {
    const result = await runWorkload(one, options, budget);
    results.push(result);
    console.log(table(result));
  }
  if (scales.length > 1) console.log(costTable(results));
  const digests = options.digest ? await foldersDigests() : null;
  if (options.json !== null)
    writeFileSync(options.json, `${JSON.stringify({ ...about, results, digests }, null, 2)}\n`);
  return results.every(isGood) ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = USAGE_ERROR;
}
