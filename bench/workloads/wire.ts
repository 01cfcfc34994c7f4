import { onesSum } from '../../src/bytes/internet-checksum.ts';
import type { CaptureWriter } from './capture-writer.ts';
import type { Endpoint } from './endpoint.ts';

export const FIN = 0x01;
const SYN = 0x02;
export const RST = 0x04;
const PSH = 0x08;
export const ACK = 0x10;

const ETHERNET_LEN = 14;
const IPV4_LEN = 20;
const IPV6_LEN = 40;
const TCP_LEN = 20;
const ETHERTYPE_IPV4 = 0x0800;
const ETHERTYPE_IPV6 = 0x86dd;
const PROTOCOL_TCP = 6;
const DONT_FRAGMENT = 0x4000;
const SYN_OPTIONS_LEN = 20;
const TIMESTAMPS_LEN = 12;
const OPTION_MSS = 2;
const OPTION_WINDOW_SCALE = 3;
const OPTION_SACK_PERMITTED = 4;
const OPTION_TIMESTAMPS = 8;
const OPTION_NOP = 1;
/** Offsets within their headers. */
const TCP_CHECKSUM = 16;
const IPV4_CHECKSUM = 10;
const IPV4_ADDRESSES = 12;
const IPV6_ADDRESSES = 8;

const NOTHING = new Uint8Array(0);

/** Which options a segment carries: Linux's set on a SYN, time stamps after it, none on a RST sent without a socket. */
type Options = 'syn' | 'timestamps' | 'none';
const OPTIONS_LEN: Readonly<Record<Options, number>> = {
  syn: SYN_OPTIONS_LEN,
  timestamps: TIMESTAMPS_LEN,
  none: 0,
};

interface Segment {
  readonly flags: number;
  readonly seq: number;
  readonly ipId: number;
  readonly options: Options;
  /** Octets `start … end` of `message` are the payload. */
  readonly message: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/** A message cut into frames: its first octet has sequence number `seq`, its first segment `ipId`. */
export interface Transfer {
  readonly message: Uint8Array;
  /** Offset of each frame's first octet. Frames are whole segments of `segmentLen`, one or, with offload, several. */
  readonly starts: readonly number[];
  readonly segmentLen: number;
  readonly seq: number;
  readonly ipId: number;
}

/** Puts TCP segments into a capture as Linux hosts put them on an Ethernet, lengths and checksums included. */
export class Wire {
  readonly writer: CaptureWriter;

  constructor(writer: CaptureWriter) {
    this.writer = writer;
  }

  /** SYN, or SYN+ACK if `from` has something to acknowledge. */
  syn(timeUs: number, from: Endpoint, to: Endpoint): void {
    const isFirst = from.ack === 0;
    // A SYN+ACK is sent before there is a socket to count IP IDs: Linux writes 0.
    const ipId = isFirst ? nextIpId(from) : 0;
    this.write(timeUs, from, to, empty(isFirst ? SYN : SYN | ACK, from.seq, ipId, 'syn'));
    from.seq = (from.seq + 1) >>> 0;
  }

  /** A segment without payload that a socket sends: ACK, FIN+ACK, RST+ACK. */
  control(timeUs: number, from: Endpoint, to: Endpoint, flags: number): void {
    this.write(timeUs, from, to, empty(flags, from.seq, nextIpId(from), 'timestamps'));
    if ((flags & FIN) !== 0) from.seq = (from.seq + 1) >>> 0;
  }

  /** Frame number `index` of a transfer. The sender's own counts stay as they are. */
  data(timeUs: number, from: Endpoint, to: Endpoint, transfer: Transfer, index: number): void {
    const { message, starts } = transfer;
    const start = starts[index]!;
    const end = starts[index + 1] ?? message.length;
    this.write(timeUs, from, to, {
      flags: end === message.length ? PSH | ACK : ACK,
      seq: (transfer.seq + start) >>> 0,
      ipId: (transfer.ipId + start / transfer.segmentLen) & 0xffff,
      options: 'timestamps',
      message,
      start,
      end,
    });
  }

  /** What Linux answers when no socket is there (any more): no options, window and IP ID 0 (tcp_v4_send_reset). */
  resetWithoutSocket(timeUs: number, from: Endpoint, to: Endpoint, flags: number, seq: number): void {
    const { window } = from;
    from.window = 0;
    this.write(timeUs, from, to, empty(flags, seq, 0, 'none'));
    from.window = window;
  }

