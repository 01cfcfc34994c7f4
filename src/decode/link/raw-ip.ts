import { END_MALFORMED, END_OTHER, LAYER_IPV4, LAYER_IPV6, type Layer } from '../layer.ts';
import type { PacketCursor } from '../packet-cursor.ts';

/** No link header at all: the IP version nibble tells what follows. */
export function readRawIp(packet: PacketCursor): Layer {
  if (!packet.has(1)) return END_MALFORMED;
  const version = packet.view.getUint8(packet.offset) >>> 4;
  if (version === 4) return LAYER_IPV4;
  return version === 6 ? LAYER_IPV6 : END_OTHER;
}
