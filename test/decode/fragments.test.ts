import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AddressBook } from '../../src/bytes/address-book.ts';
import { FrameDecoder } from '../../src/decode/frame-decoder.ts';
import { MAX_AGE_NS, MAX_DATAGRAMS } from '../../src/decode/network/fragment-store.ts';
import {
  CHECKSUM_GOOD,
  CHECKSUM_UNKNOWN,
  DECODED_OTHER,
  DECODED_TCP,
  type DecodeResult,
} from '../../src/model/segment.ts';
import {
  frameOf,
  ip4,
  ip6,
  ipv4,
  ipv6,
  octets,
  PROTOCOL,
  tcp,
  u16,
  u32,
  withTcpChecksum,
} from '../support/packet-builder.ts';

const PAYLOAD = Uint8Array.from({ length: 100 }, (_, index) => index);
const SEGMENT = tcp({ srcPort: 999, flags: 0x19, payload: PAYLOAD });
const SEGMENT_4 = withTcpChecksum(SEGMENT, ip4('192.0.2.1'), ip4('198.51.100.2'));
const SEGMENT_6 = withTcpChecksum(SEGMENT, ip6('2001:db8::1'), ip6('2001:db8::2'));
const SIZE = 48;

interface Piece {
  start: number;
  end: number;
}
const PIECES: Piece[] = [
  { start: 0, end: SIZE },
  { start: SIZE, end: 2 * SIZE },
  { start: 2 * SIZE, end: SEGMENT.length },
];

function fragment4({ start, end }: Piece, id = 7, isLast = end === SEGMENT.length): Uint8Array {
  return ipv4(SEGMENT_4.subarray(start, end), { id, fragment: (isLast ? 0 : 0x2000) | (start / 8) });
}

function fragment6({ start, end }: Piece, id = 7): Uint8Array {
  const header = octets(PROTOCOL.tcp, 0, u16(start | (end === SEGMENT.length ? 0 : 1)), u32(id));
  return ipv6(octets(header, SEGMENT_6.subarray(start, end)), { nextHeader: 44 });
}

function newDecoder() {
  const addresses = new AddressBook();
  const decoder = new FrameDecoder(addresses);
  let frameNumber = 0;
  const feed = (packet: Uint8Array, timeNs = 0): DecodeResult =>
    decoder.decode(frameOf(packet, { linkType: 101, frameNumber: ++frameNumber, timeNs }));
  return { addresses, decoder, feed, fragments: decoder.counts.fragments };
}

test.each([
  ['IPv4', fragment4],
  ['IPv6', fragment6],
])('%s: the last fragment to come, in any order, brings the whole segment', (_name, fragment) => {
  for (const order of [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ]) {
    const { decoder, feed, addresses } = newDecoder();
    expect(order.map((index) => feed(fragment(PIECES[index]!)))).toEqual([
      DECODED_OTHER,
      DECODED_OTHER,
      DECODED_TCP,
    ]);
    const { segment } = decoder;
    expect([segment.srcPort, segment.payloadLen, segment.frameNumber]).toEqual([999, 100, 3]);
    expect(segment.bytes.slice(segment.payloadStart, segment.payloadEnd)).toEqual(PAYLOAD);
    expect(segment.checksum).toBe(CHECKSUM_GOOD);
    expect(addresses.format(segment.dst, segment.ipVersion)).toMatch(/^(198\.51\.100\.2|2001:db8::2)$/);
  }
});

test('datagrams with other ids, addresses or protocols are not mixed', () => {
  const { feed } = newDecoder();
  feed(fragment4(PIECES[0]!, 1));
  feed(fragment4(PIECES[1]!, 2));
  expect(feed(fragment4(PIECES[2]!, 1))).toBe(DECODED_OTHER);
  expect(feed(fragment4(PIECES[1]!, 1))).toBe(DECODED_TCP);
});

test('an exact repetition is passed over', () => {
  const { feed, fragments } = newDecoder();
  for (const piece of [PIECES[0]!, PIECES[0]!, PIECES[1]!, PIECES[1]!]) feed(fragment4(piece));
  expect(feed(fragment4(PIECES[2]!))).toBe(DECODED_TCP);
  expect(fragments.repeated).toBe(2);
});

test.each([
  ['overlaps the one before', { start: 40, end: 96 }, false],
  ['overlaps the one after', { start: 64, end: 104 }, false],
  ['has no multiple of eight octets', { start: 48, end: 61 }, false],
  ['lies beyond the last', { start: 120, end: 120 }, false],
  ['is a second last one', { start: 48, end: 64 }, true],
])('a fragment that %s spoils its datagram', (_name, piece, isLast) => {
  const { feed, fragments } = newDecoder();
  feed(fragment4(PIECES[0]!));
  feed(fragment4(PIECES[2]!));
  feed(fragment4(piece, 7, isLast));
  expect(fragments.contradicting).toBe(1);
  expect(feed(fragment4(PIECES[1]!))).toBe(DECODED_OTHER);
  expect(feed(fragment4(PIECES[2]!))).toBe(DECODED_OTHER);
});

