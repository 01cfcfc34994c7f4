import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Lz4Decoder } from '../../src/capture/lz4.ts';
import { XxHash32 } from '../../src/capture/xxhash32.ts';
import { concat, octetsOf } from '../support/pcap-builder.ts';
import { type Lz4Spec, lz4File, skippableFrame } from './lz4-file.ts';

function unpack(file: Uint8Array, cuts: readonly number[] = []) {
  const parts: Uint8Array[] = [];
  const decoder = new Lz4Decoder((bytes, start, end) => parts.push(bytes.slice(start, end)));
  let from = 0;
  for (const to of [...cuts, file.length]) {
    decoder.push(file, from, to);
    from = to;
  }
  decoder.end();
  return { content: concat(parts), problem: decoder.problem };
}

/** Repeats itself near and far, with literal runs and match runs of more than 15 and more than 270. */
const CONTENT = concat([
  octetsOf(300, 1),
  new Uint8Array(1000),
  octetsOf(300, 1),
  Uint8Array.from({ length: 2000 }, (_, at) => (at * at * 31 + (at >> 3)) & 0xff),
  octetsOf(400, 1),
]);

const SPECS: readonly Lz4Spec[] = [
  {},
  { blockLen: 500 },
  { blockLen: 500, isLinked: true },
  { blockLen: 700, hasBlockChecksums: true, hasContentSize: true },
  { isStored: true, hasBlockChecksums: true },
];

describe('Lz4Decoder', () => {
  for (const spec of SPECS) {
    test(`unpacks, in any chunks: ${JSON.stringify(spec)}`, () => {
      const file = lz4File(CONTENT, spec);
      if (!spec.isStored) expect(file.length).toBeLessThan(CONTENT.length);
      const every = Array.from({ length: file.length }, (_, at) => at);
      expect(unpack(file)).toEqual({ content: CONTENT, problem: null });
      expect(unpack(file, every)).toEqual({ content: CONTENT, problem: null });
    });
  }

  test('linked blocks reach back over more than one block, and the window slides', () => {
    const content = concat(Array.from({ length: 60 }, () => octetsOf(4000, 5)));
    const file = lz4File(content, { blockLen: 3000, isLinked: true });
    expect(unpack(file)).toEqual({ content, problem: null });
  });

  test('several frames, with skippable ones between and behind', () => {
    const file = concat([
      skippableFrame(octetsOf(40)),
      lz4File(octetsOf(50)),
      skippableFrame(new Uint8Array(0)),
      lz4File(octetsOf(60, 2)),
      skippableFrame(octetsOf(3)),
    ]);
    expect(unpack(file)).toEqual({ content: concat([octetsOf(50), octetsOf(60, 2)]), problem: null });
  });

  test('cut anywhere, it gives a prefix and says so; all whole blocks are in it', () => {
    const file = lz4File(CONTENT, { blockLen: 500, isLinked: true });
    let longest = 0;
    for (let len = 1; len < file.length; len++) {
      const { content, problem } = unpack(file.subarray(0, len));
      expect(problem).toBe('the LZ4 data end before their end mark');
      expect(Buffer.from(content).equals(CONTENT.subarray(0, content.length))).toBe(true);
      expect(content.length).toBeGreaterThanOrEqual(longest);
      longest = content.length;
    }
    expect(longest).toBe(CONTENT.length);
  });

  test('a wrong checksum is found: of the header, of a block, of the content', () => {
    const damage = (spec: Lz4Spec, at: number) => {
      const file = lz4File(CONTENT, spec);
      const place = at < 0 ? file.length + at : at;
      file[place] = file[place]! ^ 1;
      return unpack(file).problem;
    };
    expect(damage({}, 6)).toBe('the LZ4 frame header is damaged');
    expect(damage({ hasBlockChecksums: true }, 40)).toBe('the checksum of an LZ4 block is wrong');
    expect(damage({ isStored: true }, 40)).toBe('the checksum of the LZ4 data is wrong');
    expect(damage({}, -1)).toBe('the checksum of the LZ4 data is wrong');
  });

  test('damage never makes it throw, or put out more than its blocks may hold', () => {
    const file = lz4File(CONTENT, { blockLen: 500, isLinked: true });
    const change = fc.tuple(fc.integer({ min: 7, max: file.length - 1 }), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 5 }), (changes) => {
        const damaged = file.slice();
        for (const [at, octet] of changes) damaged[at] = octet;
        expect(unpack(damaged).content.length).toBeLessThanOrEqual(65_536 * 12);
      }),
      { numRuns: 1000 },
    );
  });

  test('a match that reaches before the data, or back by nothing, is damage', () => {
    const header = lz4File(new Uint8Array(0)).subarray(0, 7);
    const block = (...octets: number[]) => concat([header, Uint8Array.of(octets.length, 0, 0, 0, ...octets)]);
    expect(unpack(block(0x10, 0x41, 2, 0, 0x10, 0x42)).problem).toBe('an LZ4 block is damaged');
    expect(unpack(block(0x10, 0x41, 0, 0, 0x10, 0x42)).problem).toBe('an LZ4 block is damaged');
    const good = unpack(block(0x10, 0x41, 1, 0, 0x10, 0x42));
    expect(good.content).toEqual(Uint8Array.from('AAAAAB', (letter) => letter.charCodeAt(0)));
  });
});

describe('XxHash32', () => {
  test('gives the published values, however it is fed', () => {
    const of = (text: string, cut: number) => {
      const octets = new TextEncoder().encode(text);
      const hash = new XxHash32();
      hash.update(octets, 0, Math.min(cut, octets.length));
      hash.update(octets, Math.min(cut, octets.length), octets.length);
      return hash.digest();
    };
    for (const cut of [0, 1, 7, 16, 17, 39]) {
      expect(of('', cut)).toBe(0x02cc5d05);
      expect(of('a', cut)).toBe(0x550d7456);
      expect(of('abc', cut)).toBe(0x32d153ff);
      expect(of('Nobody inspects the spammish repetition', cut)).toBe(0xe2293b2f);
    }
  });
});
