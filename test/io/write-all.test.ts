import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { writeAll } from '../../src/io/write-all.ts';

test('a full non-blocking pipe is waited for, and nothing is lost', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'whohungup-'));
  const path = join(directory, 'pipe');
  execFileSync('mkfifo', [path]);
  const octets = Uint8Array.from({ length: 1_000_000 }, (_, at) => (at * 7) % 251);
  // Open for reading as well, or opening would wait for the reader.
  const descriptor = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  try {
    // Longer than the longest single wait, so that there are several.
    const reader = promisify(execFile)('sh', [
      '-c',
      `sleep 0.2; head -c ${octets.length} "$1" | sha256sum`,
      'sh',
      path,
    ]);
    writeAll(descriptor, octets);
    const { stdout } = await reader;
    expect(stdout.slice(0, 64)).toBe(createHash('sha256').update(octets).digest('hex'));
  } finally {
    closeSync(descriptor);
    rmSync(directory, { recursive: true });
  }
});

test('a pipe that nobody reads is an error, not a wait', () => {
  const directory = mkdtempSync(join(tmpdir(), 'whohungup-'));
  const path = join(directory, 'pipe');
  execFileSync('mkfifo', [path]);
  const reading = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writing = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  closeSync(reading);
  try {
    expect(() => writeAll(writing, Buffer.from('x'))).toThrow(/EPIPE/);
  } finally {
    closeSync(writing);
    rmSync(directory, { recursive: true });
  }
});
