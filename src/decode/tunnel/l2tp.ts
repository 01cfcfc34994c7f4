import { END_OTHER, LAYER_PPP, type Layer } from '../layer.ts';
import type { PacketCursor } from '../packet-cursor.ts';

/** RFC 2661 §3.1: flags and version; length, when announced; tunnel id, session id; then more optional fields. */
const FLAG_CONTROL = 0x8000;
const FLAG_LENGTH = 0x4000;
const FLAG_SEQUENCE = 0x0800;
const FLAG_OFFSET = 0x0200;
const VERSION_MASK = 0x000f;
const VERSION_2 = 2;
const FLAGS_LEN = 2;
const LENGTH_LEN = 2;
const IDS_LEN = 4;
const SEQUENCE_LEN = 4;
const OFFSET_SIZE_LEN = 2;

/** L2TP version 2, data messages: PPP in UDP. */
export function readL2tp(packet: PacketCursor): Layer {
  if (!packet.has(FLAGS_LEN)) return END_OTHER;
  const { view, offset } = packet;
  const flags = view.getUint16(offset);
  if ((flags & VERSION_MASK) !== VERSION_2 || (flags & FLAG_CONTROL) !== 0) return END_OTHER;
  const idsOffset = offset + FLAGS_LEN + ((flags & FLAG_LENGTH) === 0 ? 0 : LENGTH_LEN);
  let inner = idsOffset + IDS_LEN + ((flags & FLAG_SEQUENCE) === 0 ? 0 : SEQUENCE_LEN);
  if (inner + OFFSET_SIZE_LEN > packet.end) return END_OTHER;
  if ((flags & FLAG_OFFSET) !== 0) inner += OFFSET_SIZE_LEN + view.getUint16(inner);
  if (inner > packet.end) return END_OTHER;
  packet.offset = inner;
  return packet.enterTunnel(view.getInt32(idsOffset), LAYER_PPP);
}
