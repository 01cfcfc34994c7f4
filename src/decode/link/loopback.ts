import { END_MALFORMED, END_OTHER, LAYER_IPV4, LAYER_IPV6, type Layer } from '../layer.ts';
import type { PacketCursor } from '../packet-cursor.ts';

const HEADER_LEN = 4;
/** A family number is small; a larger value was written in the other byte order. */
const LARGEST_FAMILY = 0xffff;

/** The header that an address family announces, whichever system wrote it. */
export function layerOfFamily(family: number): Layer {
  switch (family) {
    case 2: // AF_INET everywhere
      return LAYER_IPV4;
    case 10: // AF_INET6 of Linux
    case 23: // Windows
    case 24: // NetBSD, OpenBSD
    case 26: // Solaris
    case 28: // FreeBSD
    case 30: // macOS
      return LAYER_IPV6;
    default:
      return END_OTHER;
  }
}

/** BSD loopback, LINKTYPE_NULL and LINKTYPE_LOOP: an address family in either byte order. */
export function readLoopback(packet: PacketCursor): Layer {
  if (!packet.has(HEADER_LEN)) return END_MALFORMED;
  const { view, offset } = packet;
  const family = view.getUint32(offset);
  packet.offset = offset + HEADER_LEN;
  return layerOfFamily(family > LARGEST_FAMILY ? view.getUint32(offset, true) : family);
}

/** OpenBSD ENC (109): address family, security parameters index, flags. */
const ENC_HEADER_LEN = 12;

/** Packets on OpenBSD's and FreeBSD's IPsec interface, after decryption. */
export function readEnc(packet: PacketCursor): Layer {
  if (!packet.has(ENC_HEADER_LEN)) return END_MALFORMED;
  const { view, offset } = packet;
  const family = view.getUint32(offset);
  packet.offset = offset + ENC_HEADER_LEN;
  return layerOfFamily(family > LARGEST_FAMILY ? view.getUint32(offset, true) : family);
}
