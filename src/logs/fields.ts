import type { LogAddress } from '../model/log-event.ts';
import { compressIpv6 } from './ipv6-text.ts';

const IPV4 = /^(?:\d{1,3}\.){3}\d{1,3}$/;

/** `192.0.2.7`, `2001:DB8::7`, `::ffff:192.0.2.7`, as the analysis writes them; null when it is no address. */
export function ipOf(text: string): string | null {
  const bare = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
  if (IPV4.test(bare)) return bare.split('.').every((part) => Number(part) <= 255) ? normalIpv4(bare) : null;
  if (!bare.includes(':') || bare.length > 45) return null;
  const unscoped = bare.split('%')[0] ?? '';
  const mapped = /^::ffff:((?:\d{1,3}\.){3}\d{1,3})$/i.exec(unscoped);
  if (mapped !== null) return ipOf(mapped[1] ?? '');
  return compressIpv6(unscoped);
}

function normalIpv4(text: string): string {
  return text.split('.').map(Number).join('.');
}

/** `192.0.2.7:80`, `[2001:db8::7]:80`, an address without a port, also with `http://` and a path around it. */
export function addressOf(text: string): LogAddress | null {
  const bare = text.replace(/^[a-z+]{2,6}:\/\//, '').split('/')[0] ?? '';
  const found = /^(?:\[([0-9a-fA-F:.%]{2,45})\]|([0-9.]{7,15})):(\d{1,5})$/.exec(bare);
  if (found === null) {
    const ip = ipOf(bare);
    return ip === null ? haproxyIpv6(bare) : { ip, port: null };
  }
  const ip = ipOf(found[1] ?? found[2] ?? '');
  const port = Number(found[3]);
  return ip === null || port > 65_535 ? null : { ip, port };
}

/** HAProxy and Go before 1.0 write IPv6 without brackets: what follows the last colon is the port. */
function haproxyIpv6(text: string): LogAddress | null {
  const cut = text.lastIndexOf(':');
  const ip = cut < 0 ? null : ipOf(text.slice(0, cut));
  const port = Number(text.slice(cut + 1));
  return ip === null || !(port <= 65_535) ? null : { ip, port };
}

const ADDRESS_WITH_PORT =
  /(?<![\w.:])(?:\[([0-9a-fA-F:.]{2,45})\]|((?:\d{1,3}\.){3}\d{1,3})):(\d{1,5})(?![\d.]|:\d)/g;

/** Every `ip:port` in a text, at most `most`. */
export function addressesIn(text: string, most = 4): LogAddress[] {
  const addresses: LogAddress[] = [];
  for (const found of text.matchAll(ADDRESS_WITH_PORT)) {
    const address = addressOf(found[0]);
    if (address !== null) addresses.push(address);
    if (addresses.length >= most) break;
  }
  return addresses;
}

export interface RequestLine {
  readonly method: string;
  readonly path: string;
}

/** `GET /a HTTP/1.1`, or without a version; null for what is no request line. */
export function requestLineOf(text: string): RequestLine | null {
  const found = /^([A-Z][A-Za-z_-]{1,19}) (\S{1,4096})(?: HTTP\/\d(?:\.\d)?)?$/.exec(text);
  return found === null ? null : { method: found[1] ?? '', path: found[2] ?? '' };
}

/** `123` → 123; `-` and anything else → null. */
export function countOf(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

/** `0.123` → 0.123; `-` and anything else → null. */
export function decimalOf(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,9}(?:\.\d{1,9})?$/.test(text) ? Number(text) : null;
}
