import { expect, test } from 'vitest';
import { AddressBook } from '../../src/bytes/address-book.ts';
import { FrameDecoder } from '../../src/decode/frame-decoder.ts';
import {
  DECODED_MALFORMED,
  DECODED_OTHER,
  DECODED_TCP,
  DECODED_UNSUPPORTED,
} from '../../src/model/segment.ts';
import {
  ethernet,
  frameOf,
  ipv4,
  ipv6,
  octets,
  SOURCE_MAC,
  tcp,
  u16,
  u32,
} from '../support/packet-builder.ts';

const PACKET_4 = ipv4(tcp({ srcPort: 4321 }));
const PACKET_6 = ipv6(tcp({ srcPort: 4321 }));
const MAC = [...SOURCE_MAC];
const SNAP_IPV4 = [0xaa, 0xaa, 0x03, 0, 0, 0, 0x08, 0x00];

function decode(bytes: Uint8Array, linkType: number) {
  const decoder = new FrameDecoder(new AddressBook());
  return {
    result: decoder.decode(frameOf(bytes, { linkType })),
    segment: decoder.segment,
    counts: decoder.counts,
  };
}

/** An 802.11 data frame from a station to its access point. */
function ieee80211(control: number, flags: number, extra: number[], body: Uint8Array): Uint8Array {
  return octets(control, flags, [0, 0], DESTINATION, MAC, DESTINATION, [0x10, 0], extra, body);
}
const DESTINATION = [2, 0, 0, 0, 0, 9];
const LLC_PACKET = octets(SNAP_IPV4, PACKET_4);

function attribute(type: number, value: Uint8Array, isLittleEndian: boolean): Uint8Array {
  const header = [...u16(value.length + 4), ...u16(type)];
  if (isLittleEndian) header.splice(0, 4, header[1]!, header[0]!, header[3]!, header[2]!);
  return octets(header, value, new Uint8Array((4 - (value.length % 4)) % 4));
}

