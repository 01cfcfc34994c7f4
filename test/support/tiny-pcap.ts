import { ACK, FIN, PSH, RST, SYN } from '../../src/model/segment.ts';

/** Just enough of a pcap writer to feed the command line: Ethernet, IPv4, TCP, microseconds. */

const PCAP_HEADER_LEN = 24;
const RECORD_HEADER_LEN = 16;
const ETHERNET_LEN = 14;
const IP_LEN = 20;
const TCP_LEN = 20;
const START_SECONDS = 1_767_323_045;

interface TinySegment {
  readonly isFromClient: boolean;
  readonly flags: number;
  readonly seq: number;
  readonly ack: number;
  readonly payload?: string;
}

/** `count` connections from distinct client ports: each asks for `target`, and the client resets it mid-body. */
export function abortedDownloads(count: number, target = '/report'): Uint8Array {
  const request = `GET ${target} HTTP/1.1\r\nHost: shop.example\r\n\r\n`;
  const response = `HTTP/1.1 200 OK\r\nContent-Length: 10240\r\n\r\n${'x'.repeat(1000)}`;
  const frames: Uint8Array[] = [];
  for (let i = 0; i < count; i++) {
    const afterRequest = 1001 + request.length;
    const story: TinySegment[] = [
      { isFromClient: true, flags: SYN, seq: 1000, ack: 0 },
      { isFromClient: false, flags: SYN | ACK, seq: 5000, ack: 1001 },
      { isFromClient: true, flags: ACK, seq: 1001, ack: 5001 },
      { isFromClient: true, flags: PSH | ACK, seq: 1001, ack: 5001, payload: request },
      { isFromClient: false, flags: PSH | ACK, seq: 5001, ack: afterRequest, payload: response },
      { isFromClient: true, flags: ACK, seq: afterRequest, ack: 5001 + response.length },
      { isFromClient: true, flags: RST | ACK, seq: afterRequest, ack: 5001 + response.length },
    ];
    for (const segment of story) frames.push(record(frames.length, 1024 + i, segment));
  }
  return pcap(frames);
}

/** One exchange, answered in full and closed by both sides. */
export function cleanExchange(): Uint8Array {
  const request = 'GET / HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n';
  const response = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok';
  const asked = 1001 + request.length;
  const answered = 5001 + response.length;
  const story: TinySegment[] = [
    { isFromClient: true, flags: SYN, seq: 1000, ack: 0 },
    { isFromClient: false, flags: SYN | ACK, seq: 5000, ack: 1001 },
    { isFromClient: true, flags: ACK, seq: 1001, ack: 5001 },
    { isFromClient: true, flags: PSH | ACK, seq: 1001, ack: 5001, payload: request },
    { isFromClient: false, flags: PSH | ACK, seq: 5001, ack: asked, payload: response },
    { isFromClient: false, flags: FIN | ACK, seq: answered, ack: asked },
    { isFromClient: true, flags: FIN | ACK, seq: asked, ack: answered + 1 },
    { isFromClient: false, flags: ACK, seq: answered + 1, ack: asked + 1 },
  ];
  return pcap(story.map((segment, index) => record(index, 1024, segment)));
}

function pcap(records: readonly Uint8Array[]): Uint8Array {
  const header = new Uint8Array(PCAP_HEADER_LEN);
  const view = new DataView(header.buffer);
  view.setUint32(0, 0xa1b2c3d4, true);
  view.setUint16(4, 2, true);
  view.setUint16(6, 4, true);
  view.setUint32(16, 65_535, true);
  view.setUint32(20, 1, true);
  return new Uint8Array(Buffer.concat([header, ...records]));
}

function record(index: number, clientPort: number, segment: TinySegment): Uint8Array {
  const payload = Buffer.from(segment.payload ?? '', 'latin1');
  const len = ETHERNET_LEN + IP_LEN + TCP_LEN + payload.length;
  const bytes = new Uint8Array(RECORD_HEADER_LEN + len);
  const view = new DataView(bytes.buffer);
  const timeUs = index * 1000;
  view.setUint32(0, START_SECONDS + Math.floor(timeUs / 1e6), true);
  view.setUint32(4, timeUs % 1e6, true);
  view.setUint32(8, len, true);
  view.setUint32(12, len, true);
  view.setUint16(RECORD_HEADER_LEN + 12, 0x0800);
  const ip = RECORD_HEADER_LEN + ETHERNET_LEN;
  view.setUint16(ip, 0x4500);
  view.setUint16(ip + 2, IP_LEN + TCP_LEN + payload.length);
  view.setUint16(ip + 4, index & 0xffff);
  view.setUint8(ip + 8, 64);
  view.setUint8(ip + 9, 6);
  const client = 0xc6336407;
  const server = 0xcb007150;
  view.setUint32(ip + 12, segment.isFromClient ? client : server);
  view.setUint32(ip + 16, segment.isFromClient ? server : client);
  view.setUint16(ip + 10, checksum(view, ip, IP_LEN, 0));
  const tcp = ip + IP_LEN;
  view.setUint16(tcp, segment.isFromClient ? clientPort : 80);
  view.setUint16(tcp + 2, segment.isFromClient ? 80 : clientPort);
  view.setUint32(tcp + 4, segment.seq);
  view.setUint32(tcp + 8, segment.ack);
  view.setUint16(tcp + 12, ((TCP_LEN / 4) << 12) | segment.flags);
  view.setUint16(tcp + 14, 64_240);
  bytes.set(payload, tcp + TCP_LEN);
  const tcpLen = TCP_LEN + payload.length;
  const pseudo = (client >>> 16) + (client & 0xffff) + (server >>> 16) + (server & 0xffff) + 6 + tcpLen;
  view.setUint16(tcp + 16, checksum(view, tcp, tcpLen, pseudo));
  return bytes;
}

/** The Internet checksum (RFC 1071), plainly. */
function checksum(view: DataView, start: number, len: number, initial: number): number {
  let sum = initial;
  for (let i = 0; i < len; i++)
    sum += i % 2 === 0 ? view.getUint8(start + i) * 256 : view.getUint8(start + i);
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 65_536);
  return ~sum & 0xffff;
}
