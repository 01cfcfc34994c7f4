import { describe, expect, test } from 'vitest';
import { ZstdFraming } from '../../src/capture/zstd-framing.ts';
import { concat } from '../support/pcap-builder.ts';

const MAGIC = [0x28, 0xb5, 0x2f, 0xfd];
const KIB = 1024;

const rawBlock = (octets: number[], isLast = false) => [
  (octets.length << 3) | (isLast ? 1 : 0),
  0,
  0,
  ...octets,
];

function follow(octets: readonly number[], step: number): [number, number] {
  const framing = new ZstdFraming();
  for (let at = 0; at < octets.length; at += step) framing.push(Uint8Array.from(octets.slice(at, at + step)));
  return [framing.maxWindowLen, framing.movedLen];
}

describe('ZstdFraming', () => {
  const windowed = [...MAGIC, 0x04, 0x09, ...rawBlock([1, 2, 3]), ...rawBlock([4], true), 9, 9, 9, 9];
  const runLength = [((200 << 3) & 0xff) | 3, (200 << 3) >> 8, 0, 0x41];
  const single = [...MAGIC, 0x60, 0x10, 0x00, ...runLength];
  const skippable = [0x51, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 0xff, 0xff];

  for (const step of [1, 3, 1000]) {
    test(`adds up windows over blocks and frames, fed ${step} at a time`, () => {
      // Window descriptor 0x09: exponent 1, mantissa 1: 2 KiB and an eighth.
      expect(follow(windowed, step)).toEqual([2 * KIB + 256, 2 * (2 * KIB + 256)]);
      expect(follow(single, step)).toEqual([16 + 256, 16 + 256]);
      const all = [...windowed, ...skippable, ...single, ...skippable, ...windowed];
      expect(follow(all, step)).toEqual([2 * KIB + 256, 4 * (2 * KIB + 256) + 272]);
    });
  }

  test('octets that are no zstd end the count', () => {
    const framing = new ZstdFraming();
    framing.push(concat([Uint8Array.from(windowed), new Uint8Array(50), Uint8Array.from(windowed)]));
    expect(framing.movedLen).toBe(2 * (2 * KIB + 256));
  });
});
