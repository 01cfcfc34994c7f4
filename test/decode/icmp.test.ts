import { expect, test } from 'vitest';
import { AddressBook } from '../../src/bytes/address-book.ts';
import { FrameDecoder } from '../../src/decode/frame-decoder.ts';
import {
  DECODED_ICMP_ERROR,
  DECODED_MALFORMED,
  DECODED_OTHER,
  DECODED_TCP,
} from '../../src/model/segment.ts';
import { frameOf, ipv4, ipv6, octets, PROTOCOL, tcp, u16, udp } from '../support/packet-builder.ts';

const TCP_SEGMENT = tcp({
  srcPort: 40_000,
  dstPort: 80,
  seq: 0x12345678,
  ack: 9,
  flags: 0x18,
  payload: new Uint8Array(500),
});
const QUOTED = ipv4(TCP_SEGMENT, { src: '10.0.0.1', dst: '10.0.0.2', ttl: 1 });
const QUOTED_6 = ipv6(TCP_SEGMENT, { src: '2001:db8::1', dst: '2001:db8::2', hopLimit: 1 });

function error4(quote: Uint8Array, type = 3, code = 4): Uint8Array {
  const body = octets(type, code, u16(0), [0, 0, 0, 0], quote);
  return ipv4(body, { protocol: PROTOCOL.icmp, src: '172.16.0.9', dst: '10.0.0.1', ttl: 250 });
}

function error6(quote: Uint8Array, type = 2): Uint8Array {
  const body = octets(type, 0, u16(0), [0, 0, 5, 0], quote);
  return ipv6(body, { nextHeader: PROTOCOL.icmpv6, src: '2001:db8::9', dst: '2001:db8::1', hopLimit: 250 });
}

function decode(packet: Uint8Array, originalLen = packet.length) {
  const addresses = new AddressBook();
  const decoder = new FrameDecoder(addresses);
  const result = decoder.decode(frameOf(packet, { linkType: 101, originalLen }));
  return { result, segment: decoder.segment, addresses };
}

test('an error that quotes eight octets of TCP names the connection and who sent it', () => {
  const { result, segment, addresses } = decode(error4(QUOTED.subarray(0, 28)));
  expect(result).toBe(DECODED_ICMP_ERROR);
  expect([segment.srcPort, segment.dstPort, segment.seq]).toEqual([40_000, 80, 0x12345678]);
  expect([segment.icmpType, segment.icmpCode, segment.ttl]).toEqual([3, 4, 250]);
  expect(addresses.format(segment.src, 4)).toBe('10.0.0.1');
  expect(addresses.format(segment.dst, 4)).toBe('10.0.0.2');
  expect(addresses.format(segment.icmpSrc, 4)).toBe('172.16.0.9');
  expect([segment.ack, segment.flags, segment.payloadLen]).toEqual([0, 0, 0]);
});

test('an error that quotes the whole header tells the rest too', () => {
  const { segment } = decode(error4(QUOTED.subarray(0, 60)));
  expect([segment.ack, segment.flags, segment.payloadLen]).toEqual([9, 0x18, 500]);
  expect(segment.payloadEnd - segment.payloadStart).toBe(0);
});

test('ICMPv6 errors likewise', () => {
  const { result, segment, addresses } = decode(error6(QUOTED_6));
  expect(result).toBe(DECODED_ICMP_ERROR);
  expect([segment.icmpType, segment.ttl, segment.seq]).toEqual([2, 250, 0x12345678]);
  expect(addresses.format(segment.icmpSrc, 6)).toBe('2001:db8::9');
  expect(addresses.format(segment.src, 6)).toBe('2001:db8::1');
});

test.each([3, 4, 5, 11, 12])('ICMP type %i is an error', (type) => {
  expect(decode(error4(QUOTED, type)).result).toBe(DECODED_ICMP_ERROR);
});

test.each([0, 8, 13])('ICMP type %i is none', (type) => {
  expect(decode(error4(QUOTED, type)).result).toBe(DECODED_OTHER);
});

test.each([128, 129, 135])('ICMPv6 type %i is none', (type) => {
  expect(decode(error6(QUOTED_6, type)).result).toBe(DECODED_OTHER);
});

test('a quoted packet in a tunnel is followed to its TCP header', () => {
  const { result, segment } = decode(error4(ipv4(QUOTED, { protocol: PROTOCOL.ipip })));
  expect(result).toBe(DECODED_ICMP_ERROR);
  expect(segment.srcPort).toBe(40_000);
});

test('an error about something else than TCP is nothing for us', () => {
  expect(decode(error4(ipv4(udp(1, 2, new Uint8Array(8)), { protocol: PROTOCOL.udp }))).result).toBe(
    DECODED_OTHER,
  );
  expect(decode(error4(error4(QUOTED))).result).toBe(DECODED_OTHER);
  expect(decode(error4(ipv4(TCP_SEGMENT.subarray(0, 80), { fragment: 0x2064 }))).result).toBe(DECODED_OTHER);
});

test('a quoted first fragment still names the connection', () => {
  const { result, segment } = decode(error4(ipv4(TCP_SEGMENT.subarray(0, 80), { fragment: 0x2000 })));
  expect(result).toBe(DECODED_ICMP_ERROR);
  expect(segment.seq).toBe(0x12345678);
});

test('a quote that ends before the sequence number is malformed', () => {
  expect(decode(error4(QUOTED.subarray(0, 27))).result).toBe(DECODED_MALFORMED);
});

test('the next frame is no error any more', () => {
  const decoder = new FrameDecoder(new AddressBook());
  decoder.decode(frameOf(error4(QUOTED), { linkType: 101 }));
  expect(decoder.decode(frameOf(QUOTED, { linkType: 101 }))).toBe(DECODED_TCP);
  expect([decoder.segment.icmpType, decoder.segment.icmpCode, decoder.segment.ttl]).toEqual([-1, -1, 1]);
});
