import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { abortedDownloads, cleanExchange } from '../support/tiny-pcap.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const program = join(root, 'bin/whohungup.js');
const directory = mkdtempSync(join(tmpdir(), 'whohungup-'));
const file = (name: string): string => join(directory, name);

/** The environment of the tests must not colour what they read. */
const { NO_COLOR: _, FORCE_COLOR: __, ...bareEnvironment } = process.env;

beforeAll(() => {
  execFileSync(process.execPath, [join(root, '.ci/bundle-program.mjs')], { cwd: root });
  expect(existsSync(join(root, 'dist/program/main.js'))).toBe(true);
  writeFileSync(file('aborted.pcap'), abortedDownloads(3));
  writeFileSync(file('clean.pcap'), cleanExchange());
  writeFileSync(file('many.pcap'), abortedDownloads(5000));
  writeFileSync(file('hostile.pcap'), abortedDownloads(1, '/\u001b]0;owned\u0007\u009b31m'));
  writeFileSync(file('cut.pcap'), abortedDownloads(3).subarray(0, -30));
  writeFileSync(file('text.pcap'), 'this is no capture, just text that somebody saved under this name\n');
}, 120_000);

afterAll(() => rmSync(directory, { recursive: true, force: true }));

function whohungup(
  args: readonly string[],
  options: { env?: Record<string, string>; input?: Uint8Array } = {},
) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    cwd: directory,
    env: { ...bareEnvironment, ...options.env },
    input: options.input,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return { code: status, out: stdout, err: stderr };
}

describe('verdicts', () => {
  test('a capture as text', () => {
    const { code, out, err } = whohungup(['aborted.pcap']);
    expect(err).toBe('');
    expect(code).toBe(0);
    expect(out).toContain('aborted.pcap: 21 frames, 3 TCP connections');
    expect(out).toMatch(/3 {2}the client hung up/);
    expect(out).toContain('/report');
  });

  test('the checklist, as text and as records', () => {
    const { code, out, err } = whohungup(['aborted.pcap', '--checklist']);
    expect(err).toBe('');
    expect(code).toBe(0);
    expect(out).toContain(
      ' 1  Who is closing the connection?\n    All 3 connections ended early, by the client.',
    );
    const records = whohungup(['aborted.pcap', '--checklist', '--format', 'jsonl', '-Y', 'id == 1'])
      .out.trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(records.map(({ type }) => type)).toEqual(['capture', 'connection', 'summary']);
    expect(records[1]).toMatchObject({ id: 1, conditions: { path: { isRefused: false } } });
    expect(records[2]).toMatchObject({ checklist: { connections: 3, unmeasured: 0 } });
  });

  test('a clean one', () => {
    const { code, out } = whohungup(['clean.pcap']);
    expect(code).toBe(0);
    expect(out).toMatch(/^All is well/);
  });

  test('as records', () => {
    const { code, out } = whohungup(['--format', 'jsonl', 'aborted.pcap']);
    expect(code).toBe(0);
    const records = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(records.map(({ type }) => type)).toEqual([
      'capture',
      'connection',
      'connection',
      'connection',
      'summary',
    ]);
    expect(records[1]).toMatchObject({
      id: 0,
      file: 'aborted.pcap',
      start: '2026-01-02T03:04:05.000000Z',
      group: 'client-abort',
      killerFrame: 7,
      position: 'in-response-body',
      exchange: { target: '/report', bodyBytes: 1000, bodyBytesAcked: 1000, bodyLength: 10_240 },
    });
  });

  test('from standard input, the same', () => {
    const input = readFileSync(file('aborted.pcap'));
    const piped = whohungup(['-'], { input }).out;
    expect(piped.replace('standard input', 'aborted.pcap')).toBe(whohungup(['aborted.pcap']).out);
  });

  test('-c, -Y and --fail-on', () => {
    expect(whohungup(['-c', '7', 'aborted.pcap']).out).toContain('7 frames, 1 TCP connection');
    expect(whohungup(['-Y', 'id == 2', 'aborted.pcap']).out).toContain("'id == 2': 1 of 3 connections");
    expect(whohungup(['--fail-on', 'client-abort', 'aborted.pcap']).code).toBe(1);
    expect(whohungup(['--fail-on', 'server', 'aborted.pcap']).code).toBe(0);
  });

  test('a timeline', () => {
    const { code, out } = whohungup(['timeline', 'aborted.pcap', '--conn', '1', '--width', '100']);
    expect(code).toBe(0);
    expect(out).toMatch(/^>>> +14 +0\.006000 client ──> server RST ACK/m);
    expect(out).toMatch(/GET \/report/);
    expect(whohungup(['timeline', 'aborted.pcap']).out.match(/^Connection \d:/gm)).toHaveLength(3);
  });
});

