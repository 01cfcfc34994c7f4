import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { damaged } from './damage.ts';
import { RandomSource } from './random-source.ts';
import { fixtureSpecimens, variants } from './specimens.ts';

/** The built program on damaged files. Starting it costs most of the time, so few runs by default: FUZZ_SPAWNS=200. */
const SPAWNS = Number(process.env['FUZZ_SPAWNS'] ?? 24);
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_260_102);
const AT_ONCE = 2;

const root = fileURLToPath(new URL('../..', import.meta.url));
/** A build of its own: another test may write dist/ at the same time. Here, so that the packages are found. */
const cache = join(root, 'node_modules/.cache');
mkdirSync(cache, { recursive: true });
const buildDirectory = mkdtempSync(join(cache, 'fuzz-build-'));
const directory = mkdtempSync(join(tmpdir(), 'damaged-'));

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly out: string;
  readonly err: string;
}

beforeAll(() => {
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const args = [compiler, '-p', join(root, 'tsconfig.build.json'), '--outDir', join(buildDirectory, 'dist')];
  execFileSync(process.execPath, args, { cwd: root });
  writeFileSync(join(buildDirectory, 'package.json'), '{"type":"module","version":"0.0.0"}');
}, 120_000);

afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
  rmSync(buildDirectory, { recursive: true, force: true });
});

function run(args: readonly string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const program = join(buildDirectory, 'dist/cli/main.js');
    const child = spawn(process.execPath, [program, ...args], { cwd: directory, timeout: 60_000 });
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err += text;
    });
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, out, err }));
  });
}

const WAYS = [
  ['analyze', []],
  ['analyze', ['--format', 'jsonl']],
  ['analyze', ['-v', '--all']],
  ['timeline', ['--all']],
] as const;

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/;

/** As `    at name (file:///…:12:34)`; wrapped prose may begin with "at" too. */
const STACK_LINE = /^\s+at .*:\d+:\d+\)?$/m;

function faultsOf({ code, signal, out, err }: Ended): string[] {
  const found: string[] = [];
  if (code !== 0 && code !== 2) found.push(`exit ${code} ${signal}`);
  if (STACK_LINE.test(out + err)) found.push('a stack trace');
  if (CONTROL.test(out + err)) found.push('a control character');
  const strays = err.split('\n').filter((line) => line !== '' && !line.startsWith('whohungup: '));
  if (strays.length > 0) found.push(`on stderr: ${strays[0]}`);
  if (code === 2 && err === '') found.push('no word on why it failed');
  if (code === 0 && out === '') found.push('no result');
  return found;
}

async function check(index: number): Promise<string[]> {
  const random = new RandomSource(SEED + index);
  const octets = damaged(random.pick(SPECIMENS), random);
  const name = join(directory, `${index}.pcap`);
  const isPacked = index % 5 === 0;
  writeFileSync(name, isPacked ? gzipSync(octets) : octets);
  const [command, flags] = WAYS[index % WAYS.length]!;
  const ended = await run([command, `${index}.pcap`, ...flags]);
  return faultsOf(ended).map(
    (fault) => `run ${index} (${command} ${flags.join(' ')}): ${fault}\n${ended.err}`,
  );
}

const FIXTURES = fixtureSpecimens(20_000);
const SPECIMENS = [...FIXTURES, ...FIXTURES.slice(0, 30).flatMap(variants)];

test(
  `${SPAWNS} damaged files: exit code 0 or 2, plain warnings, no stack trace (FUZZ_SEED=${SEED})`,
  async () => {
    const faults: string[] = [];
    let next = 0;
    const worker = async (): Promise<void> => {
      while (next < SPAWNS) faults.push(...(await check(next++)));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    expect(faults).toEqual([]);
  },
  SPAWNS * 5_000 + 30_000,
);
