import { END_OTHER, LAYER_IPV6, type Layer } from '../layer.ts';
import type { PacketCursor } from '../packet-cursor.ts';

/** RFC 4380 §5.1.1: type 0x0001, lengths of client id and authentication value, both, nonce (8), confirmation (1). */
const AUTHENTICATION = 1;
const AUTHENTICATION_FIXED_LEN = 13;
const CLIENT_ID_LEN = 2;
const VALUE_LEN = 3;
/** Type 0x0000, port, address. */
const ORIGIN = 0;
const ORIGIN_LEN = 8;
const TYPE_LEN = 2;

/** Teredo: IPv6 in UDP, after two optional headers. */
export function readTeredo(packet: PacketCursor): Layer {
  if (!packet.has(AUTHENTICATION_FIXED_LEN)) return END_OTHER;
  const { view } = packet;
  if (view.getUint16(packet.offset) === AUTHENTICATION) {
    const clientIdLen = view.getUint8(packet.offset + CLIENT_ID_LEN);
    const length = AUTHENTICATION_FIXED_LEN + clientIdLen + view.getUint8(packet.offset + VALUE_LEN);
    if (!packet.has(length + TYPE_LEN)) return END_OTHER;
    packet.offset += length;
  }
  if (view.getUint16(packet.offset) === ORIGIN) {
    if (!packet.has(ORIGIN_LEN + 1)) return END_OTHER;
    packet.offset += ORIGIN_LEN;
  }
  if (view.getUint8(packet.offset) >>> 4 !== 6) return END_OTHER;
  return packet.enterTunnel(0, LAYER_IPV6);
}
