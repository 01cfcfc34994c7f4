import { END_MALFORMED, END_OTHER, LAYER_TCP, type Layer } from '../layer.ts';
import type { PacketCursor } from '../packet-cursor.ts';
import { layerOfProtocol, PROTOCOL_TCP } from './ip-protocol.ts';
import { reassemble } from './reassembly.ts';

/** RFC 791 §3.1. */
const TOS = 1;
const TOTAL_LEN = 2;
const IDENTIFICATION = 4;
const FRAGMENT = 6;
const TTL = 8;
const PROTOCOL = 9;
const SOURCE = 12;
const DESTINATION = 16;
const MIN_HEADER_LEN = 20;

const DONT_FRAGMENT = 0x4000;
const MORE_FRAGMENTS = 0x2000;
const FRAGMENT_OFFSET_MASK = 0x1fff;
/** The fragment offset counts units of eight octets. */
const FRAGMENT_UNIT = 8;

/** IPv4 header. A fragment is kept until its datagram is whole. */
export function readIpv4(packet: PacketCursor): Layer {
  if (!packet.has(MIN_HEADER_LEN)) return END_MALFORMED;
  const { view, offset, segment } = packet;
  const versionAndLen = view.getUint8(offset);
  const headerLen = (versionAndLen & 0x0f) << 2;
  if (versionAndLen >>> 4 !== 4 || headerLen < MIN_HEADER_LEN) return END_MALFORMED;
  const totalLen = view.getUint16(offset + TOTAL_LEN);
  // Zero: segmentation is left to the network card, and the frame's own length is all there is.
  if (totalLen !== 0) {
    if (totalLen < headerLen) return END_MALFORMED;
    packet.limitTo(totalLen);
  }
  // Options that the snaplen cut off hide the next header.
  if (!packet.has(headerLen)) return END_MALFORMED;

  const fragment = view.getUint16(offset + FRAGMENT);
  segment.ipVersion = 4;
  segment.tos = view.getUint8(offset + TOS);
  segment.ipId = view.getUint16(offset + IDENTIFICATION);
  segment.dontFragment = (fragment & DONT_FRAGMENT) === 0 ? 0 : 1;
  segment.ttl = view.getUint8(offset + TTL);
  segment.flowLabel = -1;
  packet.srcOffset = offset + SOURCE;
  packet.dstOffset = offset + DESTINATION;
  packet.offset = offset + headerLen;

  const protocol = view.getUint8(offset + PROTOCOL);
  if ((fragment & (MORE_FRAGMENTS | FRAGMENT_OFFSET_MASK)) !== 0) {
    const fragmentOffset = (fragment & FRAGMENT_OFFSET_MASK) * FRAGMENT_UNIT;
    return readIpv4Fragment(packet, protocol, fragmentOffset, (fragment & MORE_FRAGMENTS) !== 0);
  }
  return protocol === PROTOCOL_TCP ? LAYER_TCP : layerOfProtocol(protocol, 4);
}

function readIpv4Fragment(
  packet: PacketCursor,
  protocol: number,
  fragmentOffset: number,
  hasMore: boolean,
): Layer {
  const layer = layerOfProtocol(protocol, 4);
  if (layer < 0) return END_OTHER;
  return reassemble(packet, protocol, packet.segment.ipId, fragmentOffset, hasMore);
}
