import * as layer from './layer.ts';
import { readEthernet, readLlc, readVlanTag } from './link/ethernet.ts';
import { readIpnet, readIpoib, readNflog, readPflog, readPktap } from './link/host-log.ts';
import { readIeee80211, readPrism, readRadiotap } from './link/ieee80211.ts';
import { readSll, readSll2 } from './link/linux-cooked.ts';
import { readEnc, readLoopback } from './link/loopback.ts';
import { readArcnetBsd, readArcnetLinux, readFddi, readTokenRing } from './link/old-lan.ts';
import { readCiscoHdlc, readFrameRelay, readPpp, readPppoe } from './link/ppp.ts';
import { readRawIp } from './link/raw-ip.ts';
import { readIpv4 } from './network/ipv4.ts';
import {
  readAuthentication,
  readIpv6,
  readIpv6Fragment,
  readIpv6Options,
  readIpv6Routing,
} from './network/ipv6.ts';
import type { PacketCursor } from './packet-cursor.ts';
import { readIcmp, readIcmpv6 } from './transport/icmp.ts';
import { readTcp } from './transport/tcp.ts';
import { readUdp } from './transport/udp.ts';
import { readEtherIp, readGre } from './tunnel/gre.ts';
import { readMpls } from './tunnel/mpls.ts';

type HeaderReader = (packet: PacketCursor) => layer.Layer;

/** Readers of the headers that are not in nearly every frame, by layer number. */
const READERS: HeaderReader[] = [];
READERS[layer.LAYER_ICMP] = readIcmp;
READERS[layer.LAYER_ICMPV6] = readIcmpv6;
READERS[layer.LAYER_RAW_IP] = readRawIp;
READERS[layer.LAYER_VLAN] = readVlanTag;
READERS[layer.LAYER_LLC] = readLlc;
READERS[layer.LAYER_MPLS] = readMpls;
READERS[layer.LAYER_PPPOE] = readPppoe;
READERS[layer.LAYER_PPP] = readPpp;
READERS[layer.LAYER_CISCO_HDLC] = readCiscoHdlc;
READERS[layer.LAYER_SLL] = readSll;
READERS[layer.LAYER_SLL2] = readSll2;
READERS[layer.LAYER_LOOPBACK] = readLoopback;
READERS[layer.LAYER_IEEE80211] = readIeee80211;
READERS[layer.LAYER_RADIOTAP] = readRadiotap;
READERS[layer.LAYER_PRISM] = readPrism;
READERS[layer.LAYER_FDDI] = readFddi;
READERS[layer.LAYER_TOKEN_RING] = readTokenRing;
READERS[layer.LAYER_ARCNET_BSD] = readArcnetBsd;
READERS[layer.LAYER_ARCNET_LINUX] = readArcnetLinux;
READERS[layer.LAYER_IPOIB] = readIpoib;
READERS[layer.LAYER_NFLOG] = readNflog;
READERS[layer.LAYER_FRAME_RELAY] = readFrameRelay;
READERS[layer.LAYER_PFLOG] = readPflog;
READERS[layer.LAYER_ENC] = readEnc;
READERS[layer.LAYER_PKTAP] = readPktap;
READERS[layer.LAYER_IPNET] = readIpnet;
READERS[layer.LAYER_IPV6_OPTIONS] = readIpv6Options;
READERS[layer.LAYER_IPV6_ROUTING] = readIpv6Routing;
READERS[layer.LAYER_IPV6_FRAGMENT] = readIpv6Fragment;
READERS[layer.LAYER_AUTHENTICATION] = readAuthentication;
READERS[layer.LAYER_GRE] = readGre;
READERS[layer.LAYER_ETHER_IP] = readEtherIp;
READERS[layer.LAYER_IPV4_TUNNEL] = (packet) => packet.enterTunnel(0, layer.LAYER_IPV4);
READERS[layer.LAYER_IPV6_TUNNEL] = (packet) => packet.enterTunnel(0, layer.LAYER_IPV6);

/** Reads the header of `which` at the packet's cursor. The common headers are called directly, which is faster. */
export function readHeader(which: layer.Layer, packet: PacketCursor): layer.Layer {
  switch (which) {
    case layer.LAYER_ETHERNET:
      return readEthernet(packet);
    case layer.LAYER_IPV4:
      return readIpv4(packet);
    case layer.LAYER_TCP:
      return readTcp(packet);
    case layer.LAYER_IPV6:
      return readIpv6(packet);
    case layer.LAYER_UDP:
      return readUdp(packet);
    default:
      return READERS[which]!(packet);
  }
}