  private write(timeUs: number, from: Endpoint, to: Endpoint, segment: Segment): void {
    const { octets, view } = this.writer;
    const { flags, message, start, end } = segment;
    const ethernet = this.writer.begin();
    const isIpv4 = from.host.ip.length === 4;
    const ip = ethernet + ETHERNET_LEN;
    const tcp = ip + (isIpv4 ? IPV4_LEN : IPV6_LEN);
    const headerLen = TCP_LEN + OPTIONS_LEN[segment.options];
    const tcpLen = headerLen + end - start;

    octets.set(to.host.mac, ethernet);
    octets.set(from.host.mac, ethernet + 6);
    view.setUint16(ethernet + 12, isIpv4 ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6);
    if (isIpv4) writeIpv4(this.writer, ip, from, to, segment.ipId, tcpLen);
    else writeIpv6(this.writer, ip, from, to, tcpLen);

    view.setUint16(tcp, from.port);
    view.setUint16(tcp + 2, to.port);
    view.setUint32(tcp + 4, segment.seq);
    view.setUint32(tcp + 8, (flags & ACK) !== 0 ? from.ack : 0);
    view.setUint16(tcp + 12, (headerLen << 10) | flags);
    view.setUint16(tcp + 14, from.window);
    view.setUint32(tcp + TCP_CHECKSUM, 0);
    if (segment.options === 'syn') writeSynOptions(view, tcp + TCP_LEN, timeUs, from);
    else if (segment.options === 'timestamps') writeTimestamps(view, tcp + TCP_LEN, timeUs, from);
    if (end > start) octets.set(message.subarray(start, end), tcp + headerLen);

    const addresses = ip + (isIpv4 ? IPV4_ADDRESSES : IPV6_ADDRESSES);
    const pseudoHeader = onesSum(view, addresses, tcp, PROTOCOL_TCP + tcpLen);
    view.setUint16(tcp + TCP_CHECKSUM, ~onesSum(view, tcp, tcp + tcpLen, pseudoHeader) & 0xffff);
    this.writer.commit(timeUs, tcp + tcpLen - ethernet);
  }
}

function empty(flags: number, seq: number, ipId: number, options: Options): Segment {
  return { flags, seq, ipId, options, message: NOTHING, start: 0, end: 0 };
}

/** Linux counts the IP IDs of each socket from a random start. */
function nextIpId(from: Endpoint): number {
  const ipId = from.ipId;
  from.ipId = (ipId + 1) & 0xffff;
  return ipId;
}

function writeIpv4(
  { view, octets }: CaptureWriter,
  at: number,
  from: Endpoint,
  to: Endpoint,
  ipId: number,
  tcpLen: number,
): void {
  view.setUint16(at, 0x4500);
  view.setUint16(at + 2, IPV4_LEN + tcpLen);
  view.setUint16(at + 4, ipId);
  view.setUint16(at + 6, DONT_FRAGMENT);
  view.setUint8(at + 8, from.host.ttl);
  view.setUint8(at + 9, PROTOCOL_TCP);
  view.setUint16(at + IPV4_CHECKSUM, 0);
  octets.set(from.host.ip, at + IPV4_ADDRESSES);
  octets.set(to.host.ip, at + IPV4_ADDRESSES + 4);
  view.setUint16(at + IPV4_CHECKSUM, ~onesSum(view, at, at + IPV4_LEN, 0) & 0xffff);
}

function writeIpv6(
  { view, octets }: CaptureWriter,
  at: number,
  from: Endpoint,
  to: Endpoint,
  tcpLen: number,
): void {
  view.setUint32(at, (0x60000000 | from.flowLabel) >>> 0);
  view.setUint16(at + 4, tcpLen);
  view.setUint8(at + 6, PROTOCOL_TCP);
  view.setUint8(at + 7, from.host.ttl);
  octets.set(from.host.ip, at + IPV6_ADDRESSES);
  octets.set(to.host.ip, at + IPV6_ADDRESSES + 16);
}

function writeSynOptions(view: DataView, at: number, timeUs: number, from: Endpoint): void {
  view.setUint8(at, OPTION_MSS);
  view.setUint8(at + 1, 4);
  view.setUint16(at + 2, from.mss);
  view.setUint8(at + 4, OPTION_SACK_PERMITTED);
  view.setUint8(at + 5, 2);
  view.setUint8(at + 6, OPTION_TIMESTAMPS);
  view.setUint8(at + 7, 10);
  view.setUint32(at + 8, from.timestampAt(timeUs));
  view.setUint32(at + 12, from.recentTimestamp);
  view.setUint8(at + 16, OPTION_NOP);
  view.setUint8(at + 17, OPTION_WINDOW_SCALE);
  view.setUint8(at + 18, 3);
  view.setUint8(at + 19, from.windowScale);
}

function writeTimestamps(view: DataView, at: number, timeUs: number, from: Endpoint): void {
  view.setUint16(at, (OPTION_NOP << 8) | OPTION_NOP);
  view.setUint8(at + 2, OPTION_TIMESTAMPS);
  view.setUint8(at + 3, 10);
  view.setUint32(at + 4, from.timestampAt(timeUs));
  view.setUint32(at + 8, from.recentTimestamp);
}
