import { END_MALFORMED, LAYER_LLC, type Layer } from '../layer.ts';
import type { PacketCursor } from '../packet-cursor.ts';
import { layerOfEtherType } from './ether-type.ts';

/** LINKTYPE_LINUX_SLL: packet type, ARPHRD_, address length, address (8 octets), protocol. */
const SLL_PACKET_TYPE = 0;
const SLL_ADDRESS_LEN = 4;
const SLL_ADDRESS = 6;
const SLL_PROTOCOL = 14;
const SLL_LEN = 16;

/** LINKTYPE_LINUX_SLL2: protocol, reserved, interface index, ARPHRD_, packet type, address length, address. */
const SLL2_PROTOCOL = 0;
const SLL2_PACKET_TYPE = 10;
const SLL2_ADDRESS_LEN = 11;
const SLL2_ADDRESS = 12;
const SLL2_LEN = 20;

/** Packet types (linux/if_packet.h). */
const PACKET_OTHERHOST = 3;
const PACKET_OUTGOING = 4;
const MAC_LEN = 6;
/** Instead of an EtherType (linux/if_ether.h): ETH_P_802_2. */
const PROTOCOL_LLC = 4;

/** `tcpdump -i any` on Linux, version 1. */
export function readSll(packet: PacketCursor): Layer {
  if (!packet.has(SLL_LEN)) return END_MALFORMED;
  const { view, offset } = packet;
  noteSender(
    packet,
    view.getUint16(offset + SLL_PACKET_TYPE),
    view.getUint16(offset + SLL_ADDRESS_LEN),
    SLL_ADDRESS,
  );
  packet.offset = offset + SLL_LEN;
  return layerOfProtocol(view.getUint16(offset + SLL_PROTOCOL));
}

/** `tcpdump -i any` on Linux, version 2. */
export function readSll2(packet: PacketCursor): Layer {
  if (!packet.has(SLL2_LEN)) return END_MALFORMED;
  const { view, offset } = packet;
  noteSender(
    packet,
    view.getUint8(offset + SLL2_PACKET_TYPE),
    view.getUint8(offset + SLL2_ADDRESS_LEN),
    SLL2_ADDRESS,
  );
  packet.offset = offset + SLL2_LEN;
  return layerOfProtocol(view.getUint16(offset + SLL2_PROTOCOL));
}

/** The direction by packet type, and the link-layer sender. Frames between other hosts have no direction. */
function noteSender(packet: PacketCursor, packetType: number, addressLen: number, address: number): void {
  if (packetType === PACKET_OUTGOING) packet.noteDirection(2);
  else if (packetType < PACKET_OTHERHOST) packet.noteDirection(1);
  if (addressLen === MAC_LEN) packet.noteSourceMac(packet.offset + address);
}

function layerOfProtocol(protocol: number): Layer {
  return protocol === PROTOCOL_LLC ? LAYER_LLC : layerOfEtherType(protocol);
}
