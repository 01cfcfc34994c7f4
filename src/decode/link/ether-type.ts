import {
  END_OTHER,
  LAYER_ETHERNET,
  LAYER_IPV4,
  LAYER_IPV6,
  LAYER_LLC,
  LAYER_MPLS,
  LAYER_PPP,
  LAYER_PPPOE,
  LAYER_VLAN,
  type Layer,
} from '../layer.ts';

/** EtherTypes (IANA "IEEE 802 Numbers"). */
export const ETHERTYPE_IPV4 = 0x0800;
const ETHERTYPE_IPV6 = 0x86dd;
/** IEEE 802.3 §3.2.6: a smaller value is the length of an LLC frame, not a type. */
const SMALLEST_ETHERTYPE = 0x0600;

/** The header that an EtherType announces. */
export function layerOfEtherType(etherType: number): Layer {
  switch (etherType) {
    case ETHERTYPE_IPV4:
      return LAYER_IPV4;
    case ETHERTYPE_IPV6:
      return LAYER_IPV6;
    case 0x8100: // 802.1Q
    case 0x88a8: // 802.1ad
    case 0x9100: // QinQ before 802.1ad, by several makers
    case 0x9200:
    case 0x9300:
      return LAYER_VLAN;
    case 0x8847: // MPLS unicast
    case 0x8848: // MPLS, upstream-assigned label (RFC 5332)
      return LAYER_MPLS;
    case 0x8864:
      return LAYER_PPPOE;
    case 0x880b:
      return LAYER_PPP;
    case 0x6558: // transparent Ethernet bridging (RFC 7637)
      return LAYER_ETHERNET;
    default:
      return etherType < SMALLEST_ETHERTYPE ? LAYER_LLC : END_OTHER;
  }
}
