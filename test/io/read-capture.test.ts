import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import * as zlib from 'node:zlib';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { CaptureState } from '../../src/capture/capture-state.ts';
import { CaptureInputError } from '../../src/io/capture-input-error.ts';
import { Pace } from '../../src/io/pace.ts';
import { readCaptures } from '../../src/io/read-capture.ts';
import { readSource } from '../../src/io/read-source.ts';
import { StreamSource } from '../../src/io/stdin-source.ts';
import { lz4File } from '../capture/lz4-file.ts';
import { RecordingSink } from '../capture/recording-sink.ts';
import { concat, octetsOf, pcapFile } from '../support/pcap-builder.ts';

const directory = mkdtempSync(join(tmpdir(), 'whohungup-'));
afterAll(() => rmSync(directory, { recursive: true }));

let count = 0;
function save(octets: Uint8Array, name = `${count++}.pcap`): string {
  const path = join(directory, name);
  writeFileSync(path, octets);
  return path;
}

async function read(paths: readonly string[], state = new CaptureState()) {
  const sink = new RecordingSink();
  const outcome = await readCaptures(paths, sink, { state });
  return { sink, outcome, state };
}

const START = 1_700_000_000;
const records = (len: number, from = START) =>
  Array.from({ length: len }, (_, at) => ({ seconds: from + at, octets: octetsOf(60, at % 3) }));
const FORTY = pcapFile(records(40));
/** Octets that do not compress, so that damage can be put at a known place. */
const NOISE = pcapFile(
  Array.from({ length: 3000 }, (_, at) => ({
    seconds: START + at,
    octets: Uint8Array.from(
      { length: 100 },
      (_, k) => (Math.imul(at * 100 + k + 1, 0x9e3779b1) >>> 13) & 0xff,
    ),
  })),
);
const RECORD_LEN = 116;
/** FORTY packed by `zstd -19 --check`: no zstd that packs can be counted on. */
const FORTY_ZSTD = Uint8Array.from(
  Buffer.from(
    'KLUv/WT4Cl0IAEQM1MOyoQIABAAEAAHxU2U8AAcOFRwjKjE4P0ZNVFtiaXB3foWMk5qhqK+2vcTL0tng5+71/AMKERgfJi00O0JJUFdeZWxzeoGIj5adAaSrsrnAx87V3OPq8fj/Bg0UGyIpMDc+RUxTWmFob3Z9hIuSmaCnrrW8AsPK0djf5u30+wIJEBceJSwzOkFIT1ZdZGtyeYCHjpWco6qxuL/GzdTbAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJy2oQdSBMst/HaAnhQ4RQAQNoSEMCZLw//cDiDhGDCGMMMYII4gxxAhiCHGEGEIYYZwpPItPBPIxme1AP3LcgolMWv0SfghaDw4=',
    'base64',
  ),
);

describe('plain files', () => {
  test('a file larger than the buffer, with a record larger than the buffer', async () => {
    const large = { seconds: START, octets: new Uint8Array(3_000_000).fill(7) };
    const header = pcapFile([], { snaplen: 4_000_000 });
    const many = pcapFile(records(20_000)).subarray(24);
    const one = pcapFile([{ ...large, octets: new Uint8Array(0), capturedLen: 3_000_000 }]).subarray(24);
    const { sink } = await read([save(concat([header, many, one, large.octets, many]))]);
    expect(sink.frames).toHaveLength(40_001);
    expect(sink.frames[20_000]?.octets).toHaveLength(6_000_000);
    expect(sink.frames[40_000]).toMatchObject({
      number: 40_001,
      timeNs: 19_999e9,
      octets: sink.frames[1]?.octets,
    });
    expect(sink.warnings).toEqual([]);
  });

  test('progress ends at the whole length', async () => {
    const path = save(FORTY);
    const steps: [number, number | null][] = [];
    await readCaptures([path, save(FORTY)], new RecordingSink(), {
      onProgress: (done, total) => steps.push([done, total]),
    });
    expect(steps.at(-1)).toEqual([FORTY.length * 2, FORTY.length * 2]);
  });

  test('an abort ends the reading between chunks, with what was read', async () => {
    const path = save(pcapFile(records(60_000)));
    const sink = new RecordingSink();
    const stop = new AbortController();
    const firstChunk = sink.frame.bind(sink);
    sink.frame = (frame) => {
      firstChunk(frame);
      stop.abort();
    };
    const outcome = await readCaptures([path, save(FORTY)], sink, { signal: stop.signal });
    expect(outcome).toMatchObject({ isAborted: true, files: [path], errors: [] });
    expect(sink.frames.length).toBeGreaterThan(0);
    expect(sink.frames.length).toBeLessThan(60_000);
    expect(sink.warnings).toEqual([]);
  });
});

