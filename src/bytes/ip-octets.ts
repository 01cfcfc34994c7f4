const GROUP = /^[0-9a-f]{1,4}$/i;
const OCTETS_OF_IPV4 = 4;
const GROUPS_OF_IPV6 = 8;

/** The 4 or 16 octets of an address in text form (RFC 4291 §2.2 for IPv6), or null when it is none. */
export function octetsOfIp(text: string): Uint8Array | null {
  return text.includes(':') ? octetsOfIpv6(text) : octetsOfIpv4(text);
}

const ZERO = 0x30;
const DOT = 0x2e;

/** Four decimal numbers of up to three digits. By hand: a record needs two of them. */
function octetsOfIpv4(text: string): Uint8Array | null {
  const octets = new Uint8Array(OCTETS_OF_IPV4);
  let place = 0;
  let digits = 0;
  let value = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === DOT) {
      if (digits === 0 || ++place === OCTETS_OF_IPV4) return null;
      digits = 0;
      value = 0;
      continue;
    }
    const digit = code - ZERO;
    value = 10 * value + digit;
    if (digit < 0 || digit > 9 || ++digits > 3 || value > 255) return null;
    octets[place] = value;
  }
  return place === OCTETS_OF_IPV4 - 1 && digits > 0 ? octets : null;
}

function octetsOfIpv6(text: string): Uint8Array | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const head = groupsOf(halves[0] ?? '');
  const tail = groupsOf(halves[1] ?? '');
  if (head === null || tail === null) return null;
  const missing = GROUPS_OF_IPV6 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null;
  const octets = new Uint8Array(2 * GROUPS_OF_IPV6);
  writeGroups(octets, 0, head);
  writeGroups(octets, head.length + missing, tail);
  return octets;
}

function writeGroups(octets: Uint8Array, first: number, groups: readonly number[]): void {
  for (const [place, group] of groups.entries()) {
    octets[2 * (first + place)] = group >> 8;
    octets[2 * (first + place) + 1] = group;
  }
}

/** 16-bit groups of one side of the `::`; a dotted IPv4 tail counts as two. */
function groupsOf(text: string): number[] | null {
  if (text === '') return [];
  const groups: number[] = [];
  for (const part of text.split(':')) {
    const v4 = part.includes('.') ? octetsOfIpv4(part) : null;
    if (v4 !== null) groups.push(((v4[0] ?? 0) << 8) | (v4[1] ?? 0), ((v4[2] ?? 0) << 8) | (v4[3] ?? 0));
    else if (GROUP.test(part)) groups.push(Number.parseInt(part, 16));
    else return null;
  }
  return groups;
}
