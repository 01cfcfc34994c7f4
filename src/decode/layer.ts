/**
 * The headers that the decoder can read. Each reader takes the packet, moves it past its own header and returns
 * the layer that follows, or one of the negative `END_` values. {@link FrameDecoder} is the loop that calls them.
 */
export type Layer = number;

export const LAYER_ETHERNET = 0;
export const LAYER_IPV4 = 1;
export const LAYER_IPV6 = 2;
export const LAYER_TCP = 3;
export const LAYER_UDP = 4;
export const LAYER_ICMP = 5;
export const LAYER_ICMPV6 = 6;
export const LAYER_RAW_IP = 7;
export const LAYER_VLAN = 8;
export const LAYER_LLC = 9;
export const LAYER_MPLS = 10;
export const LAYER_PPPOE = 11;
export const LAYER_PPP = 12;
export const LAYER_CISCO_HDLC = 13;
export const LAYER_SLL = 14;
export const LAYER_SLL2 = 15;
export const LAYER_LOOPBACK = 16;
export const LAYER_IEEE80211 = 17;
export const LAYER_RADIOTAP = 18;
export const LAYER_PRISM = 19;
export const LAYER_FDDI = 20;
export const LAYER_TOKEN_RING = 21;
export const LAYER_ARCNET_BSD = 22;
export const LAYER_ARCNET_LINUX = 23;
export const LAYER_IPOIB = 24;
export const LAYER_NFLOG = 25;
export const LAYER_FRAME_RELAY = 26;
export const LAYER_PFLOG = 27;
export const LAYER_ENC = 28;
export const LAYER_PKTAP = 29;
export const LAYER_IPNET = 30;
export const LAYER_IPV6_OPTIONS = 31;
export const LAYER_IPV6_ROUTING = 32;
export const LAYER_IPV6_FRAGMENT = 33;
export const LAYER_AUTHENTICATION = 34;
export const LAYER_GRE = 35;
export const LAYER_ETHER_IP = 36;
export const LAYER_IPV4_TUNNEL = 37;
export const LAYER_IPV6_TUNNEL = 38;

/** Short names for people, by layer number. */
export const LAYER_NAMES: readonly string[] = [
  'ethernet',
  'ipv4',
  'ipv6',
  'tcp',
  'udp',
  'icmp',
  'icmpv6',
  'raw-ip',
  'vlan',
  'llc',
  'mpls',
  'pppoe',
  'ppp',
  'cisco-hdlc',
  'linux-sll',
  'linux-sll2',
  'loopback',
  '802.11',
  'radiotap',
  'prism',
  'fddi',
  'token-ring',
  'arcnet',
  'arcnet-linux',
  'ipoib',
  'nflog',
  'frame-relay',
  'pflog',
  'enc',
  'pktap',
  'ipnet',
  'ipv6-options',
  'ipv6-routing',
  'ipv6-fragment',
  'ah',
  'gre',
  'etherip',
  'ipv4-tunnel',
  'ipv6-tunnel',
];

/** The segment is filled from a TCP header. */
export const END_TCP = -1;
/** The segment is filled from a TCP header that an ICMP error quotes. */
export const END_ICMP_ERROR = -2;
/** Something that holds no TCP, or not yet (a fragment). */
export const END_OTHER = -3;
/** The header does not fit into the packet, or contradicts itself. */
export const END_MALFORMED = -4;
/** A link type that no reader is for. */
export const END_UNSUPPORTED = -5;
/** More headers or tunnels inside one another than the decoder follows. */
export const END_TOO_DEEP = -6;
