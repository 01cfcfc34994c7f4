import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AddressBook } from '../../src/bytes/address-book.ts';
import { FrameDecoder } from '../../src/decode/frame-decoder.ts';
import { readHeader } from '../../src/decode/header-reader.ts';
import { END_TCP, type Layer } from '../../src/decode/layer.ts';
import { layerOfLinkType } from '../../src/decode/link/link-type.ts';
import { PacketCursor } from '../../src/decode/packet-cursor.ts';
import { readPlainFrame } from '../../src/decode/plain-frame.ts';
import type { Frame } from '../../src/model/frame.ts';
import { DECODED_TCP, Segment } from '../../src/model/segment.ts';
import { ethernet, frameOf, ipv4, ipv6, octets, tcp, u16, u32 } from '../support/packet-builder.ts';

const ETHERNET = 1;
/** NOP NOP timestamp; the same and SACK; a SYN's; one that runs past the header. */
const OPTION_LISTS = [
  [],
  [1, 1, 8, 10, ...u32(1), ...u32(2)],
  [1, 1, 8, 10, ...u32(7), ...u32(9), 1, 1, 5, 10, ...u32(3), ...u32(4)],
  [2, 4, ...u16(1460), 4, 2, 8, 10, ...u32(5), ...u32(0), 1, 3, 3, 7],
  [1, 1, 8, 12, ...u32(1), ...u32(2)],
];

/** The one way for all frames, header after header. */
function decodeByLayers(packet: PacketCursor, frame: Frame): Layer {
  packet.begin(frame);
  let layer = layerOfLinkType(frame.linkType);
  while (layer >= 0) layer = readHeader(layer, packet);
  return layer;
}

const segments = fc
  .record({
    flags: fc.constantFrom(0x02, 0x12, 0x10, 0x18, 0x11, 0x04, 0x14, 0x1d0),
    options: fc.constantFrom(...OPTION_LISTS),
    payload: fc.uint8Array({ maxLength: 40 }),
  })
  .map((fields) => tcp(fields));
const packets = fc.oneof(
  { weight: 6, arbitrary: segments.map((segment) => ethernet(ipv4(segment))) },
  segments.map((segment) => ethernet(ipv6(segment), 0x86dd)),
  segments.map((segment) => ethernet(octets(u16(5), u16(0x0800), ipv4(segment)), 0x8100)),
);
/** Octets changed, octets cut off the end, octets that were on the wire and not captured. */
const frames = fc
  .record({
    bytes: packets,
    changes: fc.array(fc.tuple(fc.nat({ max: 60 }), fc.nat({ max: 255 })), { maxLength: 2 }),
    cutLen: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.nat({ max: 60 })),
    missingLen: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.nat({ max: 2000 })),
    paddingLen: fc.constantFrom(0, 0, 6),
  })
  .map(({ bytes, changes, cutLen, missingLen, paddingLen }) => {
    const changed = octets(bytes, new Uint8Array(paddingLen));
    for (const [at, octet] of changes) if (at < changed.length) changed[at] = octet;
    const kept = changed.subarray(0, Math.max(0, changed.length - cutLen));
    return { bytes: kept.slice(), originalLen: kept.length + missingLen };
  });

test('the short way says what the layers say', () => {
  const decoder = new FrameDecoder(new AddressBook());
  const packet = new PacketCursor(new AddressBook());
  let plain = 0;
  let others = 0;
  const property = fc.property(frames, ({ bytes, originalLen }) => {
    const frame = frameOf(bytes, { linkType: ETHERNET, originalLen });
    const isTcp = decoder.decode(frame) === DECODED_TCP;
    const end = decodeByLayers(packet, frame);
    expect(isTcp).toBe(end === END_TCP);
    if (!isTcp) return;
    // All fields: also those that keep what an earlier frame said.
    expect(decoder.segment).toEqual(packet.segment);
    if (readPlainFrame(frame, new Segment())) plain++;
    else others++;
  });
  fc.assert(property, { numRuns: 4_000 });
  expect(plain).toBeGreaterThan(1_000);
  expect(others).toBeGreaterThan(200);
});

test('the short way leaves alone what it does not read', () => {
  const untouched = new Segment();
  const segment = new Segment();
  const fragment = ethernet(ipv4(tcp({ flags: 0x10 })));
  fragment[20] = 0x20;
  for (const bytes of [fragment, ethernet(ipv6(tcp())), new Uint8Array(53), new Uint8Array(0)]) {
    expect(readPlainFrame(frameOf(bytes, { linkType: ETHERNET }), segment)).toBe(false);
  }
  expect(segment).toEqual(untouched);
});
