const IPV4_HEADERS = 40;
const IPV6_HEADERS = 60;
/** Ethernet (RFC 894, RFC 2464). */
const ETHERNET_MTU = 1_500;
/** RFC 9293 §3.7.1: what is assumed without an MSS option over IPv4, and over IPv6. */
const DEFAULT_MSS_4 = 536;
const DEFAULT_MSS_6 = 1_220;
/** Linux's loopback has an MTU of 65,536, of which a TCP packet can fill 65,535. */
const LOOPBACK_MIN = 65_000;

/** MTUs that name their link. */
const MTUS: Readonly<Record<number, string>> = {
  9001: 'jumbo frames of Amazon EC2',
  9000: 'jumbo frames',
  1500: 'Ethernet',
  1492: 'PPPoE (RFC 2516), usual for DSL',
  1480: 'IP in IP or 6in4 tunnel (RFC 4213), or lowered on the way',
  1476: 'GRE tunnel (RFC 2784)',
  1460: 'Google Cloud',
  1450: 'VXLAN overlay (RFC 7348), usual for containers',
  1440: 'tunnel or overlay',
  1428: 'tunnel, often IPsec',
  1420: 'WireGuard, or another VPN, or lowered on the way',
  1400: 'VPN or mobile network, or lowered on the way',
  1280: "IPv6's least MTU (RFC 8200): a VPN that takes no risk",
};

/** What a host that announces this MSS is usually connected to. */
export function mssMeaning(mss: number, ipVersion: 4 | 6): string {
  const isDefault = mss === (ipVersion === 4 ? DEFAULT_MSS_4 : DEFAULT_MSS_6);
  if (isDefault) return 'the least that every host takes (RFC 9293)';
  if (mss >= LOOPBACK_MIN) return 'loopback: both ends on one host';
  const mtu = mss + (ipVersion === 4 ? IPV4_HEADERS : IPV6_HEADERS);
  const known = MTUS[mtu];
  if (known !== undefined) return `MTU ${mtu}: ${known}`;
  if (mtu > ETHERNET_MTU) return `MTU ${mtu}: larger than Ethernet's`;
  return `MTU ${mtu}: a tunnel, or lowered on the way`;
}

/**
 * Segments that Linux's first window has been over the years (TCP_INIT_CWND and the default receive buffer of each time),
 * by MTU. Any other whole number may be chance.
 */
const FIRST_WINDOWS: readonly (readonly [number, readonly number[]])[] = [
  [ETHERNET_MTU, [4, 10, 20, 22, 44, 45]],
  [9_000, [3, 7]],
  [9_001, [3, 7]],
];

/**
 * Linux's first window is a whole number of its own segments (tcp_select_initial_window); when the MSS beside it does not
 * divide it and a usual one does, the MSS was lowered on the way. Returns that MSS, else null.
 */
export function mssBeforeClamp(
  window: number,
  mss: number,
  ipVersion: 4 | 6,
  timestampLen: number,
): number | null {
  if (mss <= timestampLen || window % (mss - timestampLen) === 0) return null;
  for (const [mtu, segments] of FIRST_WINDOWS) {
    const original = mtu - (ipVersion === 4 ? IPV4_HEADERS : IPV6_HEADERS);
    if (original > mss && segments.includes(window / (original - timestampLen))) return original;
  }
  return null;
}
