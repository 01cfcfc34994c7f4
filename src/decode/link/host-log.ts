import { END_MALFORMED, END_OTHER, END_UNSUPPORTED, LAYER_IPV4, LAYER_IPV6, type Layer } from '../layer.ts';
import type { PacketCursor } from '../packet-cursor.ts';
import { layerOfEtherType } from './ether-type.ts';
import { layerOfLinkType } from './link-type.ts';
import { layerOfFamily } from './loopback.ts';

/** NFLOG: family, version, resource id; then attributes of length (with its own four octets), type and value. */
const NFLOG_LEN = 4;
const ATTRIBUTE_LEN = 4;
const ATTRIBUTE_TYPE = 2;
/** NFULA_PACKET_HDR and NFULA_PAYLOAD (linux/netfilter/nfnetlink_log.h). */
const ATTRIBUTE_PACKET_HEADER = 1;
const ATTRIBUTE_PAYLOAD = 9;
/** Netfilter hook, in the packet header attribute after the two octets of protocol. */
const PACKET_HEADER_HOOK = 6;
const HOOK_LOCAL_IN = 1;
const HOOK_LOCAL_OUT = 3;
/** A frame holds about ten attributes. */
const MAX_ATTRIBUTES = 64;

/** Packets that a netfilter rule logged, as `tcpdump -i nflog` writes them. */
export function readNflog(packet: PacketCursor): Layer {
  if (!packet.has(NFLOG_LEN)) return END_MALFORMED;
  const { view } = packet;
  const layer = layerOfFamily(view.getUint8(packet.offset));
  packet.offset += NFLOG_LEN;
  for (let attributes = 0; attributes < MAX_ATTRIBUTES && packet.has(ATTRIBUTE_LEN); attributes++) {
    const { offset } = packet;
    // In the order of the capturing host. Types are small, so the zero octet tells the order.
    const isLittleEndian = view.getUint8(offset + ATTRIBUTE_TYPE) !== 0;
    const length = view.getUint16(offset, isLittleEndian);
    const type = view.getUint16(offset + ATTRIBUTE_TYPE, isLittleEndian);
    if (length < ATTRIBUTE_LEN) return END_MALFORMED;
    if (type === ATTRIBUTE_PAYLOAD) {
      packet.limitTo(length);
      packet.offset += ATTRIBUTE_LEN;
      return layer;
    }
    if (type === ATTRIBUTE_PACKET_HEADER && packet.has(PACKET_HEADER_HOOK + 1)) {
      noteHook(packet, view.getUint8(offset + PACKET_HEADER_HOOK));
    }
    const alignedLen = (length + 3) & ~3;
    if (!packet.has(alignedLen)) return END_MALFORMED;
    packet.offset = offset + alignedLen;
  }
  return END_OTHER;
}

function noteHook(packet: PacketCursor, hook: number): void {
  if (hook === HOOK_LOCAL_IN) packet.noteDirection(1);
  else if (hook === HOOK_LOCAL_OUT) packet.noteDirection(2);
}

/** OpenBSD's pf log: length of the header without its padding, address family, … */
const PFLOG_FAMILY = 1;
const PFLOG_MIN_LEN = 48;

/** Packets that a pf rule logged. */
export function readPflog(packet: PacketCursor): Layer {
  if (!packet.has(PFLOG_MIN_LEN)) return END_MALFORMED;
  const { view, offset } = packet;
  const length = (view.getUint8(offset) + 3) & ~3;
  if (length < PFLOG_MIN_LEN || !packet.has(length)) return END_MALFORMED;
  packet.offset = offset + length;
  return layerOfFamily(view.getUint8(offset + PFLOG_FAMILY));
}

/** macOS `pktap`: header length, record type, link type of the rest, …, flags; low octet first. */
const PKTAP_LINK_TYPE = 8;
const PKTAP_FLAGS = 36;
const PKTAP_MIN_LEN = 108;
const PKTAP_INBOUND = 1;
const PKTAP_OUTBOUND = 2;
const PKTAP_LINK_TYPES: readonly number[] = [149, 258];

/** Frames of macOS's `pktap` pseudo-interface, each with its own link type. */
export function readPktap(packet: PacketCursor): Layer {
  if (!packet.has(PKTAP_MIN_LEN)) return END_MALFORMED;
  const { view, offset } = packet;
  const length = view.getUint32(offset, true);
  if (length < PKTAP_MIN_LEN || !packet.has(length)) return END_MALFORMED;
  const flags = view.getUint32(offset + PKTAP_FLAGS, true);
  if ((flags & PKTAP_OUTBOUND) !== 0) packet.noteDirection(2);
  else if ((flags & PKTAP_INBOUND) !== 0) packet.noteDirection(1);
  packet.offset = offset + length;
  const linkType = view.getUint32(offset + PKTAP_LINK_TYPE, true);
  return PKTAP_LINK_TYPES.includes(linkType) ? END_UNSUPPORTED : layerOfLinkType(linkType);
}

/** Solaris IP observability: version, family, hook, length, zone ids, interface indices. */
const IPNET_FAMILY = 1;
const IPNET_LEN = 24;
const IPNET_IPV4 = 2;
const IPNET_IPV6 = 26;

/** Packets of a Solaris `ipnet` device. */
export function readIpnet(packet: PacketCursor): Layer {
  if (!packet.has(IPNET_LEN)) return END_MALFORMED;
  const family = packet.view.getUint8(packet.offset + IPNET_FAMILY);
  packet.offset += IPNET_LEN;
  if (family === IPNET_IPV4) return LAYER_IPV4;
  return family === IPNET_IPV6 ? LAYER_IPV6 : END_OTHER;
}

/** IP over InfiniBand: a global routing header or pseudo header (40 octets), EtherType, reserved. */
const IPOIB_TYPE = 40;
const IPOIB_LEN = 44;

/** IP over InfiniBand (RFC 4391). */
export function readIpoib(packet: PacketCursor): Layer {
  if (!packet.has(IPOIB_LEN)) return END_MALFORMED;
  const { view, offset } = packet;
  packet.offset = offset + IPOIB_LEN;
  return layerOfEtherType(view.getUint16(offset + IPOIB_TYPE));
}
