import { expect, test } from 'vitest';
import { AddressBook } from '../../src/bytes/address-book.ts';
import { FrameDecoder } from '../../src/decode/frame-decoder.ts';
import { LAYER_IPV4, LAYER_IPV6_OPTIONS, LAYER_TCP } from '../../src/decode/layer.ts';
import {
  CHECKSUM_GOOD,
  CHECKSUM_UNKNOWN,
  DECODED_MALFORMED,
  DECODED_OTHER,
  DECODED_TCP,
} from '../../src/model/segment.ts';
import {
  ethernet,
  frameOf,
  ip6,
  ipv4,
  ipv6,
  octets,
  PROTOCOL,
  tcp,
  u16,
  u32,
} from '../support/packet-builder.ts';

const PAYLOAD = octets(1, 2, 3, 4, 5);
const SYN_SEGMENT = tcp({ flags: 0x02, payload: PAYLOAD });

function decodeRaw(packet: Uint8Array, originalLen = packet.length) {
  const addresses = new AddressBook();
  const decoder = new FrameDecoder(addresses);
  const result = decoder.decode(frameOf(packet, { linkType: 101, originalLen }));
  return { result, segment: decoder.segment, counts: decoder.counts, addresses };
}

test('reads every IPv4 field that evidence needs', () => {
  const { segment, addresses } = decodeRaw(
    ipv4(SYN_SEGMENT, { id: 0xbeef, ttl: 57, tos: 0x10, fragment: 0 }),
  );
  expect(segment.ipVersion).toBe(4);
  expect(addresses.format(segment.src, 4)).toBe('192.0.2.1');
  expect(addresses.format(segment.dst, 4)).toBe('198.51.100.2');
  expect([segment.ipId, segment.ttl, segment.tos, segment.dontFragment]).toEqual([0xbeef, 57, 0x10, 0]);
  expect(segment.flowLabel).toBe(-1);
  expect(decodeRaw(ipv4(SYN_SEGMENT)).segment.dontFragment).toBe(1);
});

test('reads every IPv6 field that evidence needs', () => {
  const { segment, addresses } = decodeRaw(
    ipv6(SYN_SEGMENT, { hopLimit: 57, trafficClass: 0x2e, flowLabel: 0xabcde }),
  );
  expect(segment.ipVersion).toBe(6);
  expect(addresses.format(segment.src, 6)).toBe('2001:db8::1');
  expect(addresses.format(segment.dst, 6)).toBe('2001:db8::2');
  expect([segment.ttl, segment.tos, segment.flowLabel]).toEqual([57, 0x2e, 0xabcde]);
  expect([segment.ipId, segment.dontFragment]).toEqual([-1, 1]);
});

test('IPv4 options are skipped', () => {
  const { segment } = decodeRaw(ipv4(SYN_SEGMENT, { options: [0x94, 4, 0, 0, 1, 1, 1, 0] }));
  expect(segment.payloadLen).toBe(5);
  expect(segment.checksum).toBe(CHECKSUM_GOOD);
});

test('link-layer padding is not payload', () => {
  const padded = octets(ethernet(ipv4(tcp())), new Uint8Array(6));
  const decoder = new FrameDecoder(new AddressBook());
  decoder.decode(frameOf(padded));
  expect([decoder.segment.payloadLen, decoder.segment.payloadEnd - decoder.segment.payloadStart]).toEqual([
    0, 0,
  ]);
});

test('IPv4 total length 0 (segmentation offload): the frame tells the length', () => {
  const { result, segment } = decodeRaw(ipv4(SYN_SEGMENT, { totalLen: 0 }));
  expect(result).toBe(DECODED_TCP);
  expect(segment.payloadLen).toBe(5);
});

test('IPv6 payload length 0 (segmentation offload): the frame tells the length', () => {
  const { segment } = decodeRaw(ipv6(SYN_SEGMENT, { payloadLen: 0 }));
  expect(segment.payloadLen).toBe(5);
});

test('a snaplen cut leaves the length on the wire', () => {
  const packet = ipv4(tcp({ flags: 0x11, payload: new Uint8Array(1000) }));
  const { segment } = decodeRaw(packet.subarray(0, 60), packet.length);
  expect(segment.payloadLen).toBe(1000);
  expect(segment.payloadEnd - segment.payloadStart).toBe(20);
  expect(segment.checksum).toBe(CHECKSUM_UNKNOWN);
});

test('a total length beyond the frame counts, since some captures do not record the length on the wire', () => {
  const packet = ipv4(tcp({ payload: new Uint8Array(1000) }));
  expect(decodeRaw(packet.subarray(0, 60)).segment.payloadLen).toBe(1000);
});

