import {
  END_OTHER,
  LAYER_AUTHENTICATION,
  LAYER_ETHER_IP,
  LAYER_GRE,
  LAYER_ICMP,
  LAYER_ICMPV6,
  LAYER_IPV4_TUNNEL,
  LAYER_IPV6_FRAGMENT,
  LAYER_IPV6_OPTIONS,
  LAYER_IPV6_ROUTING,
  LAYER_IPV6_TUNNEL,
  LAYER_MPLS,
  LAYER_TCP,
  LAYER_UDP,
  type Layer,
} from '../layer.ts';

/** Protocol numbers (IANA "Assigned Internet Protocol Numbers"). */
export const PROTOCOL_TCP = 6;

/** The header that a protocol number (IPv4) or next header (IPv6) announces. */
export function layerOfProtocol(protocol: number, ipVersion: number): Layer {
  switch (protocol) {
    case PROTOCOL_TCP:
      return LAYER_TCP;
    case 17:
      return LAYER_UDP;
    case 1:
      return ipVersion === 4 ? LAYER_ICMP : END_OTHER;
    case 58:
      return ipVersion === 6 ? LAYER_ICMPV6 : END_OTHER;
    case 4: // RFC 2003
      return LAYER_IPV4_TUNNEL;
    case 41: // RFC 4213, RFC 2473
      return LAYER_IPV6_TUNNEL;
    case 47:
      return LAYER_GRE;
    case 51:
      return LAYER_AUTHENTICATION;
    case 97: // RFC 3378
      return LAYER_ETHER_IP;
    case 137: // RFC 4023
      return LAYER_MPLS;
    case 0: // hop-by-hop options
    case 60: // destination options
    case 135: // mobility (RFC 6275), which nothing follows in practice
    case 139: // host identity (RFC 7401)
    case 140: // shim6 (RFC 5533)
      return ipVersion === 6 ? LAYER_IPV6_OPTIONS : END_OTHER;
    case 43:
      return ipVersion === 6 ? LAYER_IPV6_ROUTING : END_OTHER;
    case 44:
      return ipVersion === 6 ? LAYER_IPV6_FRAGMENT : END_OTHER;
    default:
      return END_OTHER;
  }
}
