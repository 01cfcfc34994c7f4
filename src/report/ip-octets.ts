const IPV4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;
const GROUP = /^[0-9a-f]{1,4}$/i;
const GROUPS_OF_IPV6 = 8;

/** The 4 or 16 octets of an address in text form (RFC 4291 §2.2 for IPv6), or null when it is none. */
export function octetsOfIp(text: string): Uint8Array | null {
  return text.includes(':') ? octetsOfIpv6(text) : octetsOfIpv4(text);
}

function octetsOfIpv4(text: string): Uint8Array | null {
  const match = IPV4.exec(text);
  if (match === null) return null;
  const octets = match.slice(1).map(Number);
  return octets.every((octet) => octet <= 255) ? Uint8Array.from(octets) : null;
}

function octetsOfIpv6(text: string): Uint8Array | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const head = groupsOf(halves[0] ?? '');
  const tail = groupsOf(halves[1] ?? '');
  if (head === null || tail === null) return null;
  const missing = GROUPS_OF_IPV6 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null;
  const groups = [...head, ...new Array<number>(missing).fill(0), ...tail];
  return Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff]));
}

/** 16-bit groups of one side of the `::`; a dotted IPv4 tail counts as two. */
function groupsOf(text: string): number[] | null {
  if (text === '') return [];
  const groups: number[] = [];
  for (const part of text.split(':')) {
    const v4 = octetsOfIpv4(part);
    if (v4 !== null) groups.push(((v4[0] ?? 0) << 8) | (v4[1] ?? 0), ((v4[2] ?? 0) << 8) | (v4[3] ?? 0));
    else if (GROUP.test(part)) groups.push(Number.parseInt(part, 16));
    else return null;
  }
  return groups;
}