test.each([
  ['IPv4 header length below 20', [0x44]],
  ['IPv4 version 5', [0x55]],
])('%s is malformed', (_name, firstOctets) => {
  const packet = ethernet(ipv4(SYN_SEGMENT));
  packet.set(firstOctets, 14);
  const decoder = new FrameDecoder(new AddressBook());
  expect(decoder.decode(frameOf(packet))).toBe(DECODED_MALFORMED);
  expect(decoder.counts.malformedByLayer[LAYER_IPV4]).toBe(1);
});

test('a total length shorter than the header is malformed', () => {
  expect(decodeRaw(ipv4(SYN_SEGMENT, { totalLen: 19 })).result).toBe(DECODED_MALFORMED);
});

test('a total length that ends inside the TCP header is malformed', () => {
  const { result, counts } = decodeRaw(ipv4(SYN_SEGMENT, { totalLen: 39 }));
  expect(result).toBe(DECODED_MALFORMED);
  expect(counts.malformedByLayer[LAYER_TCP]).toBe(1);
});

test('other protocols are nothing for us', () => {
  expect(decodeRaw(ipv4(new Uint8Array(20), { protocol: 50 })).result).toBe(DECODED_OTHER);
  expect(decodeRaw(ipv6(new Uint8Array(20), { nextHeader: 59 })).result).toBe(DECODED_OTHER);
  expect(decodeRaw(ipv4(new Uint8Array(20), { protocol: 44 })).result).toBe(DECODED_OTHER);
});

const OPTIONS_THEN = (next: number) => octets(next, 0, [1, 4, 0, 0, 0, 0]);

test('hop-by-hop, destination and atomic fragment headers are skipped', () => {
  const atomic = octets(PROTOCOL.tcp, 0, u16(0), u32(77));
  const packet = ipv6(tcp({ flags: 2 }), {
    nextHeader: 0,
    extensions: octets(OPTIONS_THEN(60), OPTIONS_THEN(44), atomic),
    finalDst: '2001:db8::2',
  });
  const { result, segment } = decodeRaw(packet);
  expect(result).toBe(DECODED_TCP);
  expect(segment.checksum).toBe(CHECKSUM_GOOD);
});

test.each([
  [0, 'source route: last address', [ip6('2001:db8::99'), ip6('2001:db8::77')]],
  [4, 'segment routing: first in the list', [ip6('2001:db8::77'), ip6('2001:db8::99')]],
])('with segments left, a routing header of type %i names the destination (%s)', (type, _name, addresses) => {
  const routing = octets(PROTOCOL.tcp, 4, type, 1, [1, 0, 0, 0], ...addresses);
  const packet = ipv6(tcp({ flags: 2 }), { nextHeader: 43, extensions: routing, finalDst: '2001:db8::77' });
  const { segment, addresses: book } = decodeRaw(packet);
  expect(book.format(segment.dst, 6)).toBe('2001:db8::77');
  expect(segment.checksum).toBe(CHECKSUM_GOOD);
});

test('without segments left, the IPv6 header names the destination', () => {
  const routing = octets(PROTOCOL.tcp, 2, 0, 0, [0, 0, 0, 0], ip6('2001:db8::77'));
  const packet = ipv6(tcp({ flags: 2 }), { nextHeader: 43, extensions: routing, finalDst: '2001:db8::2' });
  const { segment, addresses } = decodeRaw(packet);
  expect(addresses.format(segment.dst, 6)).toBe('2001:db8::2');
  expect(segment.checksum).toBe(CHECKSUM_GOOD);
});

test('an authentication header is skipped, over IPv4 and IPv6', () => {
  const authentication = octets(PROTOCOL.tcp, 4, u16(0), u32(1), u32(1), new Uint8Array(12));
  const over4 = ipv4(octets(authentication, tcp()), { protocol: PROTOCOL.ah });
  const over6 = ipv6(octets(authentication, tcp()), { nextHeader: PROTOCOL.ah });
  expect(decodeRaw(over4).result).toBe(DECODED_TCP);
  expect(decodeRaw(over6).result).toBe(DECODED_TCP);
});

test('an extension header longer than the packet is malformed', () => {
  const { result, counts } = decodeRaw(
    ipv6(new Uint8Array(16), { nextHeader: 0, extensions: octets(6, 200, 0, 0, 0, 0, 0, 0) }),
  );
  expect(result).toBe(DECODED_MALFORMED);
  expect(counts.malformedByLayer[LAYER_IPV6_OPTIONS]).toBe(1);
});

test('a thousand extension headers end as too deep', () => {
  const chain = octets(...new Array<Uint8Array>(1000).fill(OPTIONS_THEN(60)));
  const { result, counts } = decodeRaw(ipv6(chain, { nextHeader: 60 }));
  expect(result).toBe(DECODED_OTHER);
  expect(counts.tooDeep).toBe(1);
});

test('IPv6 addresses of frames without TCP are not kept', () => {
  expect(decodeRaw(ipv6(new Uint8Array(20), { nextHeader: 17 })).addresses.size).toBe(0);
  expect(decodeRaw(ipv6(tcp())).addresses.size).toBe(2);
});
