import { END_OTHER, LAYER_ETHERNET, type Layer } from '../layer.ts';
import type { PacketCursor } from '../packet-cursor.ts';

/** RFC 7348 §5: flags, reserved, network identifier (24 bits), reserved. */
const FLAG_IDENTIFIER = 0x08;
const IDENTIFIER = 4;
const HEADER_LEN = 8;

/** VXLAN: Ethernet in UDP. */
export function readVxlan(packet: PacketCursor): Layer {
  if (!packet.has(HEADER_LEN)) return END_OTHER;
  const { view, offset } = packet;
  if ((view.getUint8(offset) & FLAG_IDENTIFIER) === 0) return END_OTHER;
  packet.offset = offset + HEADER_LEN;
  return packet.enterTunnel(view.getUint32(offset + IDENTIFIER) >>> 8, LAYER_ETHERNET);
}
