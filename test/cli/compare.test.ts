import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import stringWidth from 'string-width';
import { afterAll, describe, expect, test } from 'vitest';
import { compareCommand } from '../../src/cli/compare-command.ts';
import { COMPARE_HELP_TEXT } from '../../src/cli/compare-help.ts';
import { schemaErrors } from '../support/record-schema.ts';
import { runCommand } from '../support/run-command.ts';
import { abortedDownloads, cleanExchange } from '../support/tiny-pcap.ts';

const scratch = mkdtempSync(join(tmpdir(), 'whohungup-compare-'));
afterAll(() => rmSync(scratch, { recursive: true }));

function file(name: string, octets: Uint8Array): string {
  const path = join(scratch, name);
  writeFileSync(path, octets);
  return path;
}

const bad = file('bad.pcap', abortedDownloads(30));
const good = file('good.pcap', cleanExchange());

const run = (...words: string[]) => runCommand(compareCommand, ['compare', ...words]);

describe('compare', () => {
  test('interrupted, says nothing of what was not read', async () => {
    expect(await runCommand(compareCommand, ['compare', bad, good], AbortSignal.abort())).toEqual({
      code: 130,
      out: '',
      err: 'whohungup: interrupted while the captures were being read: nothing was compared\n',
    });
  });

  test('says whether it helped, then the figures', async () => {
    const { code, out, err } = await run(bad, good);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(
      /^It cannot be told: 100 % of the responses were cut while being sent before, 0 %\nafter/,
    );
    expect(out).toMatch(/^Connections +30 +1$/m);
    expect(out).toMatch(/^ {2}the client hung up +30 = 100 % +0 = 0 %$/m);
    for (const width of [40, 60, 80, 120])
      for (const line of (await run(bad, good, '--width', String(width))).out.split('\n'))
        expect(stringWidth(line)).toBeLessThanOrEqual(width);
  });

  test('one record', async () => {
    const { out } = await run(bad, good, '--format', 'jsonl');
    const record = JSON.parse(out) as Record<string, unknown>;
    expect(schemaErrors(record)).toEqual([]);
    expect(record).toMatchObject({
      type: 'comparison',
      before: { connections: 30 },
      after: { connections: 1 },
    });
  });

  test('a capture without connections is no success: nothing was compared', async () => {
    const empty = file('empty.pcap', cleanExchange().subarray(0, 24));
    for (const ends of [
      [good, empty],
      [empty, good],
    ]) {
      const { code, err } = await run(...ends, '--fail-on', 'client-abort');
      expect({ code, err }).toEqual({
        code: 2,
        err: `whohungup: nothing to compare: ${empty} holds no TCP connections\n`,
      });
    }
  });

  test('a file and itself', async () => {
    const { err } = await run(good, good);
    expect(err).toBe(`whohungup: warning: ${good} is held against itself: both names lead to one file\n`);
  });

  test('-q leaves the verdict', async () => {
    const { out } = await run(bad, bad, '-q');
    expect(out).toMatch(/^It cannot be told/);
    expect(out).not.toContain('Connections');
  });

  test('exit codes: what has risen, an input at fault, wrong usage', async () => {
    const many = file('many.pcap', abortedDownloads(3));
    expect((await run(bad, good, '--fail-on', 'client-abort')).code).toBe(0);
    expect((await run(many, many, '--fail-on', 'client-abort')).code).toBe(0);
    const { code, out, err } = await run(bad, join(scratch, 'none.pcap'));
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('none.pcap');
    await expect(run(bad)).rejects.toThrow('compare needs two captures');
    await expect(run(bad, good, '-Y', 'server')).rejects.toThrow('compare counts all connections');
  });

  test('--help fits', () => {
    for (const line of COMPARE_HELP_TEXT.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });
});
