import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import stringWidth from 'string-width';
import { afterAll, describe, expect, test } from 'vitest';
import { parseArgs } from '../../src/cli/args.ts';
import { pairCommand } from '../../src/cli/pair-command.ts';
import { PAIR_HELP_TEXT } from '../../src/cli/pair-help.ts';
import { schemaErrors } from '../support/record-schema.ts';
import { faultOf, runCommand } from '../support/run-command.ts';
import { abortedDownloads, cleanExchange } from '../support/tiny-pcap.ts';

const FIXTURES = fileURLToPath(new URL('../../fixtures/', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'whohungup-pair-'));
afterAll(() => rmSync(scratch, { recursive: true }));

function file(name: string, octets: Uint8Array): string {
  const path = join(scratch, name);
  writeFileSync(path, octets);
  return path;
}

const ends = (name: string) => [`${FIXTURES}${name}/a.pcap`, `${FIXTURES}${name}/b.pcap`];

const run = (...words: string[]) => runCommand(pairCommand, ['pair', ...words]);

const fault = (...words: string[]) => faultOf(run(...words));

describe('pair', () => {
  test('interrupted, says nothing of what was not read', async () => {
    const words = ['pair', ...ends('pair-nat-forgets')];
    expect(await runCommand(pairCommand, words, AbortSignal.abort())).toEqual({
      code: 130,
      out: '',
      err: 'whohungup: interrupted while the captures were being read: nothing was compared\n',
    });
  });

  test('says who cut it, how that is known, and what else changed', async () => {
    const { code, out, err } = await run(...ends('pair-forged-mimic'));
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('1 connection in both captures; 1 ended badly: something in between cut it once');
    expect(out).toContain('Who hung up: intermediary (proven), 99 %. Where: in the response body.');
    expect(out).toMatch(/\* The reset of B 10 never passed capture A, nearer to the client/);
    expect(out).toMatch(/Clock: B is \d+ µs (ahead of|behind) A \(±/);
    expect(out).toContain("Added in between: client's RST ACK (B 10).");
    expect(out).toContain("Altered: TTL 64 → 63 (client's, 5 packets; first A 1, B 1).");
  });

  test('draws both ends side by side, the client on the left whichever capture is A', async () => {
    const [a = '', b = ''] = ends('pair-forged-mimic');
    const { out } = await run(a, b, '--timeline', '--conn', '0');
    expect(out).toMatch(/^ A +time s +B +what$/m);
    expect(out).toMatch(/^ 1 0\.000000 ────────> 1 {2}SYN, seq 0, \d+ µs$/m);
    expect(out).toMatch(/^ {3}0\.\d+ {6}\*──> 10 >>> ADDED: RST ACK, seq \d+, ack \d+: this ended it$/m);
    const mirrored = await run(b, a, '--timeline');
    expect(mirrored.out).toMatch(/^ B +time s +A +what$/m);
    expect(mirrored.out).toMatch(/ {6}\*──> 10 >>> ADDED/);
  });

  test.each(['pair-forged-mimic', 'pair-nat-forgets', 'pair-offload', 'pair-options-rewritten'])(
    '%s: records follow the schema, in their order',
    async (name) => {
      const { out } = await run(...ends(name), '--format', 'jsonl');
      const records = out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>);
      for (const record of records) expect(schemaErrors(record)).toEqual([]);
      const types = records.map(({ type, capture }) => `${type} ${capture ?? ''}`.trim());
      expect([...new Set(types)]).toEqual(['capture a', 'capture b', 'pair-connection', 'pair-summary']);
    },
  );

  test.each([40, 57, 80, 200])('no line is wider than %d columns', async (width) => {
    for (const name of ['pair-nat-forgets', 'pair-offload', 'pair-options-rewritten']) {
      for (const mode of [[], ['--timeline'], ['-vv', '--all']]) {
        const { out } = await run(...ends(name), ...mode, '--width', String(width));
        for (const line of out.split('\n')) expect(stringWidth(line), line).toBeLessThanOrEqual(width);
      }
    }
  });

  test('selects, and fails when asked to, by the verdict of both', async () => {
    const both = ends('pair-forged-mimic');
    expect((await run(...both, '--fail-on', 'intermediary')).code).toBe(1);
    expect((await run(...both, '--fail-on', 'client-abort,server')).code).toBe(0);
    expect((await run(...both, '-Y', 'client-abort', '--fail-on', 'intermediary')).code).toBe(0);
    const { out } = await run(...both, '-Y', 'proven', '--format', 'jsonl');
    expect(out).toContain('"selected":1');
  });

  test('a connection that is not there', async () => {
    expect(await run(...ends('pair-offload'), '--conn', '7')).toMatchObject({
      code: 2,
      err: 'whohungup: there is no connection 7 in the first capture\n',
    });
  });
});

