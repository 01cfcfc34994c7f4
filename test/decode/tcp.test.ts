import { expect, test } from 'vitest';
import { AddressBook } from '../../src/bytes/address-book.ts';
import { FrameDecoder } from '../../src/decode/frame-decoder.ts';
import {
  CHECKSUM_BAD,
  CHECKSUM_GOOD,
  CHECKSUM_UNKNOWN,
  DECODED_MALFORMED,
  DECODED_TCP,
  OPT_DATA_ACK,
  OPT_DATA_FIN,
  OPT_DATA_MAP,
  OPT_FAST_CLOSE,
  OPT_FAST_OPEN,
  OPT_JOIN,
  OPT_MALFORMED,
  OPT_MPTCP,
  OPT_MSS,
  OPT_SACK,
  OPT_SACK_PERMITTED,
  OPT_SIGNATURE,
  OPT_TIMESTAMP,
  OPT_WINDOW_SCALE,
} from '../../src/model/segment.ts';
import {
  ethernet,
  frameOf,
  ipv4,
  ipv6,
  octets,
  type TcpFields,
  tcp,
  u16,
  u32,
} from '../support/packet-builder.ts';

function decode(packet: Uint8Array, originalLen = packet.length) {
  const decoder = new FrameDecoder(new AddressBook());
  const result = decoder.decode(frameOf(packet, { linkType: 101, originalLen }));
  return { result, segment: decoder.segment };
}

function decodeTcp(fields: TcpFields) {
  return decode(ipv4(tcp(fields)));
}

function decodeOptions(options: number[]) {
  return decodeTcp({ options }).segment;
}

test('reads the header and says where the payload lies', () => {
  const payload = octets(9, 8, 7);
  const { segment } = decodeTcp({
    srcPort: 65535,
    dstPort: 443,
    seq: 0xfffffff0,
    ack: 0x80000000,
    flags: 0x1d8,
    window: 65535,
    payload,
  });
  expect([segment.srcPort, segment.dstPort, segment.window, segment.flags]).toEqual([
    65535, 443, 65535, 0x1d8,
  ]);
  expect([segment.seq, segment.ack]).toEqual([-16, -0x80000000]);
  expect([...segment.bytes.subarray(segment.payloadStart, segment.payloadEnd)]).toEqual([9, 8, 7]);
  expect(segment.payloadLen).toBe(3);
});

test('reads all options of a SYN', () => {
  const segment = decodeOptions([2, 4, 5, 0xb4, 4, 2, 8, 10, ...u32(0xf0000001), ...u32(7), 1, 3, 3, 9]);
  expect(segment.options).toBe(OPT_MSS | OPT_SACK_PERMITTED | OPT_TIMESTAMP | OPT_WINDOW_SCALE);
  expect([segment.mss, segment.windowScale, segment.tsVal >>> 0, segment.tsEcr]).toEqual([
    1460, 9, 0xf0000001, 7,
  ]);
});

test('reads aligned timestamps and the SACK blocks after them', () => {
  const segment = decodeOptions([
    1,
    1,
    8,
    10,
    ...u32(5),
    ...u32(6),
    1,
    1,
    5,
    18,
    ...u32(100),
    ...u32(200),
    ...u32(300),
    ...u32(0xffffffff),
  ]);
  expect(segment.options).toBe(OPT_TIMESTAMP | OPT_SACK);
  expect([segment.tsVal, segment.tsEcr, segment.sackCount]).toEqual([5, 6, 2]);
  expect([...segment.sack.subarray(0, 4)]).toEqual([100, 200, 300, -1]);
});

test.each([
  ['MD5 signature', [19, 18, ...new Array<number>(16).fill(0), 1, 1], OPT_SIGNATURE],
  ['TCP-AO', [29, 4, 1, 1], OPT_SIGNATURE],
  ['MPTCP', [30, 4, 0, 0], OPT_MPTCP],
  ['MP_JOIN', [30, 12, 0x10, 0, ...new Array<number>(8).fill(0)], OPT_MPTCP | OPT_JOIN],
  ['MP_FASTCLOSE', [30, 12, 0x70, 0, ...new Array<number>(8).fill(0)], OPT_MPTCP | OPT_FAST_CLOSE],
  ['a DSS that is too short for its DATA_ACK', [30, 4, 0x20, 1], OPT_MPTCP],
  ['a DSS that is too short for its mapping', [30, 8, 0x20, 0x14, 0, 0, 0, 0], OPT_MPTCP],
  ['Fast Open', [34, 2, 1, 1], OPT_FAST_OPEN],
  ['experimental Fast Open', [254, 4, 0xf9, 0x89], OPT_FAST_OPEN],
  ['another experiment', [254, 4, 0, 1], 0],
  ['an unknown kind', [99, 4, 0, 1], 0],
  ['an end of list before rubbish', [0, 0xff, 0xff, 0xff], 0],
  ['an MSS of wrong length', [2, 3, 5, 1], 0],
  ['a SACK of wrong length', [5, 8, 0, 0, 0, 0, 0, 0], 0],
  ['a length of 0', [99, 0, 1, 1], OPT_MALFORMED],
  ['a length of 1', [99, 1, 1, 1], OPT_MALFORMED],
  ['a length beyond the header', [1, 1, 99, 9], OPT_MALFORMED],
  ['a kind without a length', [1, 1, 1, 2], OPT_MALFORMED],
])('options: %s', (_name, options, expected) => {
  expect(decodeOptions(options).options).toBe(expected);
});

