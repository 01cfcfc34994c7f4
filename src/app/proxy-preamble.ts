import { CR, LF, latin1, startsWith } from '../bytes/ascii.ts';

/** PROXY protocol (its specification, §2.1 and §2.2): a line, or a binary header, before the client's first octet. */
const V1_START = 'PROXY ';
const V1_FIRST = V1_START.charCodeAt(0);
/** "An implementation must be ready to process up to 107 characters" (§2.1). */
const V1_MAX_LEN = 107;
const V2_SIGNATURE = '\r\n\r\n\0\r\nQUIT\n';
const V2_HEADER_LEN = 16;
const V2_IPV4 = 0x1;
const V2_IPV6 = 0x2;

export interface Preamble {
  /** Octets it takes. */
  readonly length: number;
  /** Where the connection came from, "203.0.113.7:5123"; null when it does not say. */
  readonly source: string | null;
}

/** Length 0: no preamble. Null: perhaps one, but too few octets are here. */
export function readPreamble(bytes: Uint8Array, start: number, end: number): Preamble | null {
  const len = end - start;
  if (len > 0 && bytes[start] !== V1_FIRST && bytes[start] !== CR) return NONE;
  if (startsWith(bytes, start, end, V1_START.slice(0, len)))
    return len < V1_START.length ? null : readV1(bytes, start, end);
  if (startsWith(bytes, start, end, V2_SIGNATURE.slice(0, len))) {
    return len < V2_HEADER_LEN ? null : readV2(bytes, start, end);
  }
  return NONE;
}

const NONE: Preamble = { length: 0, source: null };

function readV1(bytes: Uint8Array, start: number, end: number): Preamble | null {
  const limit = Math.min(end, start + V1_MAX_LEN);
  for (let at = start; at < limit; at++) {
    if (bytes[at] !== LF) continue;
    const [, , source, , port] = latin1(bytes, start, at).trim().split(' ');
    const isKnown = source !== undefined && port !== undefined;
    return { length: at + 1 - start, source: isKnown ? join(source, Number(port)) : null };
  }
  return limit - start >= V1_MAX_LEN ? NONE : null;
}

function readV2(bytes: Uint8Array, start: number, end: number): Preamble | null {
  const length = V2_HEADER_LEN + ((bytes[start + 14]! << 8) | bytes[start + 15]!);
  if (end - start < length) return null;
  const family = bytes[start + 13]! >> 4;
  const at = start + V2_HEADER_LEN;
  if (family === V2_IPV4 && length >= V2_HEADER_LEN + 12) {
    const ip = [0, 1, 2, 3].map((k) => bytes[at + k]).join('.');
    return { length, source: join(ip, word(bytes, at + 8)) };
  }
  if (family === V2_IPV6 && length >= V2_HEADER_LEN + 36) {
    const ip = [0, 2, 4, 6, 8, 10, 12, 14].map((k) => word(bytes, at + k).toString(16)).join(':');
    return { length, source: join(ip, word(bytes, at + 32)) };
  }
  return { length, source: null };
}

function join(ip: string, port: number): string {
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
}

function word(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}
