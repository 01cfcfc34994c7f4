import { onesSum } from '../../src/bytes/internet-checksum.ts';
import type { Endpoint } from './endpoint.ts';
import type { PcapWriter } from './pcap-writer.ts';

export const FIN = 0x01;
export const SYN = 0x02;
export const RST = 0x04;
export const PSH = 0x08;
export const ACK = 0x10;

const ETHERNET_LEN = 14;
const IPV4_LEN = 20;
const IPV6_LEN = 40;
const TCP_LEN = 20;
const PROTOCOL_TCP = 6;
const DONT_FRAGMENT = 0x4000;
const SYN_OPTIONS_LEN = 20;
const TIMESTAMPS_LEN = 12;
const OPTION_MSS = 2;
const OPTION_WINDOW_SCALE = 3;
const OPTION_SACK_PERMITTED = 4;
const OPTION_TIMESTAMPS = 8;
const OPTION_NOP = 1;
/** Distance from a TCP header's start to its checksum, and in the IPv4 header. */
const TCP_CHECKSUM = 16;
const IPV4_CHECKSUM = 10;

const NOTHING = new Uint8Array(0);

/** Which options a segment carries: Linux's set on a SYN, time stamps after it, none on a RST sent without a socket. */
type Options = 'syn' | 'timestamps' | 'none';
const OPTIONS_LEN: Readonly<Record<Options, number>> = {
  syn: SYN_OPTIONS_LEN,
  timestamps: TIMESTAMPS_LEN,
  none: 0,
};

/** Puts TCP segments into a capture as Linux hosts put them on an Ethernet, lengths and checksums included. */
export class Wire {
  readonly writer: PcapWriter;

  constructor(writer: PcapWriter) {
    this.writer = writer;
  }

  /** SYN or SYN+ACK with MSS, SACK permitted, timestamps, NOP and window scale: Linux's order. */
  syn(timeUs: number, from: Endpoint, to: Endpoint): void {
    const flags = from.ack === 0 ? SYN : SYN | ACK;
    // A SYN+ACK is sent before there is a socket to count IP IDs: Linux writes 0.
    const ipId = from.ack === 0 ? nextIpId(from) : 0;
    this.frame(timeUs, from, to, flags, from.seq, ipId, 'syn', NOTHING, 0, 0);
    from.seq = (from.seq + 1) >>> 0;
  }

  /** A segment without payload that a socket sends: ACK, FIN+ACK, RST+ACK. */
  control(timeUs: number, from: Endpoint, to: Endpoint, flags: number): void {
    this.frame(timeUs, from, to, flags, from.seq, nextIpId(from), 'timestamps', NOTHING, 0, 0);
    if ((flags & FIN) !== 0) from.seq = (from.seq + 1) >>> 0;
  }

  /** Octets `start … end` of `message`, whose first octet has sequence number `base`. The caller keeps the counts. */
  data(
    timeUs: number,
    from: Endpoint,
    to: Endpoint,
    base: number,
    ipId: number,
    message: Uint8Array,
    start: number,
    end: number,
  ): void {
    const flags = end === message.length ? PSH | ACK : ACK;
    const seq = (base + start) >>> 0;
    this.frame(timeUs, from, to, flags, seq, ipId & 0xffff, 'timestamps', message, start, end);
  }

  /** A RST sent where no socket is (any more), in answer to a segment that acknowledged `seq`: bare, window and IP ID 0. */
  resetWithoutSocket(timeUs: number, from: Endpoint, to: Endpoint, seq: number): void {
    const window = from.window;
    from.window = 0;
    this.frame(timeUs, from, to, RST, seq, 0, 'none', NOTHING, 0, 0);
    from.window = window;
  }

  private frame(
    timeUs: number,
    from: Endpoint,
    to: Endpoint,
    flags: number,
    seq: number,
    ipId: number,
    options: Options,
    payload: Uint8Array,
    start: number,
    end: number,
  ): void {
    const { octets, view } = this.writer;
    const ethernet = this.writer.begin();
    const isIpv4 = from.host.ip.length === 4;
    const ipLen = isIpv4 ? IPV4_LEN : IPV6_LEN;
    const ip = ethernet + ETHERNET_LEN;
    const tcp = ip + ipLen;
    const headerLen = TCP_LEN + OPTIONS_LEN[options];
    const tcpLen = headerLen + end - start;

    octets.set(to.host.mac, ethernet);
    octets.set(from.host.mac, ethernet + 6);
    view.setUint16(ethernet + 12, isIpv4 ? 0x0800 : 0x86dd);
    if (isIpv4) writeIpv4(view, octets, ip, from, to, ipId, tcpLen);
    else writeIpv6(view, octets, ip, from, to, tcpLen);

    view.setUint16(tcp, from.port);
    view.setUint16(tcp + 2, to.port);
    view.setUint32(tcp + 4, seq);
    view.setUint32(tcp + 8, (flags & ACK) !== 0 ? from.ack : 0);
    view.setUint16(tcp + 12, (headerLen << 10) | flags);
    view.setUint16(tcp + 14, from.window);
    view.setUint32(tcp + TCP_CHECKSUM, 0);
    if (options === 'syn') writeSynOptions(view, tcp + TCP_LEN, timeUs, from);
    else if (options === 'timestamps') writeTimestamps(view, tcp + TCP_LEN, timeUs, from);
    if (end > start) octets.set(payload.subarray(start, end), tcp + headerLen);

    const addresses = isIpv4 ? ip + 12 : ip + 8;
    const pseudo = onesSum(view, addresses, tcp, PROTOCOL_TCP + tcpLen);
    view.setUint16(tcp + TCP_CHECKSUM, ~onesSum(view, tcp, tcp + tcpLen, pseudo) & 0xffff);
    this.writer.commit(timeUs, ETHERNET_LEN + ipLen + tcpLen);
  }
}

/** Linux counts the IP IDs of each socket from a random start. */
function nextIpId(from: Endpoint): number {
  const ipId = from.ipId;
  from.ipId = (ipId + 1) & 0xffff;
  return ipId;
}

function writeIpv4(
  view: DataView,
  octets: Uint8Array,
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
  octets.set(from.host.ip, at + 12);
  octets.set(to.host.ip, at + 16);
  view.setUint16(at + IPV4_CHECKSUM, ~onesSum(view, at, at + IPV4_LEN, 0) & 0xffff);
}

function writeIpv6(
  view: DataView,
  octets: Uint8Array,
  at: number,
  from: Endpoint,
  to: Endpoint,
  tcpLen: number,
): void {
  view.setUint32(at, (0x60000000 | from.flowLabel) >>> 0);
  view.setUint16(at + 4, tcpLen);
  view.setUint8(at + 6, PROTOCOL_TCP);
  view.setUint8(at + 7, from.host.ttl);
  octets.set(from.host.ip, at + 8);
  octets.set(to.host.ip, at + 24);
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
