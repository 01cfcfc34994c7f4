import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { readLines } from '../../src/io/read-lines.ts';

const directory = mkdtempSync(join(tmpdir(), 'whohungup-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const TEXT = 'first\r\nsecond: é →\n\nlast, without an end';
const LINES = ['first', 'second: é →', '', 'last, without an end'];

async function linesOf(octets: Uint8Array): Promise<{ lines: string[]; damage: string | null }> {
  const path = join(directory, 'log');
  writeFileSync(path, octets);
  const lines: string[] = [];
  const damage = await readLines(path, new AbortController().signal, (line) => lines.push(line));
  return { lines, damage };
}

describe('lines of a file', () => {
  test('as it is', async () => {
    expect(await linesOf(Buffer.from(TEXT))).toEqual({ lines: LINES, damage: null });
  });

  test('packed with gzip', async () => {
    expect(await linesOf(gzipSync(TEXT))).toEqual({ lines: LINES, damage: null });
  });

  test('packed and cut: what can be had, and a word', async () => {
    const numbers = Array.from({ length: 50_000 }, (_, k) => `line ${k * 7919}`);
    const packed = gzipSync(numbers.join('\n'));
    const { lines, damage } = await linesOf(packed.subarray(0, packed.length - 5_000));
    expect(lines.length).toBeGreaterThan(1_000);
    expect(lines.slice(0, -1)).toEqual(numbers.slice(0, lines.length - 1));
    expect(damage).toBe(
      'the gzip data are damaged or cut (unexpected end of file): the lines before were read',
    );
  });

  test('in UTF-16 of either order, as its mark says', async () => {
    const little = Buffer.from(`\ufeff${TEXT}`, 'utf16le');
    const big = Buffer.from(little).swap16();
    expect(await linesOf(little)).toEqual({ lines: LINES, damage: null });
    expect(await linesOf(big)).toEqual({ lines: LINES, damage: null });
  });

  test('lines over the edges of what is read at once', async () => {
    const numbers = Array.from({ length: 100_000 }, (_, k) => `${k} ${'x'.repeat(k % 37)}`);
    expect((await linesOf(Buffer.from(numbers.join('\n')))).lines).toEqual(numbers);
  });

  test('signals have their turn while a file is read', async () => {
    const path = join(directory, 'long');
    writeFileSync(path, 'line\n'.repeat(100_000));
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 0);
    let lines = 0;
    await readLines(path, stop.signal, () => {
      lines++;
      // Now and then longer than a turn may take.
      const until = performance.now() + (lines % 10_000 === 1 ? 60 : 0);
      while (performance.now() < until);
    });
    expect(lines).toBeGreaterThan(0);
    expect(lines).toBeLessThan(100_000);
  });

  test('a line beyond all measure is cut', async () => {
    const { lines } = await linesOf(Buffer.from(`${'y'.repeat(1_000_000)}\nnext`));
    expect(lines).toEqual(['y'.repeat(32_768), 'next']);
  });
});
