import { octetsOfIp } from './ip-octets.ts';

/** Octets of the prefix that one customer usually has: /24 for IPv4, /48 for IPv6 (RFC 6177 §2). */
const PREFIX_OF_IPV4 = 3;
const PREFIX_OF_IPV6 = 6;
const OCTETS_OF_IPV4 = 4;
const BASIS = 0x811c9dc5 | 0;
const PRIME = 0x01000193;

/** A 32-bit number for the network of the address in the first `len` (4 or 16) octets. Two may share one. */
export function networkHash(octets: Uint8Array, len: number): number {
  const prefix = len === OCTETS_OF_IPV4 ? PREFIX_OF_IPV4 : PREFIX_OF_IPV6;
  let hash = BASIS ^ len;
  for (let k = 0; k < prefix; k++) hash = Math.imul(hash ^ octets[k]!, PRIME);
  return hash;
}

/** The same for an IPv4 address as the number that it is: responses are many. */
export function networkHashOfIpv4(address: number): number {
  let hash = BASIS ^ OCTETS_OF_IPV4;
  hash = Math.imul(hash ^ (address >>> 24), PRIME);
  hash = Math.imul(hash ^ ((address >>> 16) & 0xff), PRIME);
  return Math.imul(hash ^ ((address >>> 8) & 0xff), PRIME);
}

export function networkHashOfText(ip: string): number {
  const octets = octetsOfIp(ip);
  return octets === null ? 0 : networkHash(octets, octets.length);
}

/** `198.51.100.0/24`, `2001:db8:1::/48`; the text itself when it is no address. */
export function networkOf(ip: string): string {
  const octets = octetsOfIp(ip);
  if (octets === null) return ip;
  if (octets.length === OCTETS_OF_IPV4) return `${ip.slice(0, ip.lastIndexOf('.'))}.0/24`;
  const groups: string[] = [];
  for (let at = 0; at < PREFIX_OF_IPV6; at += 2)
    groups.push((octets[at]! * 256 + octets[at + 1]!).toString(16));
  // RFC 5952 §4.2: the longest run of zeros is the one behind the prefix.
  while (groups.at(-1) === '0') groups.pop();
  return `${groups.join(':')}::/48`;
}