test('numbers of Multipath TCP, of four octets or eight', () => {
  const short = decodeOptions([30, 18, 0x20, 0x05, ...u32(7), ...u32(8), ...u32(9), 0, 100, 1, 1]);
  expect(short.options).toBe(OPT_MPTCP | OPT_DATA_ACK | OPT_DATA_MAP);
  expect([short.dataAck, short.dataSeq, short.mapSeq]).toEqual([7, 8, 9]);
  const long = decodeOptions([
    30,
    26,
    0x20,
    0x1f,
    ...u32(1),
    ...u32(7),
    ...u32(2),
    ...u32(8),
    ...u32(0),
    0,
    1,
    1,
    1,
  ]);
  expect(long.options).toBe(OPT_MPTCP | OPT_DATA_ACK | OPT_DATA_MAP | OPT_DATA_FIN);
  expect([long.dataAck, long.dataSeq, long.mapSeq]).toEqual([7, 8, 0]);
});

test('options before a malformed one are kept', () => {
  const segment = decodeOptions([2, 4, 2, 0, 99, 0, 0, 0]);
  expect(segment.options).toBe(OPT_MSS | OPT_MALFORMED);
  expect(segment.mss).toBe(512);
});

test('options do not leak from one frame into the next', () => {
  const decoder = new FrameDecoder(new AddressBook());
  const sack = [1, 1, 5, 10, ...u32(1), ...u32(2)];
  decoder.decode(frameOf(ipv4(tcp({ options: sack, flags: 2 })), { linkType: 101 }));
  decoder.decode(frameOf(ipv4(tcp()), { linkType: 101 }));
  expect([decoder.segment.options, decoder.segment.sackCount, decoder.segment.checksum]).toEqual([
    0,
    0,
    CHECKSUM_UNKNOWN,
  ]);
});

test.each([0, 4])('a data offset of %i words is malformed', (dataOffset) => {
  expect(decodeTcp({ dataOffset }).result).toBe(DECODED_MALFORMED);
});

test('a data offset beyond the packet is malformed', () => {
  expect(decodeTcp({ dataOffset: 6 }).result).toBe(DECODED_MALFORMED);
  expect(decodeTcp({ dataOffset: 6, payload: octets(0, 0, 0, 0) }).result).toBe(DECODED_TCP);
});

test('a header cut behind the flags is a segment, its window unknown; before them, it is malformed', () => {
  const packet = ipv4(tcp({ seq: 77, options: [2, 4, 5, 0xb4], payload: new Uint8Array(100) }));
  const cut = decode(packet.subarray(0, 36), packet.length);
  expect(cut.result).toBe(DECODED_TCP);
  expect([cut.segment.seq, cut.segment.options, cut.segment.payloadLen]).toEqual([77, 0, 100]);
  expect(cut.segment.payloadEnd - cut.segment.payloadStart).toBe(0);
  expect(cut.segment.window).toBe(8192);
  for (const length of [34, 35]) {
    const short = decode(packet.subarray(0, length), packet.length);
    expect(short.result).toBe(DECODED_TCP);
    expect([short.segment.seq, short.segment.window, short.segment.payloadLen]).toEqual([77, -1, 100]);
  }
  expect(decode(packet.subarray(0, 33), packet.length).result).toBe(DECODED_MALFORMED);
});

test('an option that the snaplen cut is not its sender’s fault', () => {
  const packet = ipv4(tcp({ options: [2, 4, 5, 0xb4, 3, 3, 7, 0] }));
  for (let length = 40; length < packet.length; length++) {
    const { segment } = decode(packet.subarray(0, length), packet.length);
    expect(segment.options & OPT_MALFORMED).toBe(0);
    expect((segment.options & OPT_MSS) !== 0).toBe(length >= 44);
  }
});

test.each([0x02, 0x11, 0x04, 0x14])('the checksum of flags %i is checked, over both IP versions', (flags) => {
  for (const payload of [octets(), octets(1), octets(1, 2, 3, 4)]) {
    expect(decode(ipv4(tcp({ flags, payload }))).segment.checksum).toBe(CHECKSUM_GOOD);
    expect(decode(ipv6(tcp({ flags, payload }))).segment.checksum).toBe(CHECKSUM_GOOD);
  }
});

test('one wrong bit anywhere in segment or addresses makes the checksum bad', () => {
  const packet = ipv4(tcp({ flags: 0x14, payload: octets(1, 2, 3) }));
  for (let offset = 12; offset < packet.length; offset++) {
    if (offset === 32 || offset === 33) continue; // data offset and flags: read before the checksum is
    const wrong = packet.slice();
    wrong[offset]! ^= 0x10;
    expect(decode(wrong).segment.checksum).toBe(CHECKSUM_BAD);
  }
});

test('a checksum left to the network card (sum of the pseudo-header alone) is bad', () => {
  const packet = ipv4(tcp({ flags: 0x14 }));
  packet.set(u16(0x1c3e), 36);
  expect(decode(packet).segment.checksum).toBe(CHECKSUM_BAD);
});

test('plain data segments are not summed up', () => {
  expect(decodeTcp({ flags: 0x18, payload: new Uint8Array(9) }).segment.checksum).toBe(CHECKSUM_UNKNOWN);
});

test('frame number, time and interface go along', () => {
  const decoder = new FrameDecoder(new AddressBook());
  const frame = frameOf(ethernet(ipv4(tcp())), { frameNumber: 42, timeNs: 5e9 });
  frame.interfaceIndex = 3;
  decoder.decode(frame);
  expect([decoder.segment.frameNumber, decoder.segment.timeNs, decoder.segment.interfaceIndex]).toEqual([
    42, 5e9, 3,
  ]);
});
