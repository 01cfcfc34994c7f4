import { END_MALFORMED, END_OTHER, LAYER_ETHERNET, LAYER_PPP, type Layer } from '../layer.ts';
import { layerOfEtherType } from '../link/ether-type.ts';
import type { PacketCursor } from '../packet-cursor.ts';

/** RFC 2784 §2, RFC 2890 §2, RFC 1701: flags and version, protocol type. */
const PROTOCOL = 2;
const MIN_HEADER_LEN = 4;
const FLAG_CHECKSUM = 0x8000;
const FLAG_ROUTING = 0x4000;
const FLAG_KEY = 0x2000;
const FLAG_SEQUENCE = 0x1000;
const VERSION_MASK = 0x0007;
const FIELD_LEN = 4;

/** RFC 2637 §4.1: version 1 carries PPP; the key is payload length and call id. */
const FLAG_ACKNOWLEDGMENT = 0x0080;
const CALL_ID = 6;
const PPTP_MIN_LEN = 8;

/** Mirrored Ethernet frames (draft-foschiano-erspan). */
const TYPE_ERSPAN = 0x88be;
const TYPE_ERSPAN_3 = 0x22eb;
const ERSPAN_2_LEN = 8;
const ERSPAN_3_LEN = 12;
const ERSPAN_3_FLAGS = 11;
const ERSPAN_3_SUBHEADER = 0x01;
const ERSPAN_3_SUBHEADER_LEN = 8;

/** Generic routing encapsulation, versions 0 and 1. */
export function readGre(packet: PacketCursor): Layer {
  if (!packet.has(MIN_HEADER_LEN)) return END_MALFORMED;
  const flags = packet.view.getUint16(packet.offset);
  const version = flags & VERSION_MASK;
  if (version === 1) return readPptp(packet, flags);
  // Source routes of RFC 1701 went out of use with it.
  if (version !== 0 || (flags & FLAG_ROUTING) !== 0) return END_OTHER;

  const { view, offset } = packet;
  const hasChecksum = (flags & FLAG_CHECKSUM) !== 0;
  const hasKey = (flags & FLAG_KEY) !== 0;
  const hasSequence = (flags & FLAG_SEQUENCE) !== 0;
  const keyOffset = offset + MIN_HEADER_LEN + (hasChecksum ? FIELD_LEN : 0);
  const innerOffset = keyOffset + (hasKey ? FIELD_LEN : 0) + (hasSequence ? FIELD_LEN : 0);
  if (innerOffset > packet.end) return END_MALFORMED;
  const type = view.getUint16(offset + PROTOCOL);
  packet.offset = innerOffset;
  return packet.enterTunnel(hasKey ? view.getInt32(keyOffset) : 0, innerLayer(packet, type, hasSequence));
}

function innerLayer(packet: PacketCursor, type: number, hasSequence: boolean): Layer {
  // Type I has no header of its own and, unlike type II, no GRE sequence number.
  if (type === TYPE_ERSPAN) return skipTo(packet, hasSequence ? ERSPAN_2_LEN : 0, LAYER_ETHERNET);
  if (type !== TYPE_ERSPAN_3) return type === 0 ? END_OTHER : layerOfEtherType(type);
  if (!packet.has(ERSPAN_3_LEN)) return END_MALFORMED;
  const hasSubheader = (packet.view.getUint8(packet.offset + ERSPAN_3_FLAGS) & ERSPAN_3_SUBHEADER) !== 0;
  return skipTo(packet, ERSPAN_3_LEN + (hasSubheader ? ERSPAN_3_SUBHEADER_LEN : 0), LAYER_ETHERNET);
}

function skipTo(packet: PacketCursor, length: number, layer: Layer): Layer {
  if (!packet.has(length)) return END_MALFORMED;
  packet.offset += length;
  return layer;
}

function readPptp(packet: PacketCursor, flags: number): Layer {
  if (!packet.has(PPTP_MIN_LEN)) return END_MALFORMED;
  const callId = packet.view.getUint16(packet.offset + CALL_ID);
  // Without a sequence number there is no payload, only an acknowledgement.
  if ((flags & FLAG_SEQUENCE) === 0) return END_OTHER;
  const length = PPTP_MIN_LEN + FIELD_LEN + ((flags & FLAG_ACKNOWLEDGMENT) !== 0 ? FIELD_LEN : 0);
  return packet.enterTunnel(callId, skipTo(packet, length, LAYER_PPP));
}

const ETHER_IP_LEN = 2;
const ETHER_IP_VERSION = 3;

/** RFC 3378: Ethernet in IP, after a version nibble and twelve zero bits. */
export function readEtherIp(packet: PacketCursor): Layer {
  if (!packet.has(ETHER_IP_LEN)) return END_MALFORMED;
  if (packet.view.getUint8(packet.offset) >>> 4 !== ETHER_IP_VERSION) return END_OTHER;
  packet.offset += ETHER_IP_LEN;
  return packet.enterTunnel(0, LAYER_ETHERNET);
}
