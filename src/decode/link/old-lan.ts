import { END_MALFORMED, END_OTHER, LAYER_IPV4, LAYER_IPV6, LAYER_LLC, type Layer } from '../layer.ts';
import type { PacketCursor } from '../packet-cursor.ts';

/** FDDI: frame control, destination, source; LLC frames have these bits in the frame control (ANSI X3.139). */
const FDDI_SOURCE = 7;
const FDDI_LEN = 13;
const FDDI_CLASS_MASK = 0xf0;
const FDDI_ASYNCHRONOUS_LLC = 0x50;

/** FDDI, then LLC. */
export function readFddi(packet: PacketCursor): Layer {
  if (!packet.has(FDDI_LEN)) return END_MALFORMED;
  const { view, offset } = packet;
  if ((view.getUint8(offset) & FDDI_CLASS_MASK) !== FDDI_ASYNCHRONOUS_LLC) return END_OTHER;
  packet.noteSourceMac(offset + FDDI_SOURCE);
  packet.offset = offset + FDDI_LEN;
  return LAYER_LLC;
}

/** IEEE 802.5: access control, frame control, destination, source; a source route when the source says so. */
const RING_FRAME_CONTROL = 1;
const RING_TYPE_MASK = 0xc0;
const RING_TYPE_LLC = 0x40;
const RING_SOURCE = 8;
const RING_LEN = 14;
const RING_HAS_ROUTE = 0x80;
const RING_ROUTE_LEN_MASK = 0x1f;

/** Token ring, then LLC. */
export function readTokenRing(packet: PacketCursor): Layer {
  if (!packet.has(RING_LEN + 1)) return END_MALFORMED;
  const { view, offset } = packet;
  if ((view.getUint8(offset + RING_FRAME_CONTROL) & RING_TYPE_MASK) !== RING_TYPE_LLC) return END_OTHER;
  packet.noteSourceMac(offset + RING_SOURCE);
  packet.offset = offset + RING_LEN;
  if ((view.getUint8(offset + RING_SOURCE) & RING_HAS_ROUTE) === 0) return LAYER_LLC;
  const routeLen = view.getUint8(packet.offset) & RING_ROUTE_LEN_MASK;
  if (!packet.has(routeLen)) return END_MALFORMED;
  packet.offset += routeLen;
  return LAYER_LLC;
}

/** ARCNET: source, destination, type (RFC 1201); Linux writes two octets of offset before the type. */
const ARCNET_TYPE_BSD = 2;
const ARCNET_TYPE_LINUX = 4;
const ARCNET_IP_RFC1051 = 240;
const ARCNET_IP_RFC1201 = 212;
const ARCNET_IPV6 = 196;
/** RFC 1201: split flag and sequence number; a flag of 255 pads the frame with four more octets. */
const ARCNET_FRAGMENT_LEN = 3;
const ARCNET_EXCEPTION = 0xff;
const ARCNET_EXCEPTION_LEN = 4;

/** ARCNET as BSD captures it. */
export function readArcnetBsd(packet: PacketCursor): Layer {
  return readArcnet(packet, ARCNET_TYPE_BSD);
}

/** ARCNET as Linux captures it. */
export function readArcnetLinux(packet: PacketCursor): Layer {
  return readArcnet(packet, ARCNET_TYPE_LINUX);
}

function readArcnet(packet: PacketCursor, typeOffset: number): Layer {
  if (!packet.has(typeOffset + 1)) return END_MALFORMED;
  const type = packet.view.getUint8(packet.offset + typeOffset);
  packet.offset += typeOffset + 1;
  if (type === ARCNET_IP_RFC1051) return LAYER_IPV4;
  if (type !== ARCNET_IP_RFC1201 && type !== ARCNET_IPV6) return END_OTHER;
  if (!packet.has(ARCNET_FRAGMENT_LEN)) return END_MALFORMED;
  let splitFlag = packet.view.getUint8(packet.offset);
  if (splitFlag === ARCNET_EXCEPTION) {
    if (!packet.has(ARCNET_EXCEPTION_LEN + ARCNET_FRAGMENT_LEN)) return END_MALFORMED;
    packet.offset += ARCNET_EXCEPTION_LEN;
    splitFlag = packet.view.getUint8(packet.offset);
  }
  packet.offset += ARCNET_FRAGMENT_LEN;
  if (splitFlag !== 0) return END_OTHER;
  return type === ARCNET_IPV6 ? LAYER_IPV6 : LAYER_IPV4;
}
