import { END_OTHER, type Layer } from '../layer.ts';
import { layerOfEtherType } from '../link/ether-type.ts';
import type { PacketCursor } from '../packet-cursor.ts';

/** RFC 8926 §3.4: version and options length, flags, protocol type, network identifier (24 bits), reserved. */
const OPTIONS_LEN_MASK = 0x3f;
const FLAGS = 1;
const FLAG_CONTROL = 0x80;
const PROTOCOL = 2;
const IDENTIFIER = 4;
const MIN_HEADER_LEN = 8;

/** Geneve: mostly Ethernet in UDP, after options. */
export function readGeneve(packet: PacketCursor): Layer {
  if (!packet.has(MIN_HEADER_LEN)) return END_OTHER;
  const { view, offset } = packet;
  const versionAndLen = view.getUint8(offset);
  const length = MIN_HEADER_LEN + ((versionAndLen & OPTIONS_LEN_MASK) << 2);
  if (versionAndLen >>> 6 !== 0 || (view.getUint8(offset + FLAGS) & FLAG_CONTROL) !== 0) return END_OTHER;
  if (!packet.has(length)) return END_OTHER;
  packet.offset = offset + length;
  const inner = layerOfEtherType(view.getUint16(offset + PROTOCOL));
  return packet.enterTunnel(view.getUint32(offset + IDENTIFIER) >>> 8, inner);
}
