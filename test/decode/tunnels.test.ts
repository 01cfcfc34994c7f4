import { expect, test } from 'vitest';
import { AddressBook } from '../../src/bytes/address-book.ts';
import { FrameDecoder } from '../../src/decode/frame-decoder.ts';
import { MAX_TUNNELS } from '../../src/decode/packet-cursor.ts';
import { DECODED_MALFORMED, DECODED_OTHER, DECODED_TCP } from '../../src/model/segment.ts';
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

const INNER = ipv4(tcp({ srcPort: 4321 }), { src: '10.9.8.7', ttl: 33 });
const INNER_6 = ipv6(tcp({ srcPort: 4321 }), { hopLimit: 33 });
const INNER_ETHERNET = ethernet(INNER);

function gre(flags: number, type: number, ...rest: (number[] | Uint8Array)[]): Uint8Array {
  return ipv4(octets(u16(flags), u16(type), ...rest), { protocol: PROTOCOL.gre });
}

function overUdp(dstPort: number, ...parts: (number[] | Uint8Array)[]): Uint8Array {
  return ipv4(udp(50_000, dstPort, octets(...parts)), { protocol: PROTOCOL.udp });
}

const PPP_4 = octets([0xff, 0x03], u16(0x0021), INNER);
const VXLAN = octets([8, 0, 0, 0], u32(77 << 8));
const TUNNELS: [string, Uint8Array][] = [
  ['IPv4 in IPv4', ipv4(INNER, { protocol: PROTOCOL.ipip })],
  ['IPv6 in IPv4', ipv4(INNER_6, { protocol: PROTOCOL.ipv6 })],
  ['IPv4 in IPv6', ipv6(INNER, { nextHeader: PROTOCOL.ipip })],
  ['IPv6 in IPv6', ipv6(INNER_6, { nextHeader: PROTOCOL.ipv6 })],
  ['GRE', gre(0, 0x0800, INNER)],
  ['GRE with checksum, key and sequence', gre(0xb000, 0x86dd, u32(0), u32(5), u32(6), INNER_6)],
  ['GRE with Ethernet', gre(0x2000, 0x6558, u32(5), INNER_ETHERNET)],
  ['GRE with MPLS', gre(0, 0x8847, u32(0x00011140), INNER)],
  ['ERSPAN I', gre(0, 0x88be, INNER_ETHERNET)],
  ['ERSPAN II', gre(0x1000, 0x88be, u32(1), new Uint8Array(8), INNER_ETHERNET)],
  ['ERSPAN III', gre(0x1000, 0x22eb, u32(1), new Uint8Array(12), INNER_ETHERNET)],
  [
    'ERSPAN III with subheader',
    gre(0x1000, 0x22eb, u32(1), new Uint8Array(11), [1], new Uint8Array(8), INNER_ETHERNET),
  ],
  ['PPTP', gre(0x3001, 0x880b, u16(PPP_4.length), u16(9), u32(1), PPP_4)],
  ['PPTP with acknowledgement', gre(0x3081, 0x880b, u16(PPP_4.length), u16(9), u32(1), u32(2), PPP_4)],
  ['EtherIP', ipv4(octets([0x30, 0], INNER_ETHERNET), { protocol: 97 })],
  ['MPLS in IP', ipv4(octets(u32(0x00011140), INNER), { protocol: 137 })],
  ['VXLAN', overUdp(4789, VXLAN, INNER_ETHERNET)],
  ['VXLAN on the old port', overUdp(8472, VXLAN, INNER_ETHERNET)],
  ['Geneve', overUdp(6081, [0, 0], u16(0x6558), u32(5 << 8), INNER_ETHERNET)],
  ['Geneve with options', overUdp(6081, [2, 0], u16(0x0800), u32(5 << 8), new Uint8Array(8), INNER)],
  ['Teredo', overUdp(3544, INNER_6)],
  ['Teredo, from the server', ipv4(udp(3544, 50_000, INNER_6), { protocol: PROTOCOL.udp })],
  ['Teredo with origin', overUdp(3544, new Uint8Array(8), INNER_6)],
  ['Teredo with authentication', overUdp(3544, [0, 1, 2, 3], new Uint8Array(14), new Uint8Array(8), INNER_6)],
  ['GTP-U', overUdp(2152, [0x30, 255], u16(INNER.length), u32(9), INNER)],
  ['GTP-U with sequence', overUdp(2152, [0x32, 255], u16(INNER.length + 4), u32(9), [0, 1, 0, 0], INNER)],
  [
    'GTP-U with extensions',
    overUdp(2152, [0x34, 255], u16(60), u32(9), [0, 0, 0, 0x85], [1, 16, 1, 0xc0], [1, 0, 0, 0], INNER),
  ],
  ['L2TP', overUdp(1701, u16(0x0002), u16(3), u16(4), PPP_4)],
  [
    'L2TP with all fields',
    overUdp(1701, u16(0x4a02), u16(99), u16(3), u16(4), u32(1), u16(2), [0, 0], PPP_4),
  ],
  ['MPLS in UDP', overUdp(6635, u32(0x00011140), INNER)],
];