test('fragments older than the limit are forgotten', () => {
  const { feed, fragments } = newDecoder();
  feed(fragment4(PIECES[0]!), 0);
  feed(fragment4(PIECES[1]!), MAX_AGE_NS + 1);
  expect(fragments.dropped).toBe(1);
  expect(feed(fragment4(PIECES[2]!), MAX_AGE_NS + 2)).toBe(DECODED_OTHER);
});

test('a flood of first fragments drops the oldest and stays bounded', () => {
  const { feed, fragments } = newDecoder();
  for (let id = 0; id < 3 * MAX_DATAGRAMS; id++) feed(fragment4(PIECES[0]!, id));
  expect(fragments.dropped).toBeGreaterThanOrEqual(2 * MAX_DATAGRAMS);
  const latest = 3 * MAX_DATAGRAMS - 1;
  feed(fragment4(PIECES[1]!, latest));
  expect(feed(fragment4(PIECES[2]!, latest))).toBe(DECODED_TCP);
});

test('a flood of fragments at the far end of their datagrams stays within the octet limit', () => {
  const { feed, fragments } = newDecoder();
  for (let id = 0; id < 1000; id++) feed(ipv4(new Uint8Array(8), { id, fragment: 0x2000 | 8180 }));
  expect(fragments.dropped).toBeGreaterThan(900);
});

test('a thousand tiny pieces, backwards, take no quadratic time', () => {
  const { feed } = newDecoder();
  const segment = tcp({ payload: new Uint8Array(8000 - 20) });
  let result: DecodeResult = DECODED_OTHER;
  for (let start = 7992; start >= 0; start -= 8) {
    const fragment = (start === 7992 ? 0 : 0x2000) | (start / 8);
    result = feed(ipv4(segment.subarray(start, start + 8), { fragment }));
  }
  expect(result).toBe(DECODED_TCP);
});

test('a first fragment that the snaplen cut is read by itself; its rest is not waited for', () => {
  const { decoder } = newDecoder();
  const packet = fragment4(PIECES[0]!);
  const cut = frameOf(packet.subarray(0, 50), { linkType: 101, originalLen: packet.length });
  expect(decoder.decode(cut)).toBe(DECODED_TCP);
  expect(decoder.segment.payloadLen).toBe(28);
  expect(decoder.segment.checksum).toBe(CHECKSUM_UNKNOWN);
  const rest = fragment4(PIECES[1]!);
  expect(decoder.decode(frameOf(rest.subarray(0, 50), { linkType: 101, originalLen: rest.length }))).toBe(
    DECODED_OTHER,
  );
});

test('a tunnelled packet is found in a datagram put together, and may be a fragment again', () => {
  const { decoder, feed } = newDecoder();
  const inner = fragment4(PIECES[0]!);
  const outer = octets(inner);
  const split = (packet: Uint8Array, id: number) => [
    ipv4(packet.subarray(0, 16), { protocol: PROTOCOL.ipip, id, fragment: 0x2000 }),
    ipv4(packet.subarray(16), { protocol: PROTOCOL.ipip, id, fragment: 2 }),
  ];
  for (const packet of split(outer, 1)) expect(feed(packet)).toBe(DECODED_OTHER);
  for (const packet of split(fragment4(PIECES[1]!), 2)) expect(feed(packet)).toBe(DECODED_OTHER);
  const results = split(fragment4(PIECES[2]!), 3).map((packet) => feed(packet));
  expect(results).toEqual([DECODED_OTHER, DECODED_TCP]);
  expect(decoder.segment.tunnelDepth).toBe(1);
});

test('any cutting into pieces, in any order, gives the segment back', () => {
  const cuts = fc.uniqueArray(fc.integer({ min: 1, max: SEGMENT.length / 8 - 1 }), { maxLength: 10 });
  fc.assert(
    fc.property(cuts, fc.array(fc.nat(), { minLength: 12, maxLength: 12 }), (middle, ranks) => {
      const edges = [0, ...middle.map((unit) => unit * 8).sort((a, b) => a - b), SEGMENT.length];
      if (edges.length === 2) return;
      const pieces = edges.slice(1).map((end, index) => ({ start: edges[index]!, end, rank: ranks[index]! }));
      pieces.sort((a, b) => a.rank - b.rank);
      const { decoder, feed } = newDecoder();
      const results = pieces.map((piece) => feed(fragment4(piece)));
      expect(results.indexOf(DECODED_TCP)).toBe(pieces.length - 1);
      const { segment } = decoder;
      expect(segment.bytes.slice(segment.payloadStart, segment.payloadEnd)).toEqual(PAYLOAD);
    }),
  );
});