const RADIOTAP_PADDED = octets([0, 0, 16, 0], [0x03, 0, 0, 0], new Uint8Array(8));
const FRAMES: [string, number, Uint8Array][] = [
  ['Ethernet with IPv4', 1, ethernet(PACKET_4)],
  ['Ethernet with IPv6', 1, ethernet(PACKET_6, 0x86dd)],
  ['Ethernet with padding after the packet', 1, octets(ethernet(PACKET_4), [0, 0, 0, 0, 0, 0])],
  ['802.3 with LLC and SNAP', 1, ethernet(LLC_PACKET, LLC_PACKET.length)],
  ['802.3 with LLC for IP', 1, ethernet(octets([6, 6, 3], PACKET_4), 43)],
  ['802.1Q', 1, ethernet(octets(u16(0x6005), u16(0x0800), PACKET_4), 0x8100)],
  ['802.1ad with 802.1Q', 1, ethernet(octets(u16(5), u16(0x8100), u16(7), u16(0x86dd), PACKET_6), 0x88a8)],
  ['QinQ 0x9100', 1, ethernet(octets(u16(5), u16(0x8100), u16(7), u16(0x0800), PACKET_4), 0x9100)],
  [
    'PPPoE session',
    1,
    ethernet(octets([0x11, 0], u16(9), u16(PACKET_4.length + 2), u16(0x21), PACKET_4), 0x8864),
  ],
  ['MPLS, two labels', 1, ethernet(octets(u32(0x00010040), u32(0x00011140), PACKET_4), 0x8847)],
  [
    'MPLS pseudowire with control word',
    1,
    ethernet(octets(u32(0x00011140), u32(0), ethernet(PACKET_4)), 0x8847),
  ],
  ['BSD loopback, little end', 0, octets([2, 0, 0, 0], PACKET_4)],
  ['BSD loopback, big end', 0, octets([0, 0, 0, 2], PACKET_4)],
  ['macOS loopback with IPv6', 0, octets([30, 0, 0, 0], PACKET_6)],
  ['OpenBSD loopback', 108, octets([0, 0, 0, 24], PACKET_6)],
  ['raw IP, DLT 12', 12, PACKET_4],
  ['raw IP, DLT 14', 14, PACKET_6],
  ['raw IP', 101, PACKET_6],
  ['raw IPv4', 228, PACKET_4],
  ['raw IPv6', 229, PACKET_6],
  ['Linux cooked', 113, octets(u16(0), u16(1), u16(6), MAC, [0, 0], u16(0x0800), PACKET_4)],
  [
    'Linux cooked, tagged',
    113,
    octets(u16(0), u16(1), u16(6), MAC, [0, 0], u16(0x8100), u16(5), u16(0x0800), PACKET_4),
  ],
  ['Linux cooked 2', 276, octets(u16(0x86dd), u16(0), u32(3), u16(1), [4, 6], MAC, [0, 0], PACKET_6)],
  ['PPP', 9, octets([0xff, 0x03, 0x00, 0x21], PACKET_4)],
  ['PPP, compressed header', 9, octets([0x57], PACKET_6)],
  ['PPP in HDLC framing', 50, octets([0xff, 0x03, 0x00, 0x57], PACKET_6)],
  ['Cisco HDLC on a PPP link type', 50, octets([0x0f, 0, 0x08, 0x00], PACKET_4)],
  ['PPPoE', 51, octets([0x11, 0], u16(9), u16(PACKET_4.length + 2), u16(0x21), PACKET_4)],
  ['Cisco HDLC', 104, octets([0x0f, 0, 0x86, 0xdd], PACKET_6)],
  ['frame relay, IETF', 107, octets([0x18, 0x41, 0x03, 0xcc], PACKET_4)],
  ['frame relay, Cisco', 107, octets([0x18, 0x41, 0x08, 0x00], PACKET_4)],
  ['ATM, RFC 1483', 100, octets(SNAP_IPV4, PACKET_4)],
  ['ATM, routed PDU', 11, octets([0xfe, 0xfe, 0x03, 0xcc], PACKET_4)],
  ['802.11 data', 105, ieee80211(0x08, 0x01, [], LLC_PACKET)],
  ['802.11 QoS data', 105, ieee80211(0x88, 0x01, [0, 0], LLC_PACKET)],
  ['802.11 with four addresses', 105, ieee80211(0x08, 0x03, MAC, LLC_PACKET)],
  ['802.11 QoS data with HT control', 105, ieee80211(0x88, 0x81, [0, 0, 0, 0, 0, 0], LLC_PACKET)],
  ['802.11 aggregate', 105, ieee80211(0x88, 0x01, [0x80, 0, ...DESTINATION, ...MAC, 0, 50], LLC_PACKET)],
  ['radiotap', 127, octets([0, 0, 8, 0, 0, 0, 0, 0], ieee80211(0x08, 0x01, [], LLC_PACKET))],
  [
    'Prism',
    119,
    octets([0, 0, 0, 0x44, 0, 0, 0, 144], new Uint8Array(136), ieee80211(0x08, 1, [], LLC_PACKET)),
  ],
  ['AVS', 163, octets(u32(0x80211001), u32(64), new Uint8Array(56), ieee80211(0x08, 1, [], LLC_PACKET))],
  ['FDDI', 10, octets([0x50], DESTINATION, MAC, LLC_PACKET)],
  ['token ring', 6, octets([0x10, 0x40], DESTINATION, MAC, LLC_PACKET)],
  [
    'token ring, source route',
    6,
    octets([0x10, 0x40], DESTINATION, [0x82, 1, 2, 3, 4, 5], [4, 0, 0, 1], LLC_PACKET),
  ],
  ['ARCNET on BSD', 7, octets([1, 2, 212, 0, 0, 1], PACKET_4)],
  ['ARCNET on BSD, padded', 7, octets([1, 2, 212, 0xff, 0xff, 0xff, 0xff, 0, 0, 1], PACKET_4)],
  ['ARCNET on Linux', 129, octets([1, 2, 0, 0, 240], PACKET_4)],
  ['IP over InfiniBand', 242, octets(new Uint8Array(40), u16(0x0800), u16(0), PACKET_4)],
  [
    'NFLOG, little end',
    239,
    octets([2, 0, 0, 0], attribute(10, octets(65, 0), true), attribute(9, PACKET_4, true)),
  ],
  [
    'NFLOG, big end',
    239,
    octets([10, 0, 0, 0], attribute(10, octets(65, 0), false), attribute(9, PACKET_6, false)),
  ],
  ['pf log', 117, octets([61, 2], new Uint8Array(62), PACKET_4)],
  ['BSD enc', 109, octets([2, 0, 0, 0], new Uint8Array(8), PACKET_4)],
  ['macOS pktap', 258, octets([108, 0, 0, 0], u32(0), [1, 0, 0, 0], new Uint8Array(96), ethernet(PACKET_4))],
  ['Solaris ipnet', 226, octets([1, 26], new Uint8Array(22), PACKET_6)],
];

test.each(FRAMES)('%s: finds the TCP header', (_name, linkType, bytes) => {
  const { result, segment } = decode(bytes, linkType);
  expect(result).toBe(DECODED_TCP);
  expect(segment.srcPort).toBe(4321);
  expect(segment.dstPort).toBe(80);
  expect(segment.payloadLen).toBe(0);
});