describe('bad input and bad usage', () => {
  test.each([
    [['nothere.pcap'], /^whohungup: nothere\.pcap .*\n$/],
    [['.'], /^whohungup: \. .*directory.*\n$/],
    [['text.pcap'], /^whohungup: text\.pcap .*\n$/],
    [['--frobnicate', 'clean.pcap'], /^whohungup: unknown option --frobnicate\nTry 'whohungup --help'\.\n$/],
    [['report', 'a.pcap'], /^whohungup: report: not available in this version\n/],
    [['live'], /^whohungup: live needs an interface: .*\nTry 'whohungup live --help'\.\n$/],
    [['pair', 'a.pcap'], /Try 'whohungup pair --help'\.\n$/],
    [['-q', 'pair', 'a.pcap', 'b.pcap'], /^whohungup: the command goes first: whohungup pair …\n/],
    [
      ['timelin', 'clean.pcap'],
      /^whohungup: there is no file "timelin"; is the command "timeline" meant\?\n/,
    ],
    [[''], /^whohungup: "" does not exist\n$/],
    [['-Y', 'group ==', 'clean.pcap'], /^whohungup: -Y: a value is missing here\n {2}group ==\n {10}\^\n$/],
  ])('%j', (args, message) => {
    const { code, out, err } = whohungup(args);
    expect(err).toMatch(message);
    expect(out).toBe('');
    expect(code).toBe(2);
  });

  test('a cut file gives what it has, with a warning', () => {
    const { code, out, err } = whohungup(['cut.pcap']);
    expect(code).toBe(0);
    expect(out).toContain('20 frames');
    expect(err).toMatch(/^whohungup: warning: cut\.pcap: /);
  });

  test('one of two files is missing: results of the other, exit 2', () => {
    const { code, out, err } = whohungup(['clean.pcap', 'nothere.pcap']);
    expect(code).toBe(2);
    expect(out).toContain('All is well');
    expect(err).toContain('nothere.pcap');
  });
});