describe('pair with input that does not fit', () => {
  const good = `${FIXTURES}pair-offload/a.pcap`;

  test.each([
    ['empty', file('empty.pcap', new Uint8Array(0)), /empty/],
    [
      'not a capture',
      file(
        'noise.pcap',
        Uint8Array.from({ length: 999 }, (_, at) => (at * 7) & 0xff),
      ),
      /noise/,
    ],
    ['not there', join(scratch, 'nowhere.pcap'), /nowhere/],
  ])('%s: one message, whichever place it has', async (_what, bad, message) => {
    for (const words of [
      [good, bad],
      [bad, good],
    ]) {
      const { code, out, err } = await run(...words);
      expect({ code, out }).toEqual({ code: 2, out: '' });
      expect(err).toMatch(message);
      expect(err.trimEnd().split('\n')).toHaveLength(1);
    }
  });

  test('no connection in common', async () => {
    const other = file('other.pcap', abortedDownloads(3));
    const { code, err } = await run(good, other);
    expect(code).toBe(2);
    expect(err).toBe(
      'whohungup: no connection is in both captures (1 in the first, 3 in the second): are they of the same traffic?\n',
    );
  });

  test('a capture of a link type that cannot be read', async () => {
    const octets = Buffer.from(abortedDownloads(1));
    octets.writeUInt32LE(195, 20);
    const { code, err } = await run(ends('pair-forged-mimic')[0]!, file('wpan.pcap', octets));
    expect(code).toBe(2);
    expect(err).toContain('wpan.pcap: no frame read, because of the link type (docs/supported.md)');
  });

  test('a capture without TCP', async () => {
    const header = cleanExchange().subarray(0, 24);
    const { code, err } = await run(file('header.pcap', header), good);
    expect(code).toBe(2);
    expect(err).toMatch(/^whohungup: nothing to compare: .*header\.pcap holds no TCP connections\n$/);
  });

  test('cut in the middle of a frame: what is there is compared', async () => {
    const whole = abortedDownloads(3);
    const { code, out } = await run(
      file('whole.pcap', whole),
      file('cut.pcap', whole.subarray(0, whole.length - 9)),
    );
    expect(code).toBe(0);
    expect(out).toContain('3 connections in both captures');
  });

  test('a capture with itself: nothing was lost, added or changed', async () => {
    const { out } = await run(good, good, '--all');
    expect(out).not.toMatch(/Added|Lost|Altered/);
  });
});

describe('the command line of pair', () => {
  test.each([
    [['only-one.pcap'], 'pair needs two captures: whohungup pair A B'],
    [['a', 'b', 'c'], 'pair needs two captures: whohungup pair A B'],
    [['-', '-'], 'standard input can be read only once'],
    [['a', 'b', '--a', 'left'], '--a: "left" is none of: client server'],
    [
      ['a', 'b', '--peer', '1.2.3.4:5'],
      '--peer belongs to the timeline command: whohungup timeline FILE --peer …',
    ],
    [['a', 'b', '--timeline', '--format', 'jsonl'], '--timeline prints text only'],
  ])('%j', async (words, message) => expect(await fault(...words)).toBe(message));

  test('--a belongs to it alone', async () => {
    await expect(parseArgs(['capture.pcap', '--a', 'client'])).rejects.toThrow(
      '--a belongs to the pair command: whohungup pair A B --a …',
    );
  });

  test('help opens with examples and fits 80 columns', () => {
    expect(PAIR_HELP_TEXT.split('\n').indexOf('Examples')).toBe(3);
    for (const line of PAIR_HELP_TEXT.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });
});
