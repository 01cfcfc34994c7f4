import { createReadStream, existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CaptureState } from '../../src/capture/capture-state.ts';
import { readCaptures } from '../../src/io/read-capture.ts';
import { hex, RecordingSink, readWhole } from '../capture/recording-sink.ts';
import { octetsOf, pcapFile } from '../support/pcap-builder.ts';

/** Real captures with known frame counts; not part of the repository. */
const directory =
  process.env['WHOHUNGUP_CAPTURES'] ?? join(import.meta.dirname, '../../../shared/captures/dev');
const isThere = existsSync(directory);
if (!isThere)
  console.warn(`captures not found (set WHOHUNGUP_CAPTURES): tests against real captures are skipped`);

interface Truth {
  readonly file: string;
  readonly frames: number;
  readonly format: {
    readonly container: string;
    readonly compression: string | null;
    readonly timestampUnits: readonly string[] | null;
    readonly interfaces: number | null;
    readonly cut: string | null;
    readonly framesShorterThanWire: number;
    readonly secretsBlocks?: number;
  };
}

interface ParsedPacket {
  readonly header: {
    readonly timestampSeconds: number;
    readonly timestampMicroseconds: number;
    readonly originalLength: number;
  };
  readonly data: Uint8Array;
}

const { parse } = createRequire(import.meta.url)('pcap-parser') as {
  parse(stream: Readable): NodeJS.EventEmitter;
};

/** What pcap-parser, an independent reader of microsecond pcap files, makes of a stream. */
function parseWithPcapParser(stream: Readable): Promise<string[]> {
  const rows: string[] = [];
  return new Promise((resolve, reject) => {
    const parser = parse(stream);
    parser.on('packet', ({ header, data }: ParsedPacket) => {
      const { timestampSeconds, timestampMicroseconds, originalLength } = header;
      const us = BigInt(timestampSeconds) * 1_000_000n + BigInt(timestampMicroseconds);
      rows.push(`${us} ${Math.max(originalLength, data.length)} ${hex(data)}`);
    });
    parser.on('error', reject);
    parser.on('end', () => resolve(rows));
  });
}

function rowsOf(sink: RecordingSink, state: CaptureState): string[] {
  return sink.frames.map(({ timeNs, originalLen, octets }) => {
    const us = (state.clock.epochNs + BigInt(timeNs)) / 1000n;
    return `${us} ${originalLen} ${octets}`;
  });
}

const truths: Truth[] = isThere
  ? readdirSync(directory)
      .filter((name) => name.endsWith('.truth.json'))
      .map((name) => JSON.parse(readFileSync(join(directory, name), 'utf8')))
  : [];

describe.skipIf(!isThere)('real captures', () => {
  for (const { file, frames, format } of truths) {
    test(file, async () => {
      const sink = new RecordingSink();
      const state = new CaptureState();
      await readCaptures([join(directory, file)], sink, { state });
      expect(state.frames).toBe(frames);
      if (format.interfaces !== null) expect(state.interfaces).toBe(format.interfaces);
      expect(state.secrets).toHaveLength(format.secretsBlocks ?? 0);
      const shorter = sink.frames.filter(({ octets, originalLen }) => octets.length / 2 < originalLen);
      expect(shorter).toHaveLength(format.framesShorterThanWire);
      const damage = sink.kinds.filter((kind) => kind === 'cut-record' || kind === 'bad-record-length');
      expect(damage).toHaveLength(format.cut === null ? 0 : 1);
      if (format.container !== 'pcap' || format.compression !== null) return;
      if (format.timestampUnits?.[0] !== 'us' || sink.kinds.includes('bad-timestamp')) return;
      // Beyond 104 days from the first frame, times are no longer exact to the microsecond.
      if (sink.frames.some(({ timeNs }) => Math.abs(timeNs) > Number.MAX_SAFE_INTEGER)) return;
      expect(rowsOf(sink, state)).toEqual(await parseWithPcapParser(createReadStream(join(directory, file))));
    });
  }
});

test('pcap-parser agrees on made-up captures, in both byte orders', async () => {
  const record = fc.record({
    seconds: fc.integer({ min: 1_700_000_000, max: 1_700_100_000 }),
    fraction: fc.integer({ min: 0, max: 999_999 }),
    octets: fc.integer({ min: 0, max: 200 }).map((len) => octetsOf(len, len)),
    originalLen: fc.integer({ min: 0, max: 2000 }),
  });
  const agree = fc.asyncProperty(fc.array(record), fc.boolean(), async (records, isLittleEndian) => {
    const file = pcapFile(records, { isLittleEndian });
    const { sink, state } = readWhole(file);
    expect(rowsOf(sink, state)).toEqual(await parseWithPcapParser(Readable.from([Buffer.from(file)])));
  });
  await fc.assert(agree, { numRuns: 50 });
});
