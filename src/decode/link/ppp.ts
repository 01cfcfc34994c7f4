import {
  END_MALFORMED,
  END_OTHER,
  LAYER_CISCO_HDLC,
  LAYER_ETHERNET,
  LAYER_IPV4,
  LAYER_IPV6,
  LAYER_MPLS,
  LAYER_PPP,
  type Layer,
} from '../layer.ts';
import type { PacketCursor } from '../packet-cursor.ts';
import { layerOfEtherType } from './ether-type.ts';

/** RFC 1662 §3.1: all stations, unnumbered information; both may be left out. */
const ADDRESS_AND_CONTROL = 0xff03;
const ADDRESS_AND_CONTROL_LEN = 2;
/** RFC 1661 §2: the last octet of a protocol number is odd, all others even, so one octet may stand alone. */
const ODD = 0x01;

/** Cisco HDLC on a PPP link type: its address octet is one of these, its control octet 0. */
const CISCO_UNICAST = 0x0f00;
const CISCO_MULTICAST = 0x8f00;

/** PPP, with or without address and control octets and with a short or long protocol number. */
export function readPpp(packet: PacketCursor): Layer {
  if (!packet.has(ADDRESS_AND_CONTROL_LEN)) return END_MALFORMED;
  const { view } = packet;
  const first = view.getUint16(packet.offset);
  if (first === CISCO_UNICAST || first === CISCO_MULTICAST) return LAYER_CISCO_HDLC;
  if (first === ADDRESS_AND_CONTROL) packet.offset += ADDRESS_AND_CONTROL_LEN;
  if (!packet.has(2)) return END_MALFORMED;
  const protocol = view.getUint8(packet.offset);
  if ((protocol & ODD) !== 0) {
    packet.offset += 1;
    return layerOfPppProtocol(protocol);
  }
  packet.offset += 2;
  return layerOfPppProtocol((protocol << 8) | view.getUint8(packet.offset - 1));
}

/** IANA "PPP DLL Protocol Numbers". */
function layerOfPppProtocol(protocol: number): Layer {
  switch (protocol) {
    case 0x0021:
      return LAYER_IPV4;
    case 0x0057:
      return LAYER_IPV6;
    case 0x0281: // MPLS unicast
    case 0x0283: // MPLS multicast
      return LAYER_MPLS;
    default:
      return END_OTHER;
  }
}

/** RFC 2516 §4: version and type, code, session, length. */
const PPPOE_CODE = 1;
const PPPOE_LENGTH = 4;
const PPPOE_LEN = 6;
const PPPOE_SESSION_DATA = 0;

/** PPPoE; discovery packets hold nothing for us. */
export function readPppoe(packet: PacketCursor): Layer {
  if (!packet.has(PPPOE_LEN)) return END_MALFORMED;
  const { view, offset } = packet;
  if (view.getUint8(offset + PPPOE_CODE) !== PPPOE_SESSION_DATA) return END_OTHER;
  packet.offset = offset + PPPOE_LEN;
  packet.limitTo(view.getUint16(offset + PPPOE_LENGTH));
  return LAYER_PPP;
}

/** Address, control, EtherType. */
const CISCO_TYPE = 2;
const CISCO_LEN = 4;

/** Cisco HDLC. */
export function readCiscoHdlc(packet: PacketCursor): Layer {
  if (!packet.has(CISCO_LEN)) return END_MALFORMED;
  const { view, offset } = packet;
  packet.offset = offset + CISCO_LEN;
  return layerOfEtherType(view.getUint16(offset + CISCO_TYPE));
}

/** RFC 2427 §3: address of two, three or four octets (the last one is odd), control, an optional pad, NLPID. */
const MAX_ADDRESS_LEN = 4;
const UNNUMBERED_INFORMATION = 0x03;
const NLPID_SNAP = 0x80;
const NLPID_IPV6 = 0x8e;
const NLPID_IPV4 = 0xcc;
const SNAP_LEN = 5;
/** RFC 2427 §4.2: bridged Ethernet without its check sequence. */
const OUI_BRIDGED = 0x0080c2;
const BRIDGED_ETHERNET = 0x0007;

/** Frame relay, in the IETF encapsulation or Cisco's (an EtherType right after the address). */
export function readFrameRelay(packet: PacketCursor): Layer {
  if (!packet.has(MAX_ADDRESS_LEN + 2)) return END_MALFORMED;
  const { view, offset } = packet;
  let addressLen = 1;
  while (addressLen < MAX_ADDRESS_LEN && (view.getUint8(offset + addressLen - 1) & ODD) === 0) addressLen++;
  packet.offset = offset + addressLen;
  if (view.getUint8(packet.offset) !== UNNUMBERED_INFORMATION) {
    packet.offset += 2;
    return layerOfEtherType(view.getUint16(packet.offset - 2));
  }
  packet.offset += 1;
  if (view.getUint8(packet.offset) === 0) packet.offset += 1;
  if (!packet.has(1 + SNAP_LEN)) return END_MALFORMED;
  const nlpid = view.getUint8(packet.offset);
  packet.offset += 1;
  if (nlpid === NLPID_IPV4) return LAYER_IPV4;
  if (nlpid === NLPID_IPV6) return LAYER_IPV6;
  if (nlpid !== NLPID_SNAP) return END_OTHER;
  const organisation = view.getUint32(packet.offset) >>> 8;
  const type = view.getUint16(packet.offset + 3);
  packet.offset += SNAP_LEN;
  if (organisation === OUI_BRIDGED) return type === BRIDGED_ETHERNET ? LAYER_ETHERNET : END_OTHER;
  return organisation === 0 ? layerOfEtherType(type) : END_OTHER;
}