describe('compressed files', () => {
  for (const [name, packed] of [
    ['gzip', gzipSync(FORTY)],
    ['gzip, several members', concat([gzipSync(FORTY.subarray(0, 1000)), gzipSync(FORTY.subarray(1000))])],
    ['gzip, zero padding behind', concat([gzipSync(FORTY), new Uint8Array(5000)])],
    ['lz4', lz4File(FORTY)],
    ['lz4, small linked blocks', lz4File(FORTY, { blockLen: 700, isLinked: true })],
    ['zstd', FORTY_ZSTD],
  ] as const) {
    test(`${name} gives the same frames as the plain file`, async () => {
      const plain = await read([save(FORTY)]);
      const { sink } = await read([save(packed)]);
      expect(sink.frames).toEqual(plain.sink.frames);
      expect(sink.kinds.filter((kind) => kind !== 'checksum-not-verified')).toEqual([]);
    });
  }

  const packed = gzipSync(NOISE, { level: 1 });

  /** How many whole records a zlib that is fed octet by octet can give of it. */
  for (const [name, file, frames] of [
    ['cut in the middle', packed.subarray(0, packed.length >> 1), null],
    ['with a wrong checksum', changed(packed, packed.length - 6), 3000],
    ['with other octets behind', concat([packed, octetsOf(100)]), 3000],
  ] as const) {
    test(`gzip ${name}: one warning, and every frame before the damage`, async () => {
      const { sink } = await read([save(file)]);
      expect(sink.kinds).toEqual(['compressed-data-damaged']);
      const expected = frames ?? sink.frames.length;
      expect(sink.frames).toHaveLength(expected);
      expect(sink.frames.length).toBeGreaterThan(1400);
    });
  }

  test('gzip with damaged data: no frame before the damage is lost', async () => {
    // Stored blocks: what lies where is known. The header of the second block is damaged.
    const stored = gzipSync(NOISE, { level: 0 });
    const blockLen = stored[11]! | (stored[12]! << 8);
    const secondBlock = 10 + 5 + blockLen;
    const damaged = stored.slice();
    damaged[secondBlock] = 0x06;
    const { sink } = await read([save(damaged)]);
    expect(sink.kinds).toEqual(['compressed-data-damaged']);
    expect(sink.frames).toHaveLength(Math.floor((blockLen - 24) / RECORD_LEN));
  });

  test('lz4, cut: the frames of the block that is cut are there too', async () => {
    const file = lz4File(NOISE, { isStored: true });
    const { sink } = await read([save(file.subarray(0, 100_000))]);
    expect(sink.kinds).toEqual(['compressed-data-damaged']);
    expect(sink.frames.length).toBeGreaterThan(860);
  });

  test('zstd, cut or damaged: a warning, never a throw', async () => {
    for (let len = 4; len < FORTY_ZSTD.length; len += 7) {
      const { sink } = await read([save(FORTY_ZSTD.subarray(0, len), 'cut.zst')]).catch(asRefusal);
      expect(sink.frames.length).toBeLessThanOrEqual(40);
    }
  });

  test('zstd with a window beyond all reason, or blocks of one octet behind a large one, is given up', async () => {
    const frame = (windowDescriptor: number, blocks: Uint8Array) =>
      concat([Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, windowDescriptor), blocks]);
    const octetBlocks = new Uint8Array(4 * FORTY.length * 20);
    const content = concat([FORTY, ...Array.from({ length: 19 }, () => FORTY.subarray(24))]);
    content.forEach((octet, at) => {
      octetBlocks.set([8, 0, 0, octet], at * 4);
    });
    const huge = read([save(frame(0xf8, octetBlocks))]);
    await expect(huge).rejects.toThrow(/holds no capture that can be read: the zstd data are damaged/);
    if ('createZstdDecompress' in zlib) return;
    const tiny = read([save(frame(0x68, octetBlocks))]);
    await expect(tiny).rejects.toThrow(/blocks are far too small for their window/);
  });

  test('kinds that are not unpacked here are named, with the way to unpack them', async () => {
    const xz = Uint8Array.of(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0, 4);
    await expect(read([save(xz, 'a.xz')])).rejects.toThrow(/a\.xz is compressed with xz: .*xz -dc/);
    await expect(read([save(octetsOf(0), 'none')])).rejects.toThrow(/none is empty/);
  });
});