describe('manners', () => {
  test('help and version', () => {
    expect(whohungup(['--help'])).toMatchObject({ code: 0, err: '' });
    expect(whohungup(['--version']).out).toMatch(/^whohungup \d+\.\d+\.\d+\n$/);
    expect(whohungup(['help', 'pair']).out).toBe(whohungup(['pair', '--help']).out);
    const bare = whohungup([]);
    expect(bare.code).toBe(2);
    expect(bare.out).toContain('Examples');
  });

  // biome-ignore lint/suspicious/noControlCharactersInRegex: colour is control characters
  const coloured = /\u001b\[/;

  test('no colour into a pipe; colour when asked; NO_COLOR', () => {
    expect(whohungup(['aborted.pcap']).out).not.toMatch(coloured);
    expect(whohungup(['--color', 'always', 'aborted.pcap']).out).toMatch(coloured);
    expect(whohungup(['aborted.pcap'], { env: { FORCE_COLOR: '1' } }).out).toMatch(coloured);
    expect(whohungup(['aborted.pcap'], { env: { FORCE_COLOR: '1', NO_COLOR: '1' } }).out).not.toMatch(
      coloured,
    );
  });

  test('hostile octets reach no terminal', () => {
    for (const args of [
      ['-vv', 'hostile.pcap'],
      ['timeline', 'hostile.pcap'],
      ['--format', 'jsonl', 'hostile.pcap'],
    ]) {
      const { out } = whohungup(args);
      expect(out).toContain('owned');
      // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
      expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    }
  });

  test('a reader that has seen enough ends it quietly', async () => {
    const child = spawn(process.execPath, [program, '--format', 'jsonl', 'many.pcap'], {
      cwd: directory,
      env: bareEnvironment,
    });
    child.stdout.once('data', () => child.stdout.destroy());
    const [code, err] = await ended(child);
    expect(err).toBe('');
    expect(code).toBe(0);
  });

  test('the shell way: | head -1', () => {
    const line = `"${process.execPath}" "${program}" --format jsonl many.pcap | head -1; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', line], { cwd: directory, encoding: 'utf8' });
    const [capture, code] = stdout.trim().split('\n');
    expect(JSON.parse(capture ?? '')).toMatchObject({ type: 'capture', schema: 1 });
    expect(code).toBe('0');
    expect(stderr).toBe('');
  });

  test('Ctrl-C prints what was found so far', async () => {
    const child = spawn(process.execPath, [program, '-'], { cwd: directory, env: bareEnvironment });
    let out = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      out += chunk;
    });
    child.stdin.write(readFileSync(file('aborted.pcap')));
    await new Promise((resolve) => setTimeout(resolve, 2500));
    child.kill('SIGINT');
    const [code] = await ended(child);
    expect(code).toBe(0);
    expect(out).toContain('3  the client hung up');
    expect(out).toContain('Not read to the end');
  });

  test.runIf(process.platform === 'linux')(
    'a named pipe is waited for until somebody writes, and left at Ctrl-C (Linux)',
    async () => {
      execFileSync('sh', ['-c', 'mkfifo pipe'], { cwd: directory });
      const waiting = spawn(process.execPath, [program, 'pipe'], { cwd: directory, env: bareEnvironment });
      let out = '';
      waiting.stdout.setEncoding('utf8').on('data', (chunk: string) => {
        out += chunk;
      });
      await new Promise((resolve) => setTimeout(resolve, 1000));
      waiting.kill('SIGINT');
      expect((await ended(waiting))[0]).toBe(0);
      expect(out).toContain('nothing so far: 0 frames');

      const reading = spawn(process.execPath, [program, 'pipe'], { cwd: directory, env: bareEnvironment });
      reading.stdout.setEncoding('utf8').on('data', (chunk: string) => {
        out += chunk;
      });
      await new Promise((resolve) => setTimeout(resolve, 500));
      execFileSync('sh', ['-c', 'cat aborted.pcap > pipe'], { cwd: directory });
      expect((await ended(reading))[0]).toBe(0);
      expect(out).toContain('pipe: 21 frames, 3 TCP connections');
    },
  );
});

describe('Ctrl-C while a log', () => {
  async function interruptedAfterReading(log: string): Promise<string> {
    const words = ['explain', 'clean.pcap', '--log', '-'];
    const child = spawn(process.execPath, [program, ...words], { cwd: directory, env: bareEnvironment });
    let err = '';
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      err += chunk;
    });
    if (log !== '') child.stdin.write(log);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    child.kill('SIGINT');
    const [code] = await ended(child);
    return `${code} ${err}`;
  }

  test.each([
    ['is waited for', ''],
    ['has more to come', 'write tcp 192.0.2.1:4000: broken pipe\n'],
  ])('%s', async (_, log) => {
    expect(await interruptedAfterReading(log)).toBe(
      '130 whohungup: interrupted while the log was being read: nothing was explained\n',
    );
  });
});

test('Ctrl-C while a capture to explain lines with is waited for', async () => {
  const words = ['explain', '-', '--log', 'write tcp 192.0.2.1:4000: broken pipe'];
  const child = spawn(process.execPath, [program, ...words], { cwd: directory, env: bareEnvironment });
  let out = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  await new Promise((resolve) => setTimeout(resolve, 1500));
  child.kill('SIGINT');
  expect(await ended(child)).toEqual([
    130,
    'whohungup: interrupted while the capture was being read: nothing was explained\n',
  ]);
  expect(out).toBe('');
});

describe('the compiled form that is kept beside the program', () => {
  const keptName = `program.${process.version}-${process.arch}.cache`;
  const kept = join(root, 'dist/program', keptName);

  test('is there, and V8 takes it', () => {
    const ask = `console.log(require(${JSON.stringify(join(root, 'dist/program/main.js'))}).script.cachedDataRejected)`;
    const args = ['-e', ask, 'whohungup', file('clean.pcap')];
    const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', env: bareEnvironment });
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^false\nAll is well/);
  });

  test('is not taken for a program that was changed', () => {
    const copy = mkdtempSync(join(tmpdir(), 'whohungup-'));
    try {
      cpSync(join(root, 'dist/program'), copy, { recursive: true });
      const text = readFileSync(join(copy, 'program.js'), 'latin1');
      writeFileSync(join(copy, 'program.js'), text.replaceAll('All is well', 'ALL IS WELL'), 'latin1');
      const args = [join(copy, 'main.js'), file('clean.pcap')];
      const { stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', env: bareEnvironment });
      expect(stdout).toMatch(/^ALL IS WELL/);
    } finally {
      rmSync(copy, { recursive: true, force: true });
    }
  });

  test.each([
    ['missing', null],
    ['cut', () => readFileSync(kept).subarray(0, 100_000)],
    ['empty', () => Buffer.alloc(0)],
    ['of something else', () => Buffer.alloc(100_000, 'x')],
    ['damaged, which V8 does not look for', () => readFileSync(kept).fill(0xff, 400_000, 401_000)],
    ['of other flags', () => readFileSync(kept)],
  ])('%s: the same output', (what, octets) => {
    const copy = mkdtempSync(join(tmpdir(), 'whohungup-'));
    try {
      cpSync(join(root, 'dist/program'), join(copy, 'program'), { recursive: true });
      if (octets === null) rmSync(join(copy, 'program', keptName));
      else writeFileSync(join(copy, 'program', keptName), octets());
      const flags = what === 'of other flags' ? ['--no-lazy-feedback-allocation'] : [];
      const args = [...flags, join(copy, 'program/main.js'), 'aborted.pcap'];
      const run = spawnSync(process.execPath, args, {
        cwd: directory,
        env: bareEnvironment,
        encoding: 'utf8',
        timeout: 10_000,
      });
      expect(run).toMatchObject({ status: 0, stderr: '', stdout: whohungup(['aborted.pcap']).out });
    } finally {
      rmSync(copy, { recursive: true, force: true });
    }
  });
});

async function ended(child: ChildProcess): Promise<[number | null, string]> {
  let err = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    err += chunk;
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return [code, err];
}
