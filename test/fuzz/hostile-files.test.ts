import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGzip, gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { lz4File } from '../capture/lz4-file.ts';
import { analyzeFile } from '../support/analyze-file.ts';
import { PcapngBuilder, pcapFile } from '../support/pcap-builder.ts';
import { cleanExchange } from '../support/tiny-pcap.ts';
import { RandomSource } from './random-source.ts';
import { checkedRun } from './seeded-run.ts';
import { PLAIN_RUN, type WholeRun, wholeRun } from './whole-run.ts';

/** Files whose lengths, counts and options lie. */

const SMALL = new Uint8Array(60);
const directory = mkdtempSync(join(tmpdir(), 'hostile-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function sound(octets: Uint8Array): WholeRun {
  const { faults, elapsedMs } = checkedRun(octets, PLAIN_RUN);
  expect(faults).toEqual([]);
  expect(elapsedMs).toBeLessThan(5_000);
  return wholeRun(octets);
}

function kinds({ summary }: WholeRun): string[] {
  return summary.capture.warnings.map(({ kind }) => kind);
}

const LENGTHS = [0, 1, 3, 4, 8, 11, 12, 13, 0x7fff_fff0, 0x7fff_ffff, 0x8000_0000, 0xffff_fff0, 0xffff_ffff];

describe('pcapng', () => {
  test.each(LENGTHS)('a block of length %i, first and last', (len) => {
    for (const type of [1, 2, 3, 5, 6, 10, 0x0a0d0d0a]) {
      for (const lens of [{ first: len }, { last: len }]) {
        const file = new PcapngBuilder().section().interface().enhanced({ octets: SMALL });
        file.block(type, (body) => body.octets(new Uint8Array(32)), lens).enhanced({ octets: SMALL });
        const run = sound(file.take());
        expect(run.frames).toBeGreaterThanOrEqual(1);
        expect(kinds(run).length).toBeGreaterThan(0);
      }
    }
  });

  test('an unknown block is stepped over, whatever its end says', () => {
    const file = new PcapngBuilder().section().interface().enhanced({ octets: SMALL });
    file
      .block(0xbad, (body) => body.octets(new Uint8Array(32)), { last: 0xffff_fff0 })
      .enhanced({ octets: SMALL });
    expect(kinds(sound(file.take()))).toEqual([]);
  });

  test.each(LENGTHS)('a captured length of %i', (capturedLen) => {
    const file = new PcapngBuilder().section().interface().enhanced({ octets: SMALL });
    file
      .enhanced({ octets: SMALL, capturedLen })
      .obsolete({ octets: SMALL, capturedLen })
      .enhanced({ octets: SMALL });
    expect(sound(file.take()).frames).toBeGreaterThanOrEqual(2);
  });

  test.each([0, 1, 9, 63, 64, 127, 128, 0xbf, 0xff])(
    'a time resolution of %i with extreme ticks and offsets',
    (resolution) => {
      for (const offsetSeconds of [0n, 1n << 62n, -(1n << 63n), 0xffff_ffffn]) {
        const file = new PcapngBuilder().section().interface({ resolution, offsetSeconds });
        for (const ticks of [0n, 1n, 0xffff_ffff_ffff_ffffn, 1n << 63n, 1_700_000_000_000_000n, 5n]) {
          file.enhanced({ ticks, octets: cleanExchange().subarray(40, 94) });
        }
        const run = sound(file.take());
        expect(run.frames).toBe(6);
        expect(run.summary.connections).toBeGreaterThanOrEqual(1);
      }
    },
  );

  test('packets before any interface, and of interfaces that are not there', () => {
    const file = new PcapngBuilder()
      .section()
      .enhanced({ octets: SMALL })
      .simple(SMALL)
      .obsolete({ octets: SMALL });
    file.interface().enhanced({ interfaceId: 0xffff_ffff, octets: SMALL }).statistics(77, { ifdrop: 1n });
    file.section(false).enhanced({ octets: SMALL });
    expect(kinds(sound(file.take())).length).toBeGreaterThan(0);
  });

  test('options that run past their block, or never end', () => {
    const file = new PcapngBuilder().section();
    for (const len of [0, 1, 8, 0x7fff, 0xffff]) {
      file.block(1, (body) => {
        body.u32(1);
        body.u32(0);
        for (let k = 0; k < 2_000; k++) body.u16(k % 16);
        body.u16(9);
        body.u16(len);
      });
    }
    file.enhanced({ octets: SMALL });
    expect(sound(file.take()).frames).toBe(1);
  });

  test('100,000 sections and as many interfaces', () => {
    const unit = new PcapngBuilder().section().interface().take();
    const file = new Uint8Array(unit.length * 100_000);
    for (let at = 0; at < file.length; at += unit.length) file.set(unit, at);
    const { faults, elapsedMs } = checkedRun(file, PLAIN_RUN);
    expect(faults).toEqual([]);
    expect(elapsedMs).toBeLessThan(20_000);
  });

  test('drop counts of 2^64 − 1', () => {
    const file = new PcapngBuilder().section().interface().enhanced({ octets: SMALL, drops: 0xffff_ffff });
    file.statistics(0, { ifdrop: 0xffff_ffff_ffff_ffffn, osdrop: 0xffff_ffff_ffff_fffen });
    expect(sound(file.take()).frames).toBe(1);
  });
});

describe('pcap', () => {
  test.each(LENGTHS)('a captured length of %i', (capturedLen) => {
    const record = { octets: SMALL };
    const run = sound(pcapFile([record, record, { ...record, capturedLen }, record, record]));
    expect(run.frames).toBeGreaterThanOrEqual(2);
  });

  test.each(LENGTHS)('an original length and a snaplen of %i', (len) => {
    const records = [{ octets: SMALL, originalLen: len }, { octets: SMALL }];
    expect(sound(pcapFile(records, { snaplen: len })).frames).toBeGreaterThanOrEqual(1);
  });

  test('times at both ends of the scale, and a million microseconds in a second', () => {
    const octets = cleanExchange().subarray(40, 94);
    const times = [0, 0xffff_ffff, 1, 0x7fff_ffff, 0x8000_0000, 5];
    const records = times.flatMap((seconds) => [
      { octets, seconds, fraction: 0xffff_ffff },
      { octets, seconds, fraction: 999_999 },
    ]);
    expect(sound(pcapFile(records)).frames).toBe(records.length);
  });

  test('half a million records without octets', () => {
    const file = new Uint8Array(24 + 16 * 500_000);
    file.set(pcapFile([]));
    const run = sound(file);
    expect(run.frames).toBe(500_000);
    expect(run.summary.connections).toBe(0);
  });
});

describe('compressed', () => {
  const file = (name: string, octets: Uint8Array): string => {
    const path = join(directory, name);
    writeFileSync(path, octets);
    return path;
  };

  /** Zeros are records without octets, so that all of it is looked at. */
  test('128 MB of zeros in half a megabyte', async () => {
    const gzip = createGzip({ level: 1 });
    const parts: Uint8Array[] = [];
    gzip.on('data', (part: Uint8Array) => parts.push(part));
    const ended = new Promise((resolve) => gzip.on('end', resolve));
    gzip.write(pcapFile([]));
    const zeros = new Uint8Array(1 << 20);
    for (let k = 0; k < 128; k++) await new Promise((resolve) => gzip.write(zeros, resolve));
    gzip.end();
    await ended;
    const path = file('bomb.pcap.gz', Buffer.concat(parts));
    const begunMs = performance.now();
    const rssBefore = process.memoryUsage.rss();
    const { summary, inputError } = await analyzeFile(path);
    expect(inputError).toBeNull();
    expect(summary.capture.frames).toBe((128 << 20) / 16);
    expect(process.memoryUsage.rss() - rssBefore).toBeLessThan(200 * 1024 * 1024);
    expect(performance.now() - begunMs).toBeLessThan(40_000);
  });

  test.each([
    ['gzip', gzipSync(cleanExchange())],
    ['lz4', lz4File(cleanExchange())],
  ])(
    '%s cut at every octet and with each octet flipped gives a result or a named refusal',
    async (name, packed) => {
      const random = new RandomSource(packed.length);
      for (let at = 0; at < packed.length; at++) {
        const flipped = packed.slice();
        flipped[at] = flipped[at]! ^ (1 << random.below(8));
        for (const octets of [packed.slice(0, at), flipped]) {
          const { summary, inputError } = await analyzeFile(file(`damaged.${name}`, octets));
          expect(summary.connections).toBeLessThanOrEqual(8);
          if (summary.connections === 0 && summary.capture.frames === 0) {
            expect(inputError ?? summary.capture.warnings[0]?.text).toMatch(/\w/);
          }
        }
      }
    },
  );
});
