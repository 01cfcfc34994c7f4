import fc from 'fast-check';
import { expect, test } from 'vitest';
import { foldSum, onesSum } from '../../src/bytes/internet-checksum.ts';
import { checksum } from '../support/packet-builder.ts';

test('adds the example of RFC 1071 §3', () => {
  const view = new DataView(Uint8Array.of(0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7).buffer);
  expect(onesSum(view, 0, 8, 0)).toBe(0xddf2);
});

test('equals the octet-by-octet sum for any octets, odd lengths too', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      // Zero has two forms in ones' complement; a sum of octets that are not all zero is never 0.
      expect(0xffff - onesSum(view, 0, bytes.length, 0)).toBe(checksum(bytes));
    }),
  );
});

test('does not overflow over the longest packet', () => {
  const bytes = new Uint8Array(262_144).fill(0xff);
  expect(onesSum(new DataView(bytes.buffer), 0, bytes.length, 0xffff)).toBe(0xffff);
});

test('folds carries until none is left', () => {
  expect(foldSum(0x1fffe)).toBe(0xffff);
  expect(foldSum(0x1ffff)).toBe(1);
});
