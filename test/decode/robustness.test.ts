import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AddressBook } from '../../src/bytes/address-book.ts';
import { FrameDecoder } from '../../src/decode/frame-decoder.ts';
import { DECODED_TCP } from '../../src/model/segment.ts';
import {
  ethernet,
  frameOf,
  ipv4,
  ipv6,
  octets,
  PROTOCOL,
  tcp,
  u16,
  u32,
  udp,
} from '../support/packet-builder.ts';

const LINK_TYPES = [
  0, 1, 6, 7, 9, 10, 11, 12, 14, 50, 51, 100, 101, 104, 105, 107, 108, 109, 113, 117, 119, 127, 129, 149, 163,
  226, 228, 229, 239, 242, 258, 276, 9999,
];

/** What must hold of any result, whatever the octets. */
function decodeSafely(decoder: FrameDecoder, bytes: Uint8Array, linkType: number): void {
  const { segment, counts } = decoder;
  const framesBefore = counts.frames;
  const result = decoder.decode(frameOf(bytes, { linkType }));
  expect(counts.frames).toBe(framesBefore + 1);
  expect(counts.tcp + counts.icmpErrors + counts.other + counts.malformed + counts.unsupported).toBe(
    counts.frames,
  );
  if (result !== DECODED_TCP) return;
  expect(segment.payloadStart).toBeLessThanOrEqual(segment.payloadEnd);
  expect(segment.payloadEnd).toBeLessThanOrEqual(segment.bytes.length);
  expect(segment.payloadEnd - segment.payloadStart).toBeLessThanOrEqual(segment.payloadLen);
  expect(segment.sackCount).toBeLessThanOrEqual(4);
}

const OPTIONS = [1, 1, 8, 10, ...u32(1), ...u32(2), 1, 1, 5, 10, ...u32(3), ...u32(4)];
const INNER = ipv4(tcp({ flags: 0x12, options: OPTIONS, payload: octets(1, 2, 3) }));
const INNER_6 = ipv6(tcp({ flags: 0x12 }), {
  nextHeader: 0,
  extensions: octets(44, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, u32(1)),
});
const VXLAN = ipv4(udp(1, 4789, octets([8, 0, 0, 0], u32(5), ethernet(INNER))), { protocol: PROTOCOL.udp });
const GRE = ipv4(octets(u16(0x3000), u16(0x6558), u32(1), u32(2), ethernet(INNER_6, 0x86dd)), {
  protocol: PROTOCOL.gre,
});
const ICMP = ipv4(octets(3, 1, u16(0), u32(0), INNER), { protocol: PROTOCOL.icmp });
const SAMPLES = [INNER, INNER_6, VXLAN, GRE, ICMP].map((packet) =>
  ethernet(octets(u16(5), u16(packet[0]! >>> 4 === 4 ? 0x0800 : 0x86dd), packet), 0x8100),
);

test('any octets on any link type give a result', () => {
  const decoder = new FrameDecoder(new AddressBook());
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom(...LINK_TYPES), (bytes, linkType) => {
      decodeSafely(decoder, bytes, linkType);
    }),
    { numRuns: 5000 },
  );
});

test('any flipped octets of real headers give a result', () => {
  const decoder = new FrameDecoder(new AddressBook());
  const flip = fc.record({ at: fc.nat(200), value: fc.integer({ min: 0, max: 255 }) });
  fc.assert(
    fc.property(
      fc.constantFrom(...SAMPLES),
      fc.array(flip, { minLength: 1, maxLength: 4 }),
      (sample, flips) => {
        const bytes = sample.slice();
        for (const { at, value } of flips) bytes[at % bytes.length] = value;
        decodeSafely(decoder, bytes, 1);
      },
    ),
    { numRuns: 5000 },
  );
});

test('every value of every octet of real headers gives a result', () => {
  const decoder = new FrameDecoder(new AddressBook());
  for (const sample of SAMPLES) {
    for (let at = 12; at < sample.length; at++) {
      const bytes = sample.slice();
      for (const value of [0, 1, 0x0f, 0x45, 0x60, 0x80, 0xff]) {
        bytes[at] = value;
        decodeSafely(decoder, bytes, 1);
      }
    }
  }
});

test('a valid prefix cut anywhere, then random octets, gives a result', () => {
  const decoder = new FrameDecoder(new AddressBook());
  fc.assert(
    fc.property(
      fc.constantFrom(...SAMPLES),
      fc.nat(200),
      fc.uint8Array({ maxLength: 80 }),
      (sample, cut, tail) => {
        decodeSafely(decoder, octets(sample.subarray(0, cut % sample.length), tail), 1);
      },
    ),
    { numRuns: 3000 },
  );
});
