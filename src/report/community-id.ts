import { octetsOfIp } from './ip-octets.ts';

/** SHA-1 of `octets`, as 20 octets. Passed in, because a stage has no cryptography of its own. */
export type Sha1 = (octets: Uint8Array) => Uint8Array;

const PROTOCOL_TCP = 6;
/** Base64 of a SHA-1: 27 characters and one `=`. */
const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/**
 * Community ID v1 of a TCP connection, seed 0 (Corelight community-id-spec): base64 of
 * SHA-1(seed, lower endpoint's address, higher one's, protocol, 0, lower port, higher port). The same for both
 * directions, so it joins our records with those of Zeek, Suricata and others. Null when an address does not parse.
 */
export function communityId(
  ipA: string,
  portA: number,
  ipB: string,
  portB: number,
  sha1: Sha1,
): string | null {
  const a = octetsOfIp(ipA);
  const b = octetsOfIp(ipB);
  if (a === null || b === null || a.length !== b.length) return null;
  const isOrdered = compareEndpoints(a, portA, b, portB) <= 0;
  const [low, lowPort, high, highPort] = isOrdered ? [a, portA, b, portB] : [b, portB, a, portA];
  const seed = [0, 0];
  const ports = [lowPort >> 8, lowPort & 0xff, highPort >> 8, highPort & 0xff];
  return `1:${base64(sha1(Uint8Array.of(...seed, ...low, ...high, PROTOCOL_TCP, 0, ...ports)))}`;
}

function compareEndpoints(a: Uint8Array, portA: number, b: Uint8Array, portB: number): number {
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return portA - portB;
}

function base64(octets: Uint8Array): string {
  let text = '';
  for (let i = 0; i < octets.length; i += 3) {
    const bits = ((octets[i] ?? 0) << 16) | ((octets[i + 1] ?? 0) << 8) | (octets[i + 2] ?? 0);
    const left = octets.length - i;
    text += BASE64.charAt(bits >> 18) + BASE64.charAt((bits >> 12) & 63);
    text += left > 1 ? BASE64.charAt((bits >> 6) & 63) : '=';
    text += left > 2 ? BASE64.charAt(bits & 63) : '=';
  }
  return text;
}
