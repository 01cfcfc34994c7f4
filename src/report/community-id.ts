import { octetsOfIp } from '../bytes/ip-octets.ts';

/** SHA-1 of `octets`, in base64. Passed in, because a stage has no cryptography of its own. */
export type Sha1 = (octets: Uint8Array) => string;

const PROTOCOL_TCP = 6;
/** Octets around the two addresses: seed (2), protocol and padding (2), ports (4). */
const FIXED_LEN = 8;

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
  const octets = isOrdered ? sequenceOf(a, portA, b, portB) : sequenceOf(b, portB, a, portA);
  return `1:${sha1(octets)}`;
}

/** The octets that are hashed. */
function sequenceOf(low: Uint8Array, lowPort: number, high: Uint8Array, highPort: number): Uint8Array {
  const octets = new Uint8Array(FIXED_LEN + 2 * low.length);
  octets.set(low, 2);
  octets.set(high, 2 + low.length);
  const end = 2 + 2 * low.length;
  octets[end] = PROTOCOL_TCP;
  octets[end + 2] = lowPort >> 8;
  octets[end + 3] = lowPort;
  octets[end + 4] = highPort >> 8;
  octets[end + 5] = highPort;
  return octets;
}

function compareEndpoints(a: Uint8Array, portA: number, b: Uint8Array, portB: number): number {
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return portA - portB;
}
