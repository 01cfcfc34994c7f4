import { END_MALFORMED, END_OTHER, LAYER_IPV4, LAYER_IPV6, type Layer } from '../layer.ts';
import type { PacketCursor } from '../packet-cursor.ts';

/** RFC 792, RFC 4443 §2.1: type, code, checksum, four octets of the type's own; then the packet that it is about. */
const CODE = 1;
const HEADER_LEN = 8;

/** Error types of ICMP: destination unreachable, source quench, redirect, time exceeded, parameter problem. */
const ICMP_ERRORS: readonly number[] = [3, 4, 5, 11, 12];
/** RFC 4443 §2.1: ICMPv6 types below this are errors. */
const FIRST_ICMPV6_MESSAGE = 128;

/** ICMP: errors lead on to the packet they quote. */
export function readIcmp(packet: PacketCursor): Layer {
  if (!packet.has(HEADER_LEN)) return END_MALFORMED;
  const type = packet.view.getUint8(packet.offset);
  if (!ICMP_ERRORS.includes(type) || packet.isQuoted) return END_OTHER;
  noteError(packet, type, packet.view.getInt32(packet.srcOffset));
  return LAYER_IPV4;
}

/** ICMPv6: errors lead on to the packet they quote. */
export function readIcmpv6(packet: PacketCursor): Layer {
  if (!packet.has(HEADER_LEN)) return END_MALFORMED;
  const type = packet.view.getUint8(packet.offset);
  if (type === 0 || type >= FIRST_ICMPV6_MESSAGE || packet.isQuoted) return END_OTHER;
  noteError(packet, type, packet.addresses.intern(packet.view, packet.srcOffset));
  return LAYER_IPV6;
}

function noteError(packet: PacketCursor, type: number, sender: number): void {
  const segment = packet.segment;
  segment.icmpType = type;
  segment.icmpCode = packet.view.getUint8(packet.offset + CODE);
  segment.icmpSrc = sender;
  packet.isQuoted = true;
  packet.errorTtl = segment.ttl;
  packet.offset += HEADER_LEN;
}