function decode(packet: Uint8Array, originalLen = packet.length) {
  const decoder = new FrameDecoder(new AddressBook());
  const result = decoder.decode(frameOf(packet, { linkType: 101, originalLen }));
  return { result, segment: decoder.segment, counts: decoder.counts };
}

test.each(TUNNELS)('%s: the innermost TCP header counts', (_name, packet) => {
  const { result, segment } = decode(packet);
  expect(result).toBe(DECODED_TCP);
  expect(segment.srcPort).toBe(4321);
  expect(segment.ttl).toBe(33);
  expect(segment.payloadLen).toBe(0);
  expect(segment.tunnelDepth).toBeGreaterThanOrEqual(1);
});

test.each(TUNNELS)('%s: cut anywhere, it gives a result', (_name, packet) => {
  for (let length = 0; length < packet.length; length++) {
    const { result, segment } = decode(packet.subarray(0, length), packet.length);
    if (result === DECODED_TCP) expect(segment.payloadEnd).toBeLessThanOrEqual(32 + length);
    else expect([DECODED_MALFORMED, DECODED_OTHER]).toContain(result);
  }
});

test('tunnel ids are told apart', () => {
  const ids = [5, 6].map((key) => decode(gre(0x2000, 0x0800, u32(key), INNER)).segment.tunnelId);
  expect(ids[0]).not.toBe(ids[1]);
  expect(decode(INNER).segment.tunnelId).toBe(0);
  expect(decode(INNER).segment.tunnelDepth).toBe(0);
});

test.each([
  ['VXLAN without a network identifier', overUdp(4789, new Uint8Array(8), INNER_ETHERNET)],
  ['Geneve control message', overUdp(6081, [0, 0x80], u16(0x6558), u32(0), INNER_ETHERNET)],
  ['Geneve of another version', overUdp(6081, [0x40, 0], u16(0x6558), u32(0), INNER_ETHERNET)],
  ['GTP-U echo', overUdp(2152, [0x32, 1], u16(4), u32(0), u32(0), INNER)],
  ['L2TP control message', overUdp(1701, u16(0xc802), u16(20), u16(1), u16(0), u32(0), PPP_4)],
  ['GRE of an unknown version', gre(0x0002, 0x0800, INNER)],
  ['GRE keep-alive', gre(0, 0, INNER)],
  ['PPTP acknowledgement', gre(0x2081, 0x880b, u16(0), u16(9), u32(1), u32(0))],
  ['EtherIP of another version', ipv4(octets([0x20, 0], INNER_ETHERNET), { protocol: 97 })],
])('%s: nothing for us', (_name, packet) => {
  expect(decode(packet).result).toBe(DECODED_OTHER);
});

test('nonsense on a tunnel’s UDP port is other traffic, not a malformed frame', () => {
  const { result, counts } = decode(overUdp(4789, VXLAN, [1, 2, 3]));
  expect(result).toBe(DECODED_OTHER);
  expect(counts.malformed).toBe(0);
});

test('tunnels are followed eight deep and no deeper', () => {
  let packet = INNER;
  for (let depth = 0; depth < MAX_TUNNELS; depth++) packet = ipv4(packet, { protocol: PROTOCOL.ipip });
  const allowed = decode(packet);
  expect(allowed.result).toBe(DECODED_TCP);
  expect(allowed.segment.tunnelDepth).toBe(MAX_TUNNELS);
  const tooDeep = decode(ipv4(packet, { protocol: PROTOCOL.ipip }));
  expect(tooDeep.result).toBe(DECODED_OTHER);
  expect(tooDeep.counts.tooDeep).toBe(1);
});
