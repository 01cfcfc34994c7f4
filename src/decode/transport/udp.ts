import { END_MALFORMED, END_OTHER, LAYER_MPLS, type Layer } from '../layer.ts';
import type { PacketCursor } from '../packet-cursor.ts';
import { readGeneve } from '../tunnel/geneve.ts';
import { readGtpU } from '../tunnel/gtp-u.ts';
import { readL2tp } from '../tunnel/l2tp.ts';
import { readTeredo } from '../tunnel/teredo.ts';
import { readVxlan } from '../tunnel/vxlan.ts';

/** RFC 768. */
const DESTINATION_PORT = 2;
const HEADER_LEN = 8;

/** Ports by which tunnels are known (IANA service names). */
const PORT_L2TP = 1701;
const PORT_GTP_U = 2152;
const PORT_TEREDO = 3544;
const PORT_VXLAN = 4789;
const PORT_GENEVE = 6081;
const PORT_MPLS = 6635;
/** Linux's VXLAN port before IANA assigned one; overlay networks still use it. */
const PORT_VXLAN_LINUX = 8472;

/** UDP is of interest only for the tunnels it carries; a port is a hint, not a proof. */
export function readUdp(packet: PacketCursor): Layer {
  if (!packet.has(HEADER_LEN)) return packet.isQuoted ? END_OTHER : END_MALFORMED;
  const { view, offset } = packet;
  const source = view.getUint16(offset);
  const destination = view.getUint16(offset + DESTINATION_PORT);
  packet.offset = offset + HEADER_LEN;
  const inner = readTunnel(packet, source, destination);
  if (inner !== END_OTHER) packet.isGuess = true;
  return inner;
}

function readTunnel(packet: PacketCursor, source: number, destination: number): Layer {
  switch (destination) {
    case PORT_VXLAN:
    case PORT_VXLAN_LINUX:
      return readVxlan(packet);
    case PORT_GENEVE:
      return readGeneve(packet);
    case PORT_GTP_U:
      return readGtpU(packet);
    case PORT_L2TP:
      return readL2tp(packet);
    case PORT_MPLS: // RFC 7510
      return LAYER_MPLS;
    case PORT_TEREDO:
      return readTeredo(packet);
  }
  if (source === PORT_TEREDO) return readTeredo(packet);
  return source === PORT_L2TP ? readL2tp(packet) : END_OTHER;
}