test.each(FRAMES)(
  '%s: cut anywhere, it gives a result and stays within the frame',
  (_name, linkType, bytes) => {
    for (let length = 0; length < bytes.length; length++) {
      const decoder = new FrameDecoder(new AddressBook());
      const result = decoder.decode(
        frameOf(bytes.subarray(0, length), { linkType, originalLen: bytes.length }),
      );
      if (result === DECODED_TCP) expect(decoder.segment.payloadEnd).toBeLessThanOrEqual(32 + length);
      else expect([DECODED_MALFORMED, DECODED_OTHER, DECODED_UNSUPPORTED]).toContain(result);
    }
  },
);

test('a padded 802.11 header is taken as radiotap says', () => {
  const flags = octets(RADIOTAP_PADDED, [0x20, 0, 0, 0]);
  flags[2] = flags.length;
  const frame = octets(flags, ieee80211(0x88, 0x01, [0, 0, 0, 0], LLC_PACKET));
  expect(decode(frame, 127).result).toBe(DECODED_TCP);
});

test('a frame check sequence that radiotap announces is not payload', () => {
  const header = octets([0, 0, 9, 0, 0x02, 0, 0, 0, 0x10]);
  const packet = ipv4(tcp({ srcPort: 4321, payload: octets(1, 2, 3) }), { totalLen: 0 });
  const { segment } = decode(
    octets(header, ieee80211(0x08, 0x01, [], octets(SNAP_IPV4, packet)), u32(0)),
    127,
  );
  expect(segment.payloadLen).toBe(3);
});

test.each([
  ['protected', 0x08, 0x41, 0x10],
  ['without data', 0x48, 0x01, 0x10],
  ['management', 0x80, 0x00, 0x10],
  ['a first fragment', 0x08, 0x05, 0x10],
])('an 802.11 frame that is %s holds nothing for us', (_name, control, flags) => {
  expect(decode(ieee80211(control, flags, [], LLC_PACKET), 105).result).toBe(DECODED_OTHER);
});

test.each([
  [0, 1],
  [1, 1],
  [2, 1],
  [3, 0],
  [4, 2],
])('cooked packet type %i is direction %i', (packetType, direction) => {
  const frame = octets(u16(packetType), u16(1), u16(6), MAC, [0, 0], u16(0x0800), PACKET_4);
  expect(decode(frame, 113).segment.direction).toBe(direction);
});

test('what the capture file says about direction stands above the packet type', () => {
  const decoder = new FrameDecoder(new AddressBook());
  const bytes = octets(u16(4), u16(1), u16(6), MAC, [0, 0], u16(0x0800), PACKET_4);
  decoder.decode(frameOf(bytes, { linkType: 113, direction: 1 }));
  expect(decoder.segment.direction).toBe(1);
});

test('NFLOG tells the direction by the netfilter hook', () => {
  const frame = octets(
    [2, 0, 0, 0],
    attribute(1, octets(u16(0x0800), 3, 0), true),
    attribute(9, PACKET_4, true),
  );
  expect(decode(frame, 239).segment.direction).toBe(2);
});

test('the outermost VLAN id is kept, plus one', () => {
  const frame = ethernet(octets(u16(0xe005), u16(0x8100), u16(7), u16(0x0800), PACKET_4), 0x88a8);
  expect(decode(frame, 1).segment.vlan).toBe(6);
  expect(decode(ethernet(PACKET_4), 1).segment.vlan).toBe(0);
});

test('the source MAC tells senders apart, whichever link layer carries it', () => {
  const overEthernet = decode(ethernet(PACKET_4), 1).segment.sourceMac;
  const overCooked = decode(octets(u16(0), u16(1), u16(6), MAC, [0, 0], u16(0x0800), PACKET_4), 113).segment
    .sourceMac;
  const other = ethernet(PACKET_4);
  other[6] = 0x06;
  expect(overCooked).toBe(overEthernet);
  expect(decode(other, 1).segment.sourceMac).not.toBe(overEthernet);
  expect(decode(PACKET_4, 101).segment.sourceMac).toBe(0);
});

test('an unknown link type is counted by its number', () => {
  const { result, counts } = decode(PACKET_4, 9999);
  expect(result).toBe(DECODED_UNSUPPORTED);
  expect([...counts.unsupportedByLinkType]).toEqual([[9999, 1]]);
});

test('a thousand VLAN tags end as too deep', () => {
  const tags = new Uint8Array(4000);
  for (let tag = 0; tag < 1000; tag++) tags.set([0, 1, 0x81, 0x00], 4 * tag);
  const { result, counts } = decode(ethernet(tags, 0x8100), 1);
  expect(result).toBe(DECODED_OTHER);
  expect(counts.tooDeep).toBe(1);
});

test('a thousand MPLS labels end as too deep', () => {
  const { result, counts } = decode(ethernet(new Uint8Array(4000), 0x8847), 1);
  expect(result).toBe(DECODED_OTHER);
  expect(counts.tooDeep).toBe(1);
});
