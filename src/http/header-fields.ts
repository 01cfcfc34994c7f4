import {
  COLON,
  COMMA,
  equalsIgnoreCase,
  isDigit,
  latin1,
  SEMICOLON,
  skipBlank,
  startsWithIgnoreCase,
  toLower,
  trimEnd,
} from '../bytes/ascii.ts';
import type { MessageHead } from './message-head.ts';

/** Longest values that are kept. A longer one is cut, which only shortens what people read. */
const MAX_HOST_LEN = 255;
const MAX_SERVER_LEN = 80;
const MAX_UPGRADE_LEN = 64;
const MAX_FORWARDED_LEN = 256;
const MAX_PROXY_HEADERS = 8;

/**
 * Headers that an intermediary adds and an origin or a user agent does not (Via: RFC 9110 §7.6.3; Forwarded: RFC
 * 7239), and the one that user agents send to a proxy only; those that begin with x apart, as most others do not.
 */
const PROXY_HEADERS = ['via', 'forwarded', 'cf-ray', 'cf-connecting-ip', 'proxy-connection'] as const;
const X_PROXY_HEADERS = [
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-real-ip',
  'x-amzn-trace-id',
  'x-amz-cf-id',
  'x-cache',
  'x-served-by',
  'x-varnish',
] as const;
const ENVOY_PREFIX = 'x-envoy-';
const MAX_ENVOY_NAME_LEN = 48;

const LOWER_CASE_BIT = 0x20;
const C = 0x63;
const E = 0x65;
const F = 0x66;
const H = 0x68;
const O = 0x6f;
const P = 0x70;
const S = 0x73;
const T = 0x74;
const U = 0x75;
const V = 0x76;
const X = 0x78;

/**
 * Puts what a header line says about framing, persistence and proxies into `head`. `end` is before its line end. Chooses
 * by the first letter, then compares in place: most lines are passed over within a few octets.
 */
export function parseField(bytes: Uint8Array, start: number, end: number, head: MessageHead): void {
  switch (bytes[start]! | LOWER_CASE_BIT) {
    case C:
      parseFieldInC(bytes, start, end, head);
      break;
    case E:
      parseExpect(bytes, start, end, head);
      break;
    case H:
      parseHost(bytes, start, end, head);
      break;
    case S:
      parseServer(bytes, start, end, head);
      break;
    case T: {
      const from = valueStart(bytes, start, end, 'transfer-encoding', head);
      if (from >= 0) takeCodings(bytes, from, trimEnd(bytes, from, end), head);
      break;
    }
    case U: {
      const from = valueStart(bytes, start, end, 'upgrade', head);
      if (from >= 0) head.upgrade = valueText(bytes, from, end, MAX_UPGRADE_LEN).toLowerCase();
      break;
    }
    case F:
    case P:
    case V:
      parseProxyField(bytes, start, end, PROXY_HEADERS, head);
      break;
    case X:
      parseProxyField(bytes, start, end, X_PROXY_HEADERS, head);
      break;
    default:
  }
}

function parseFieldInC(bytes: Uint8Array, start: number, end: number, head: MessageHead): void {
  const second = bytes[start + 1]! | LOWER_CASE_BIT;
  if (second === F) parseProxyField(bytes, start, end, PROXY_HEADERS, head);
  if (second !== O) return;
  const length = valueStart(bytes, start, end, 'content-length', head);
  if (length >= 0) {
    takeLength(bytes, length, trimEnd(bytes, length, end), head);
    return;
  }
  const connection = valueStart(bytes, start, end, 'connection', head);
  if (connection >= 0) takeConnection(bytes, connection, trimEnd(bytes, connection, end), head);
}

function parseExpect(bytes: Uint8Array, start: number, end: number, head: MessageHead): void {
  const from = valueStart(bytes, start, end, 'expect', head);
  if (from >= 0) {
    head.isExpectContinue = equalsIgnoreCase(bytes, from, trimEnd(bytes, from, end), '100-continue');
  }
}

function parseHost(bytes: Uint8Array, start: number, end: number, head: MessageHead): void {
  const from = valueStart(bytes, start, end, 'host', head);
  if (from < 0) return;
  head.host = sameOrNew(head.lastHost, bytes, from, Math.min(trimEnd(bytes, from, end), from + MAX_HOST_LEN));
  head.lastHost = head.host;
}

function parseServer(bytes: Uint8Array, start: number, end: number, head: MessageHead): void {
  const from = valueStart(bytes, start, end, 'server', head);
  if (from < 0) return;
  const to = Math.min(trimEnd(bytes, from, end), from + MAX_SERVER_LEN);
  head.server = sameOrNew(head.lastServer, bytes, from, to);
  head.lastServer = head.server;
}

