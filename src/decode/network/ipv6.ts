import { END_MALFORMED, END_OTHER, LAYER_TCP, type Layer } from '../layer.ts';
import type { PacketCursor } from '../packet-cursor.ts';
import { layerOfProtocol, PROTOCOL_TCP } from './ip-protocol.ts';
import { reassemble } from './reassembly.ts';

/** RFC 8200 §3. */
const PAYLOAD_LEN = 4;
const NEXT_HEADER = 6;
const HOP_LIMIT = 7;
const SOURCE = 8;
const DESTINATION = 24;
const HEADER_LEN = 40;
const FLOW_LABEL_MASK = 0xfffff;

/** IPv6 header. */
export function readIpv6(packet: PacketCursor): Layer {
  if (!packet.has(HEADER_LEN)) return END_MALFORMED;
  const { view, offset, segment } = packet;
  const firstWord = view.getUint32(offset);
  if (firstWord >>> 28 !== 6) return END_MALFORMED;
  const payloadLen = view.getUint16(offset + PAYLOAD_LEN);
  // Zero: a jumbogram (RFC 2675) or segmentation left to the network card; the frame's own length counts.
  if (payloadLen !== 0) packet.limitTo(HEADER_LEN + payloadLen);

  segment.ipVersion = 6;
  segment.tos = (firstWord >>> 20) & 0xff;
  segment.flowLabel = firstWord & FLOW_LABEL_MASK;
  segment.ipId = -1;
  segment.dontFragment = 1;
  segment.ttl = view.getUint8(offset + HOP_LIMIT);
  packet.srcOffset = offset + SOURCE;
  packet.dstOffset = offset + DESTINATION;
  packet.offset = offset + HEADER_LEN;
  const nextHeader = view.getUint8(offset + NEXT_HEADER);
  return nextHeader === PROTOCOL_TCP ? LAYER_TCP : layerOfProtocol(nextHeader, 6);
}

/** RFC 8200 §4.2–4.6: next header, length in units of eight octets without the first eight. */
const EXTENSION_LEN = 1;
const MIN_EXTENSION_LEN = 8;

/** Hop-by-hop or destination options, and other headers of the same outer form: skipped. */
export function readIpv6Options(packet: PacketCursor): Layer {
  if (!packet.has(MIN_EXTENSION_LEN)) return END_MALFORMED;
  const { view, offset } = packet;
  const length = (view.getUint8(offset + EXTENSION_LEN) + 1) << 3;
  if (!packet.has(length)) return END_MALFORMED;
  packet.offset = offset + length;
  return layerOfProtocol(view.getUint8(offset), 6);
}

const ROUTING_TYPE = 2;
const SEGMENTS_LEFT = 3;
const ROUTING_ADDRESSES = 8;
const ADDRESS_LEN = 16;
/** Routing types: source route (RFC 5095 deprecates it), mobile IPv6 (RFC 6275 §6.4), segment routing (RFC 8754). */
const SOURCE_ROUTE = 0;
const MOBILE = 2;
const SEGMENT_ROUTING = 4;

/**
 * Routing header. While segments are left, the IPv6 header names the next stop and this one the real destination,
 * which is the one that TCP and its checksum use (RFC 8200 §8.1).
 */
export function readIpv6Routing(packet: PacketCursor): Layer {
  if (!packet.has(MIN_EXTENSION_LEN)) return END_MALFORMED;
  const { view, offset } = packet;
  const length = (view.getUint8(offset + EXTENSION_LEN) + 1) << 3;
  if (!packet.has(length)) return END_MALFORMED;
  if (view.getUint8(offset + SEGMENTS_LEFT) > 0 && length >= ROUTING_ADDRESSES + ADDRESS_LEN) {
    const type = view.getUint8(offset + ROUTING_TYPE);
    const addressesLen = length - ROUTING_ADDRESSES;
    // Segment routing lists the stops backwards: the last one comes first.
    if (type === SEGMENT_ROUTING) packet.dstOffset = offset + ROUTING_ADDRESSES;
    else if ((type === SOURCE_ROUTE || type === MOBILE) && addressesLen % ADDRESS_LEN === 0) {
      packet.dstOffset = offset + length - ADDRESS_LEN;
    }
  }
  packet.offset = offset + length;
  return layerOfProtocol(view.getUint8(offset), 6);
}

/** RFC 8200 §4.5. */
const FRAGMENT_OFFSET = 2;
const FRAGMENT_ID = 4;
const FRAGMENT_HEADER_LEN = 8;
/** The upper 13 bits are the offset in units of eight octets, so masking leaves octets. */
const FRAGMENT_OFFSET_MASK = 0xfff8;
const MORE_FRAGMENTS = 1;

/** Fragment header. An atomic fragment (RFC 6946) is a whole packet. */
export function readIpv6Fragment(packet: PacketCursor): Layer {
  if (!packet.has(FRAGMENT_HEADER_LEN)) return END_MALFORMED;
  const { view, offset } = packet;
  const nextHeader = view.getUint8(offset);
  const offsetAndFlags = view.getUint16(offset + FRAGMENT_OFFSET);
  const fragmentOffset = offsetAndFlags & FRAGMENT_OFFSET_MASK;
  const hasMore = (offsetAndFlags & MORE_FRAGMENTS) !== 0;
  packet.offset = offset + FRAGMENT_HEADER_LEN;
  const layer = layerOfProtocol(nextHeader, 6);
  if (layer < 0) return END_OTHER;
  if (fragmentOffset === 0 && !hasMore) return layer;
  return reassemble(packet, nextHeader, view.getInt32(offset + FRAGMENT_ID), fragmentOffset, hasMore);
}

/** RFC 4302 §2: next header, length in units of four octets without the first two. */
const AUTHENTICATION_LEN = 1;
const MIN_AUTHENTICATION_LEN = 12;

/** Authentication header, over IPv4 or IPv6: what it guards is in clear. */
export function readAuthentication(packet: PacketCursor): Layer {
  if (!packet.has(MIN_AUTHENTICATION_LEN)) return END_MALFORMED;
  const { view, offset, segment } = packet;
  const length = (view.getUint8(offset + AUTHENTICATION_LEN) + 2) << 2;
  if (length < MIN_AUTHENTICATION_LEN || !packet.has(length)) return END_MALFORMED;
  packet.offset = offset + length;
  return layerOfProtocol(view.getUint8(offset), segment.ipVersion);
}
