/**
 * Does `whohungup live` keep anything of connections that are gone? (root): npm run live:days -- [--connections 3000000]
 *
 * In place of tcpdump a program feeds it, as fast as it reads, the same hours of web traffic again and again, each time with
 * other addresses and hours later: days of traffic in minutes. Everything is on that may keep
 * something: the ring of -w with rotation, metrics, a record for each connection. Prints resident memory by connections fed,
 * and its slope over the later half.
 */
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { workload, workloadFile } from '../../bench/workloads/catalogue.ts';
import { slopeOf } from './slope.ts';

const { values } = parseArgs({ options: { connections: { type: 'string', default: '3000000' } } });
const PROGRAM = fileURLToPath(new URL('../../bin/whohungup.js', import.meta.url));
const FEEDER = fileURLToPath(new URL('feed-again.mjs', import.meta.url));
/** Of the bench's W4: 96,000 connections in an hour and a half, few of them open at a time. */
const SCALE = 0.1;
const SAMPLE_EVERY = 50_000;

if (process.getuid?.() !== 0) throw new Error('not here: live capture needs root');
const directory = mkdtempSync(join(tmpdir(), 'whohungup-days-'));
chmodSync(directory, 0o755);
try {
  await run();
} finally {
  rmSync(directory, { recursive: true });
}

async function run(): Promise<void> {
  const { path, connections } = await workloadFile(directory, workload('W4', SCALE));
  const rounds = Math.ceil(Number(values.connections) / connections);
  const bin = join(directory, 'bin');
  const proofs = join(directory, 'proofs');
  for (const each of [bin, proofs]) mkdirSync(each);
  chmodSync(proofs, 0o777);
  const command = [process.execPath, FEEDER, path, rounds].map((word) => `'${word}'`).join(' ');
  writeFileSync(join(bin, 'tcpdump'), `#!/bin/sh\nexec ${command}\n`, { mode: 0o755 });
  const args = [
    'live',
    '-i',
    'lo',
    '--via',
    'tcpdump',
    '-Z',
    'nobody',
    '--format',
    'jsonl',
    '--metrics',
    ':9464',
  ];
  const proof = ['-w', join(proofs, 'proof.pcapng'), '-C', '50', '-W', '3'];
  const child = spawn(process.execPath, [PROGRAM, ...args, ...proof], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, PATH: `${bin}${delimiter}${process.env['PATH']}` },
  });
  const points: [number, number][] = [];
  let records = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith('{"type":"connection"')) continue;
    if (++records % SAMPLE_EVERY !== 0) continue;
    points.push([records / 1e6, residentMib(child.pid!)]);
    console.log(`${records} connections: ${points.at(-1)![1].toFixed(0)} MiB`);
  }
  const later = points.slice(points.length >> 1);
  const { slope, error } = slopeOf(later);
  console.log(`over the later half: ${slope.toFixed(1)} ± ${error.toFixed(1)} MiB per million connections`);
}

function residentMib(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
}