/** Start of the value when the line is that of header `name` (lower case), else −1. The first letter has matched. */
function valueStart(bytes: Uint8Array, start: number, end: number, name: string, head: MessageHead): number {
  const nameEnd = start + name.length;
  if (nameEnd >= end) return -1;
  for (let k = 1; k < name.length; k++) {
    const octet = bytes[start + k]!;
    const wanted = name.charCodeAt(k);
    if (octet !== wanted && toLower(octet) !== wanted) return -1;
  }
  let colon = nameEnd;
  if (bytes[colon] !== COLON) {
    colon = skipBlank(bytes, nameEnd, end);
    if (colon === nameEnd || colon === end || bytes[colon] !== COLON) return -1;
    head.hasSpaceBeforeColon = true;
  }
  return skipBlank(bytes, colon + 1, end);
}

function valueText(bytes: Uint8Array, from: number, end: number, limit: number): string {
  return latin1(bytes, from, Math.min(trimEnd(bytes, from, end), from + limit));
}

/** The string made last time, when the octets spell it: hosts and servers repeat, and making strings is dear. */
function sameOrNew(last: string | null, bytes: Uint8Array, from: number, to: number): string {
  if (last === null || last.length !== to - from) return latin1(bytes, from, to);
  for (let k = 0; k < last.length; k++) {
    if (bytes[from + k] !== last.charCodeAt(k)) return latin1(bytes, from, to);
  }
  return last;
}

function parseProxyField(
  bytes: Uint8Array,
  start: number,
  end: number,
  names: readonly string[],
  head: MessageHead,
): void {
  for (let index = 0; index < names.length; index++) {
    const name = names[index]!;
    if (name.charCodeAt(0) !== toLower(bytes[start]!)) continue;
    const from = valueStart(bytes, start, end, name, head);
    if (from < 0) continue;
    noteProxyHeader(name, head);
    if (name === 'x-forwarded-for' || name === 'forwarded') {
      head.forwardedFor = valueText(bytes, from, end, MAX_FORWARDED_LEN);
    }
    return;
  }
  if (!startsWithIgnoreCase(bytes, start, end, ENVOY_PREFIX)) return;
  let colon = start;
  while (colon < end && bytes[colon] !== COLON) colon++;
  noteProxyHeader(valueText(bytes, start, colon, MAX_ENVOY_NAME_LEN).toLowerCase(), head);
}

function noteProxyHeader(name: string, head: MessageHead): void {
  if (head.proxyHeaders.length < MAX_PROXY_HEADERS && !head.proxyHeaders.includes(name)) {
    head.proxyHeaders.push(name);
  }
}

/** `12` or `12, 12`; differing values are a conflict (RFC 9112 §6.3 item 5). */
function takeLength(bytes: Uint8Array, from: number, to: number, head: MessageHead): void {
  let at = from;
  while (at <= to) {
    let itemEnd = at;
    while (itemEnd < to && bytes[itemEnd] !== COMMA) itemEnd++;
    const start = skipBlank(bytes, at, itemEnd);
    addLength(bytes, start, trimEnd(bytes, start, itemEnd), head);
    at = itemEnd + 1;
  }
}

function addLength(bytes: Uint8Array, from: number, to: number, head: MessageHead): void {
  let value = 0;
  for (let at = from; at < to; at++) {
    if (!isDigit(bytes[at]!)) {
      head.lengthState = 'bad';
      return;
    }
    value = value * 10 + bytes[at]! - 0x30;
  }
  if (from === to || value > Number.MAX_SAFE_INTEGER) {
    head.lengthState = 'bad';
    return;
  }
  if (head.lengthState === 'valid' && head.contentLength !== value) head.lengthState = 'conflict';
  else if (head.lengthState === 'none') head.lengthState = 'valid';
  head.contentLength = value;
}

/** Of several codings, and of several such headers, only the last one frames the message (RFC 9112 §6.1). */
function takeCodings(bytes: Uint8Array, from: number, to: number, head: MessageHead): void {
  head.hasTransferEncoding = true;
  let start = to;
  while (start > from && bytes[start - 1] !== COMMA) start--;
  start = skipBlank(bytes, start, to);
  let end = start;
  while (end < to && bytes[end] !== SEMICOLON) end++;
  head.isChunked = equalsIgnoreCase(bytes, start, trimEnd(bytes, start, end), 'chunked');
}

function takeConnection(bytes: Uint8Array, from: number, to: number, head: MessageHead): void {
  let at = from;
  while (at < to) {
    let itemEnd = at;
    while (itemEnd < to && bytes[itemEnd] !== COMMA) itemEnd++;
    const start = skipBlank(bytes, at, itemEnd);
    const end = trimEnd(bytes, start, itemEnd);
    if (equalsIgnoreCase(bytes, start, end, 'close')) head.isClose = true;
    else if (equalsIgnoreCase(bytes, start, end, 'keep-alive')) head.isKeepAlive = true;
    at = itemEnd + 1;
  }
}
