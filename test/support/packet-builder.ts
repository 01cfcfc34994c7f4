import { Frame } from '../../src/model/frame.ts';

/** Octets for tests, built the slow and plain way: no code is shared with the decoder. */

export const PROTOCOL = { icmp: 1, ipip: 4, tcp: 6, udp: 17, ipv6: 41, gre: 47, ah: 51, icmpv6: 58 } as const;

export function octets(...parts: (number | readonly number[] | Uint8Array)[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => (typeof part === 'number' ? [part] : [...part])));
}

export function u16(value: number): number[] {
  return [(value >>> 8) & 0xff, value & 0xff];
}

export function u32(value: number): number[] {
  return [...u16(value >>> 16), ...u16(value & 0xffff)];
}

/** Parses dotted IPv4. */
export function ip4(text: string): number[] {
  return text.split('.').map(Number);
}

/** Parses IPv6 with at most one `::`. */
export function ip6(text: string): number[] {
  const [head = '', tail] = text.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = new Array<string>(8 - left.length - right.length).fill('0');
  return [...left, ...zeros, ...right].flatMap((group) => u16(Number.parseInt(group, 16)));
}

/** RFC 1071, one octet after the other. */
export function checksum(bytes: Uint8Array): number {
  let sum = 0;
  bytes.forEach((octet, index) => {
    sum += index % 2 === 0 ? octet * 256 : octet;
  });
  while (sum > 0xffff) sum = (sum % 0x10000) + Math.floor(sum / 0x10000);
  return 0xffff - sum;
}

export interface TcpFields {
  srcPort?: number;
  dstPort?: number;
  seq?: number;
  ack?: number;
  flags?: number;
  window?: number;
  /** Padded to a multiple of four by the caller. */
  options?: readonly number[];
  payload?: Uint8Array;
  /** In words; by default what the options need. */
  dataOffset?: number;
}

/** A TCP segment with checksum zero; {@link ipv4} and {@link ipv6} fill it in. */
export function tcp(fields: TcpFields = {}): Uint8Array {
  const options = fields.options ?? [];
  const dataOffset = fields.dataOffset ?? 5 + options.length / 4;
  return octets(
    u16(fields.srcPort ?? 40_000),
    u16(fields.dstPort ?? 80),
    u32(fields.seq ?? 1000),
    u32(fields.ack ?? 2000),
    u16((dataOffset << 12) | (fields.flags ?? 0x10)),
    u16(fields.window ?? 8192),
    [0, 0, 0, 0],
    options,
    fields.payload ?? [],
  );
}

export function udp(srcPort: number, dstPort: number, payload: Uint8Array): Uint8Array {
  return octets(u16(srcPort), u16(dstPort), u16(8 + payload.length), [0, 0], payload);
}

/** Fills in the TCP checksum for these addresses. */
export function withTcpChecksum(
  segment: Uint8Array,
  src: readonly number[],
  dst: readonly number[],
): Uint8Array {
  const filled = segment.slice();
  const pseudo = octets(src, dst, u32(segment.length), [0, 0, 0, PROTOCOL.tcp]);
  const sum = checksum(octets(pseudo, filled));
  filled.set(u16(sum), 16);
  return filled;
}

export interface Ipv4Fields {
  src?: string;
  dst?: string;
  protocol?: number;
  id?: number;
  ttl?: number;
  tos?: number;
  /** The 16 bits of flags and fragment offset. */
  fragment?: number;
  totalLen?: number;
  options?: readonly number[];
}

/** An IPv4 packet. TCP in an unfragmented packet gets its checksum. */
export function ipv4(payload: Uint8Array, fields: Ipv4Fields = {}): Uint8Array {
  const src = ip4(fields.src ?? '192.0.2.1');
  const dst = ip4(fields.dst ?? '198.51.100.2');
  const protocol = fields.protocol ?? PROTOCOL.tcp;
  const fragment = fields.fragment ?? 0x4000;
  const options = fields.options ?? [];
  const isWholeTcp = protocol === PROTOCOL.tcp && (fragment & 0x3fff) === 0;
  const body = isWholeTcp && payload.length >= 20 ? withTcpChecksum(payload, src, dst) : payload;
  const header = octets(
    0x45 + options.length / 4,
    fields.tos ?? 0,
    u16(fields.totalLen ?? 20 + options.length + body.length),
    u16(fields.id ?? 0x1234),
    u16(fragment),
    fields.ttl ?? 64,
    protocol,
    [0, 0],
    src,
    dst,
    options,
  );
  header.set(u16(checksum(header)), 10);
  return octets(header, body);
}

export interface Ipv6Fields {
  src?: string;
  dst?: string;
  nextHeader?: number;
  hopLimit?: number;
  trafficClass?: number;
  flowLabel?: number;
  payloadLen?: number;
  /** The destination that the TCP checksum uses, when a routing header names another. */
  finalDst?: string;
  /** Extension headers, each complete, before the payload. */
  extensions?: Uint8Array;
}

/** An IPv6 packet; `payload` that is TCP must be filled by {@link withTcpChecksum} unless it comes first. */
export function ipv6(payload: Uint8Array, fields: Ipv6Fields = {}): Uint8Array {
  const src = ip6(fields.src ?? '2001:db8::1');
  const dst = ip6(fields.dst ?? '2001:db8::2');
  const nextHeader = fields.nextHeader ?? PROTOCOL.tcp;
  const finalDst = fields.finalDst === undefined ? dst : ip6(fields.finalDst);
  const isTcp = nextHeader === PROTOCOL.tcp || fields.finalDst !== undefined;
  const body = isTcp && payload.length >= 20 ? withTcpChecksum(payload, src, finalDst) : payload;
  const extensions = fields.extensions ?? new Uint8Array(0);
  return octets(
    u32((6 * 2 ** 28 + ((fields.trafficClass ?? 0) << 20) + (fields.flowLabel ?? 0)) >>> 0),
    u16(fields.payloadLen ?? extensions.length + body.length),
    nextHeader,
    fields.hopLimit ?? 60,
    src,
    dst,
    extensions,
    body,
  );
}

export const SOURCE_MAC = [0x02, 0x11, 0x22, 0x33, 0x44, 0x55];
const DESTINATION_MAC = [0x02, 0xaa, 0xbb, 0xcc, 0xdd, 0xee];

export function ethernet(payload: Uint8Array, etherType = 0x0800): Uint8Array {
  return octets(DESTINATION_MAC, SOURCE_MAC, u16(etherType), payload);
}

export interface FrameFields {
  linkType?: number;
  originalLen?: number;
  frameNumber?: number;
  timeNs?: number;
  direction?: number;
}

/** A frame in the middle of a larger chunk, so that a reader that goes astray reads something else than zeros. */
export function frameOf(bytes: Uint8Array, fields: FrameFields = {}): Frame {
  const frame = new Frame();
  const chunk = new Uint8Array(bytes.length + 64).fill(0x5a);
  chunk.set(bytes, 32);
  frame.bytes = chunk;
  frame.view = new DataView(chunk.buffer);
  frame.start = 32;
  frame.end = 32 + bytes.length;
  frame.originalLen = fields.originalLen ?? bytes.length;
  frame.linkType = fields.linkType ?? 1;
  frame.frameNumber = fields.frameNumber ?? 1;
  frame.timeNs = fields.timeNs ?? 0;
  frame.direction = fields.direction ?? 0;
  return frame;
}
