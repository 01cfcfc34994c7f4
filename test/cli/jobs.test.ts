import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mingledConnections } from '../support/mingled-pcap.ts';
import { abortedDownloads } from '../support/tiny-pcap.ts';
import { capturePath, truthCaptures } from '../support/truth.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'whohungup-jobs-'));
const program = join(folder, 'main.js');
const many = join(folder, 'many.pcap');
const mingled = join(folder, 'mingled.pcap');

beforeAll(() => {
  execFileSync(process.execPath, [join(root, '.ci/bundle-program.mjs'), folder], { cwd: root });
  writeFileSync(many, abortedDownloads(2_000));
  writeFileSync(mingled, mingledConnections(12));
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function whohungup(args: readonly string[], input?: Uint8Array, main = program) {
  const limits = { maxBuffer: 1 << 28, timeout: 60_000, killSignal: 'SIGKILL' } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { input, ...limits });
  return { code: status, out: stdout.toString(), err: stderr.toString() };
}

const fixtures = readdirSync(join(root, 'fixtures'))
  .flatMap((name) => ['capture.pcap', 'capture.pcapng'].map((file) => join(root, 'fixtures', name, file)))
  .filter((path) => existsSync(path));

/** None when they are not beside the checkout, which is said where they are looked for. */
const real = truthCaptures().map(capturePath);
const realCaptures: [string, string[]][] = real.length > 0 ? [['real captures, as parts of one', real]] : [];

describe('several threads say what one says', () => {
  test.each([
    ['every fixture, as parts of one capture', fixtures],
    ...realCaptures,
    ['many connections', [many]],
    ['idle ends, reused 4-tuples, fragments and ICMP errors', ['-v', mingled]],
    ['a part of it', ['-c', '9999', many]],
    ['a file that is none', [join(root, 'package.json'), many]],
    ['no file', [join(folder, 'none.pcap')]],
  ])(
    '%s',
    (_what, args) => {
      for (const format of ['text', 'jsonl']) {
        const one = whohungup(['--format', format, ...args]);
        for (const jobs of format === 'text' ? ['2', '3'] : ['5'])
          expect(whohungup(['--format', format, '--jobs', jobs, ...args])).toEqual(one);
      }
    },
    60_000,
  );

  test('standard input', () => {
    const octets = readFileSync(many);
    const one = whohungup(['-'], octets);
    expect(one.out).toContain('2,000');
    for (const jobs of ['2', '5']) expect(whohungup(['--jobs', jobs, '-'], octets)).toEqual(one);
  }, 60_000);

  test('what is no number of threads is refused', () => {
    expect(whohungup(['--jobs', '0', many])).toMatchObject({ code: 2, out: '' });
  });
});

test('the mingled capture holds what it is made for', () => {
  const { out } = whohungup(['--format', 'jsonl', mingled]);
  const found = (pattern: RegExp) => [...out.matchAll(pattern)].length;
  expect(found(/"reason":"idle"/g)).toBe(60);
  expect(found(/"reason":"reused"/g)).toBe(66);
  expect(found(/"icmpErrors":\[\{/g)).toBe(72);
  // Only answers that came in two fragments are followed by the server's FIN.
  expect(found(/"outcome":"truncated"/g)).toBe(72);
});

describe('a thread that dies', () => {
  test.each([
    ['by an exit', 'process.exit(7);', 'a thread ended before its work (exit code 7)'],
    ['by an error', "throw new Error('of a thread');", 'of a thread'],
  ])(
    '%s while another waits for it ends the program',
    (_how, end, said) => {
      const copy = mkdtempSync(join(tmpdir(), 'whohungup-dying-'));
      cpSync(folder, copy, { recursive: true });
      renameSync(join(copy, 'follow-job.js'), join(copy, 'follow-job-itself.js'));
      writeFileSync(
        join(copy, 'follow-job.js'),
        `const { workerData } = require('node:worker_threads');
if (workerData.isFirst) require('./follow-job-itself.js');
else setTimeout(() => { ${end} }, 300);
`,
      );
      const outcome = whohungup(['--jobs', '2', many], undefined, join(copy, 'main.js'));
      rmSync(copy, { recursive: true, force: true });
      expect(outcome).toMatchObject({ code: 2, out: '' });
      expect(outcome.err).toContain(said);
    },
    60_000,
  );
});
