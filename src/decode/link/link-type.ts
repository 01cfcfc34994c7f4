import {
  END_UNSUPPORTED,
  LAYER_ARCNET_BSD,
  LAYER_ARCNET_LINUX,
  LAYER_CISCO_HDLC,
  LAYER_ENC,
  LAYER_ETHERNET,
  LAYER_FDDI,
  LAYER_FRAME_RELAY,
  LAYER_IEEE80211,
  LAYER_IPNET,
  LAYER_IPOIB,
  LAYER_LLC,
  LAYER_LOOPBACK,
  LAYER_NFLOG,
  LAYER_PFLOG,
  LAYER_PKTAP,
  LAYER_PPP,
  LAYER_PPPOE,
  LAYER_PRISM,
  LAYER_RADIOTAP,
  LAYER_RAW_IP,
  LAYER_SLL,
  LAYER_SLL2,
  LAYER_TOKEN_RING,
  type Layer,
} from '../layer.ts';

export const LINKTYPE_ETHERNET = 1;

/**
 * First header by link type. The numbers are the LINKTYPE_ values of the registry at tcpdump.org/linktypes.html;
 * some programs write their own system's DLT_ value instead, so those aliases are listed where they clash with
 * nothing.
 */
const FIRST_LAYER: ReadonlyMap<number, Layer> = new Map([
  [0, LAYER_LOOPBACK], // NULL: address family in the capturing host's order
  [LINKTYPE_ETHERNET, LAYER_ETHERNET],
  [6, LAYER_TOKEN_RING], // IEEE802_5
  [7, LAYER_ARCNET_BSD],
  [9, LAYER_PPP],
  [10, LAYER_FDDI],
  [11, LAYER_LLC], // DLT_ATM_RFC1483
  [12, LAYER_RAW_IP], // DLT_RAW of most systems
  [14, LAYER_RAW_IP], // DLT_RAW of OpenBSD
  [50, LAYER_PPP], // PPP_HDLC
  [51, LAYER_PPPOE], // PPP_ETHER
  [100, LAYER_LLC], // ATM_RFC1483
  [101, LAYER_RAW_IP], // RAW
  [104, LAYER_CISCO_HDLC],
  [105, LAYER_IEEE80211],
  [107, LAYER_FRAME_RELAY],
  [108, LAYER_LOOPBACK], // LOOP: as NULL, in network order
  [109, LAYER_ENC],
  [113, LAYER_SLL],
  [117, LAYER_PFLOG],
  [119, LAYER_PRISM],
  [127, LAYER_RADIOTAP],
  [129, LAYER_ARCNET_LINUX],
  [149, LAYER_PKTAP], // DLT_USER2, as older macOS writes it
  [163, LAYER_PRISM], // IEEE802_11_AVS; the two are told apart by their magic number
  [226, LAYER_IPNET],
  [228, LAYER_RAW_IP], // IPV4
  [229, LAYER_RAW_IP], // IPV6
  [239, LAYER_NFLOG],
  [242, LAYER_IPOIB],
  [258, LAYER_PKTAP],
  [276, LAYER_SLL2],
]);

/** The first header of a frame of this link type, or END_UNSUPPORTED. */
export function layerOfLinkType(linkType: number): Layer {
  // Nearly every capture is Ethernet: keep the look-up off its path.
  if (linkType === LINKTYPE_ETHERNET) return LAYER_ETHERNET;
  return FIRST_LAYER.get(linkType) ?? END_UNSUPPORTED;
}
