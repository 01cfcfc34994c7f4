/**
 * Live capture under load for a long time (root): npx tsx test/live/endurance.ts [--minutes 30] [--rate 100] [--via tcpdump]
 *
 * Staged clients of all kinds against nginx in namespaces of their own, `whohungup live` with -w and metrics beside a
 * tcpdump. Prints memory and its slope after a warm-up, drops, processor time, and how many verdicts equal those of the
 * file that tcpdump wrote.
 */
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { LiveProcess } from './live-process.ts';
import { TwoHosts, whyNotHere } from './namespaces.ts';
import { compareVerdicts } from './same-verdicts.ts';
import { slopeOf } from './slope.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    rate: { type: 'string', default: '100' },
    via: { type: 'string', default: 'tcpdump' },
  },
});
const PROGRAM = fileURLToPath(new URL('../../bin/whohungup.js', import.meta.url));
const CLIENTS = fileURLToPath(new URL('staged-clients.mjs', import.meta.url));
const SAMPLE_MS = 10_000;
const TICKS_PER_SECOND = 100;
/** The tables and the ring of -w fill in this share of the run. */
const WARM_UP = 0.2;

interface Sample {
  readonly minutes: number;
  readonly analyserKib: number;
  readonly captureKib: number;
}

/** Records of JSON Lines, of each connection only what is compared: all that a long run prints fits in no string. */
class Lines {
  readonly records: Record<string, unknown>[] = [];
  #rest = '';

  take(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#keep(JSON.parse(line) as Record<string, unknown>);
  }

  #keep(record: Record<string, unknown>): void {
    const { type, id, client, outcome, group, closedBy, kind, position } = record;
    const isConnection = type === 'connection';
    this.records.push(isConnection ? { type, id, client, outcome, group, closedBy, kind, position } : record);
  }
}

const reason = whyNotHere();
if (reason !== null) throw new Error(`not here: ${reason}`);
const minutes = Number(values.minutes);
const directory = mkdtempSync(join(tmpdir(), 'whohungup-endurance-'));
const hosts = new TwoHosts(directory);
hosts.start();
try {
  await run();
} finally {
  hosts.stop();
}

async function run(): Promise<void> {
  const file = join(directory, 'reference.pcap');
  // For everybody: the analyser has given up root when it writes there.
  const proofs = join(directory, 'proofs');
  mkdirSync(proofs);
  chmodSync(proofs, 0o777);
  chmodSync(directory, 0o755);
  const words = [
    'netns',
    'exec',
    hosts.server,
    'tcpdump',
    '-Z',
    'root',
    '-i',
    'eth0',
    '-B',
    '65536',
    '-w',
    file,
  ];
  const reference = spawn('ip', words, { stdio: 'ignore' });
  const args = ['-i', 'eth0', '--via', values.via, '--format', 'jsonl', '-w', join(proofs, 'proof.pcapng')];
  const lines = new Lines();
  const live = new LiveProcess(hosts.server, PROGRAM, [...args, '--metrics', ':9464'], (text) =>
    lines.take(text),
  );
  await live.ready();
  const total = String(Math.round(minutes * 60 * Number(values.rate)));
  const clients = spawn(
    'ip',
    ['netns', 'exec', hosts.client, process.execPath, CLIENTS, '10.91.0.2', total, values.rate],
    { stdio: 'inherit' },
  );
  let isDone = false;
  clients.on('close', () => {
    isDone = true;
  });
  const samples: Sample[] = [];
  for (const startMs = Date.now(); !isDone; ) {
    await sleep(SAMPLE_MS);
    samples.push(sample(live.pid, (Date.now() - startMs) / 60_000));
  }
  const cpuS = cpuSeconds(live.pid);
  await sleep(3_000);
  await live.interrupt();
  reference.kill('SIGINT');
  await sleep(1_000);
  await report(lines, file, samples, cpuS);
}

async function report(live: Lines, file: string, samples: readonly Sample[], cpuS: number): Promise<void> {
  const steady = samples.filter((each) => each.minutes > WARM_UP * minutes);
  const line = (name: string, of: (each: Sample) => number): void => {
    const { slope, error } = slopeOf(steady.map((each) => [each.minutes, of(each)]));
    const [first, last] = [of(samples[0]!), of(samples.at(-1)!)];
    const range = `${Math.min(...steady.map(of))} to ${Math.max(...steady.map(of))} KiB after the warm-up`;
    console.log(
      `${name}: ${first} KiB first, ${last} KiB last, ${range}, ${slope.toFixed(1)} ± ${error.toFixed(1)} KiB/min`,
    );
  };
  line('analyser', (each) => each.analyserKib);
  line('capture process', (each) => each.captureKib);
  console.log(`processor time of the analyser: ${cpuS} s in ${samples.at(-1)!.minutes.toFixed(1)} min`);
  console.log('summary:', JSON.stringify(live.records.at(-1)).slice(0, 600));
  const offline = new Lines();
  const child = spawn(process.execPath, [PROGRAM, file, '--format', 'jsonl'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child.stdout.setEncoding('utf8').on('data', (text: string) => offline.take(text));
  await new Promise((resolve) => child.on('close', resolve));
  const { compared, same, differences } = compareVerdicts(live.records, offline.records);
  const size = (statSync(file).size / 1e6).toFixed(0);
  console.log(`verdicts equal to those of the file (${size} MB): ${same} of ${compared}`);
  for (const text of differences.slice(0, 40)) console.log(`  ${text}`);
}

function sample(pid: number, atMinutes: number): Sample {
  const child = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
  return {
    minutes: atMinutes,
    analyserKib: residentKib(pid),
    captureKib: child.reduce((sum, each) => sum + residentKib(each), 0),
  };
}

function residentKib(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
}

/** User and system time: fields 14 and 15 of proc_pid_stat(5). */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}
