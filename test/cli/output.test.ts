import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Diagnostics } from '../../src/cli/diagnostics.ts';
import { Output } from '../../src/cli/output.ts';
import { UsageError } from '../../src/cli/usage-error.ts';

test('chunks arrive whole and in order, batched', () => {
  const directory = mkdtempSync(join(tmpdir(), 'whohungup-'));
  const path = join(directory, 'out');
  const fd = openSync(path, 'w');
  try {
    const output = new Output(fd);
    let expected = '';
    for (let i = 0; i < 20_000; i++) {
      output.write(`zeile ${i} ä漢\n`);
      expected += `zeile ${i} ä漢\n`;
    }
    const long = `${'漢'.repeat(100_000)}\n`;
    for (const chunk of [long, '🙂', long]) {
      output.write(chunk);
      expected += chunk;
    }
    output.flush();
    expect(readFileSync(path, 'utf8')).toBe(expected);
  } finally {
    closeSync(fd);
    rmSync(directory, { recursive: true });
  }
});

function said(error: unknown, isDebug = false): string {
  let text = '';
  new Diagnostics((chunk) => {
    text += chunk;
  }).fault(error, isDebug);
  return text;
}

test('errors are lines for people', () => {
  expect(said(new UsageError('no capture file given'))).toBe(
    "whohungup: no capture file given\nTry 'whohungup --help'.\n",
  );
  const missing = Object.assign(new Error('ENOENT: no such file, open'), { code: 'ENOENT', path: 'x.pcap' });
  expect(said(missing)).toBe('whohungup: x.pcap: no such file\n');
  expect(said(Object.assign(new Error('bad\u001b[2J'), { name: 'CaptureInputError' }))).toBe(
    'whohungup: bad\\x1b[2J\n',
  );
});

test('a fault of ours: how to report it, and the stack only when asked for', () => {
  const fault = new TypeError('x is not a function');
  expect(said(fault)).toMatch(
    /^whohungup: x is not a function \(this is a fault in whohungup; WHOHUNGUP_DEBUG=1 .*\)\n$/,
  );
  expect(said(fault, true)).toContain('output.test.ts');
});
