import { END_MALFORMED, END_OTHER, LAYER_IPV4, type Layer } from '../layer.ts';
import type { PacketCursor } from '../packet-cursor.ts';
import { ETHERTYPE_IPV4, layerOfEtherType } from './ether-type.ts';

/** IEEE 802.3 §3.1.1: destination, source, type or length. */
const SOURCE = 6;
const TYPE = 12;
const HEADER_LEN = 14;

/** IEEE 802.1Q §9.6: priority and VLAN id, then the type of what follows. */
const VLAN_ID_MASK = 0x0fff;
const TAG_TYPE = 2;
const TAG_LEN = 4;

/** Ethernet II and 802.3. */
export function readEthernet(packet: PacketCursor): Layer {
  if (!packet.has(HEADER_LEN)) return END_MALFORMED;
  const start = packet.offset;
  packet.noteSourceMac(start + SOURCE);
  packet.offset = start + HEADER_LEN;
  const type = packet.view.getUint16(start + TYPE);
  return type === ETHERTYPE_IPV4 ? LAYER_IPV4 : layerOfEtherType(type);
}

/** One 802.1Q or 802.1ad tag; the tag's own type is already read. The outermost VLAN id is kept. */
export function readVlanTag(packet: PacketCursor): Layer {
  if (!packet.has(TAG_LEN)) return END_MALFORMED;
  const start = packet.offset;
  if (packet.segment.vlan === 0) packet.segment.vlan = (packet.view.getUint16(start) & VLAN_ID_MASK) + 1;
  packet.offset = start + TAG_LEN;
  return layerOfEtherType(packet.view.getUint16(start + TAG_TYPE));
}

/** IEEE 802.2 service access points. */
const SAP_SNAP = 0xaa;
const SAP_IP = 0x06;
const SAP_OSI = 0xfe;
const UNNUMBERED_INFORMATION = 0x03;
const LLC_LEN = 3;
/** RFC 1042: LLC, then a three-octet organisation code, then an EtherType. */
const SNAP_LEN = 8;
const SNAP_TYPE = 6;
/** Organisation codes after which an EtherType stands: RFC 1042 and the 802.1H bridge tunnel. */
const OUI_RFC1042 = 0x000000;
const OUI_BRIDGE_TUNNEL = 0x0000f8;
/** RFC 2684 §5.1: network layer protocol id of IPv4 after an OSI LLC header. */
const NLPID_IPV4 = 0xcc;

/** IEEE 802.2 LLC with or without SNAP. */
export function readLlc(packet: PacketCursor): Layer {
  if (!packet.has(LLC_LEN + 1)) return END_MALFORMED;
  const { view, offset } = packet;
  const sap = view.getUint8(offset);
  if (sap !== view.getUint8(offset + 1) || view.getUint8(offset + 2) !== UNNUMBERED_INFORMATION)
    return END_OTHER;
  if (sap === SAP_IP) {
    packet.offset = offset + LLC_LEN;
    return LAYER_IPV4;
  }
  if (sap === SAP_OSI && view.getUint8(offset + LLC_LEN) === NLPID_IPV4) {
    packet.offset = offset + LLC_LEN + 1;
    return LAYER_IPV4;
  }
  if (sap !== SAP_SNAP) return END_OTHER;
  if (!packet.has(SNAP_LEN)) return END_MALFORMED;
  const organisation = view.getUint32(offset + 2) & 0xffffff;
  if (organisation !== OUI_RFC1042 && organisation !== OUI_BRIDGE_TUNNEL) return END_OTHER;
  packet.offset = offset + SNAP_LEN;
  return layerOfEtherType(view.getUint16(offset + SNAP_TYPE));
}
