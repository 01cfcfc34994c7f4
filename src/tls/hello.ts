import { latin1 } from '../bytes/ascii.ts';

/** RFC 8446 §4.2: extension numbers. */
const EXT_SERVER_NAME = 0;
const EXT_ALPN = 16;
const EXT_SUPPORTED_VERSIONS = 43;
const MAX_NAME_LEN = 255;
const MAX_PROTOCOLS = 8;

const VERSION_NAMES: Readonly<Record<number, string>> = {
  768: 'SSL 3.0',
  769: '1.0',
  770: '1.1',
  771: '1.2',
  772: '1.3',
};

export interface Hello {
  readonly sni: string | null;
  readonly alpn: readonly string[];
  /** Name of the version; for a ClientHello the legacy field, for a ServerHello the version chosen. */
  readonly version: string | null;
}

/** Name of a protocol version; drafts of TLS 1.3 count as 1.3 (0x7f…). */
function versionName(version: number): string | null {
  return version >> 8 === 0x7f ? '1.3' : (VERSION_NAMES[version] ?? null);
}

/**
 * Reads a ClientHello or ServerHello body (RFC 8446 §4.1.2, §4.1.3; RFC 5246 §7.4.1) as far as it goes: whatever is cut
 * or does not fit ends the reading, and what was found stands.
 */
export function readHello(bytes: Uint8Array, start: number, end: number, isClient: boolean): Hello {
  const hello = { sni: null as string | null, alpn: [] as string[], version: null as string | null };
  if (end - start < 35) return hello;
  hello.version = versionName((bytes[start]! << 8) | bytes[start + 1]!);
  let at = start + 34;
  at += 1 + bytes[at]!;
  if (isClient) {
    if (at + 2 > end) return hello;
    at += 2 + word(bytes, at);
    if (at >= end) return hello;
    at += 1 + bytes[at]!;
  } else {
    at += 3;
  }
  if (at + 2 > end) return hello;
  const limit = Math.min(end, at + 2 + word(bytes, at));
  at += 2;
  while (at + 4 <= limit) {
    const type = word(bytes, at);
    const from = at + 4;
    const to = Math.min(limit, from + word(bytes, at + 2));
    if (type === EXT_SERVER_NAME && isClient) hello.sni = readServerName(bytes, from, to);
    else if (type === EXT_ALPN) hello.alpn = readProtocols(bytes, from, to);
    else if (type === EXT_SUPPORTED_VERSIONS && !isClient && to - from === 2) {
      hello.version = versionName(word(bytes, from));
    }
    at = from + word(bytes, at + 2);
  }
  return hello;
}

/** RFC 6066 §3: a list whose first entry of type 0 is the host name. One that is cut names another host. */
function readServerName(bytes: Uint8Array, from: number, to: number): string | null {
  if (to - from < 5 || bytes[from + 2] !== 0) return null;
  const end = from + 5 + word(bytes, from + 3);
  return end > to ? null : latin1(bytes, from + 5, Math.min(end, from + 5 + MAX_NAME_LEN));
}

/** RFC 7301 §3.1: a list of length-prefixed names. */
function readProtocols(bytes: Uint8Array, from: number, to: number): string[] {
  const names: string[] = [];
  let at = from + 2;
  while (at < to && names.length < MAX_PROTOCOLS) {
    const end = at + 1 + bytes[at]!;
    if (end > to) break;
    names.push(latin1(bytes, at + 1, end));
    at = end;
  }
  return names;
}

function word(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}
