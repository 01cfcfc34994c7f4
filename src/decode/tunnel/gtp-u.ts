import { END_OTHER, LAYER_RAW_IP, type Layer } from '../layer.ts';
import type { PacketCursor } from '../packet-cursor.ts';

/** 3GPP TS 29.281 §5.1: flags, message type, length, tunnel endpoint id. */
const VERSION_AND_TYPE_MASK = 0xf0;
/** Version 1, protocol type GTP. */
const VERSION_1 = 0x30;
/** Any of extension header, sequence number, N-PDU number: then all three fields are there. */
const OPTIONAL_MASK = 0x07;
const FLAG_EXTENSION = 0x04;
const MESSAGE_TYPE = 1;
const USER_DATA = 255;
const ENDPOINT = 4;
const MIN_HEADER_LEN = 8;
const OPTIONAL_LEN = 4;
const NEXT_EXTENSION = 11;
/** Extension headers in a row; networks use one or two. */
const MAX_EXTENSIONS = 8;

/** GTP-U: the IP packets of mobile subscribers in UDP. */
export function readGtpU(packet: PacketCursor): Layer {
  if (!packet.has(MIN_HEADER_LEN + OPTIONAL_LEN)) return END_OTHER;
  const { view, offset } = packet;
  const flags = view.getUint8(offset);
  if ((flags & VERSION_AND_TYPE_MASK) !== VERSION_1 || view.getUint8(offset + MESSAGE_TYPE) !== USER_DATA) {
    return END_OTHER;
  }
  packet.offset = offset + MIN_HEADER_LEN + ((flags & OPTIONAL_MASK) === 0 ? 0 : OPTIONAL_LEN);
  if ((flags & FLAG_EXTENSION) !== 0 && !skipExtensions(packet, view.getUint8(offset + NEXT_EXTENSION))) {
    return END_OTHER;
  }
  return packet.enterTunnel(view.getInt32(offset + ENDPOINT), LAYER_RAW_IP);
}

/** §5.2.1: length in units of four octets, contents, type of the next (0 = none). */
function skipExtensions(packet: PacketCursor, firstType: number): boolean {
  let type = firstType;
  for (let extensions = 0; type !== 0; extensions++) {
    if (extensions === MAX_EXTENSIONS || !packet.has(1)) return false;
    const length = packet.view.getUint8(packet.offset) << 2;
    if (length === 0 || !packet.has(length)) return false;
    packet.offset += length;
    type = packet.view.getUint8(packet.offset - 1);
  }
  return true;
}