function changed(octets: Uint8Array, at: number): Uint8Array {
  const copy = octets.slice();
  copy[at] = copy[at]! ^ 0xff;
  return copy;
}

/** So little was left that it is no capture. */
function asRefusal(error: unknown) {
  expect(error).toBeInstanceOf(CaptureInputError);
  return { sink: new RecordingSink() };
}

describe('several files', () => {
  const first = pcapFile(records(3, START));
  const second = pcapFile(records(3, START + 10));

  test('are one capture: numbers and times go on', async () => {
    const { sink, outcome } = await read([save(first), save(second)]);
    expect(sink.frames.map((f) => [f.number, f.timeNs / 1e9, f.interfaceIndex])).toEqual([
      [1, 0, 0],
      [2, 1, 0],
      [3, 2, 0],
      [4, 10, 1],
      [5, 11, 1],
      [6, 12, 1],
    ]);
    expect(sink.warnings).toEqual([]);
    expect(outcome.errors).toEqual([]);
  });

  test('named in the wrong order are read in the order of time, and that is said', async () => {
    const [late, early] = [save(gzipSync(second)), save(first)];
    const { sink, outcome } = await read([late, early]);
    expect(outcome.files).toEqual([early, late]);
    expect(sink.frames.map(({ timeNs }) => timeNs / 1e9)).toEqual([0, 1, 2, 10, 11, 12]);
    expect(sink.kinds).toEqual(['files-reordered']);
  });

  test('that overlap in time look like two vantages', async () => {
    const other = save(pcapFile(records(3, START + 1)));
    const { sink } = await read([save(first), other]);
    expect(sink.frames).toHaveLength(6);
    expect(sink.warnings).toHaveLength(1);
    expect(sink.warnings[0]).toMatchObject({ kind: 'files-overlap', file: other, frameNumber: 3 });
    expect(sink.warnings[0]?.text).toContain('1000 ms');
  });

  test('named twice, or by two names, are read once', async () => {
    const one = save(first);
    const other = join(directory, 'other-name');
    symlinkSync(one, other);
    const { sink, outcome } = await read([one, other, one]);
    expect(sink.frames).toHaveLength(3);
    expect(outcome.files).toEqual([one]);
    expect(sink.warnings).toMatchObject([
      { kind: 'file-repeated', file: other },
      { kind: 'file-repeated', file: one },
    ]);
  });

  test('of which some cannot be read: the others are', async () => {
    mkdirSync(join(directory, 'folder'));
    const text = save(new TextEncoder().encode('this is some text, and no capture'));
    const paths = [join(directory, 'folder'), save(first), join(directory, 'missing'), text];
    const { sink, outcome } = await read(paths);
    expect(sink.frames).toHaveLength(3);
    expect(outcome.files).toEqual([paths[1]]);
    expect(outcome.errors.map(({ message }) => message)).toEqual([
      `${paths[0]} is a directory: name the capture files in it`,
      `${paths[2]} does not exist`,
      expect.stringMatching(/is not a pcap or pcapng file \(looks like text/),
    ]);
  });

  test('of which none can be read: an error that names them all', async () => {
    const failure = read([join(directory, 'one'), join(directory, 'two\u001b[31m')]);
    await expect(failure).rejects.toBeInstanceOf(CaptureInputError);
    await expect(failure).rejects.toThrow(/one does not exist\n.*two\\x1b\[31m does not exist/);
  });
});

describe('streams', () => {
  async function readStream(stream: PassThrough) {
    const sink = new RecordingSink();
    const pace = new Pace(
      () => false,
      () => {},
    );
    await readSource('-', new StreamSource(stream), sink, new CaptureState(), pace);
    return sink;
  }

  test('arriving in small pieces, plain and compressed', async () => {
    for (const octets of [FORTY, gzipSync(FORTY), lz4File(FORTY)]) {
      const stream = new PassThrough();
      for (let at = 0; at < octets.length; at += 3) stream.write(octets.subarray(at, at + 3));
      stream.end();
      expect((await readStream(stream)).frames).toHaveLength(40);
    }
  });

  test('that break off with an error keep what came before', async () => {
    const stream = new PassThrough();
    stream.write(FORTY.subarray(0, 500));
    setTimeout(() => stream.destroy(new Error('the other end went away')), 50);
    const sink = await readStream(stream);
    expect(sink.frames).toHaveLength(6);
    expect(sink.kinds).toEqual(['read-error']);
  });
});
