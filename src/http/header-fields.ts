import {
  COLON,
  COMMA,
  equalsIgnoreCase,
  isDigit,
  latin1,
  octetsOf,
  SEMICOLON,
  SPACE,
  skipBlank,
  startsWithIgnoreCase,
  TAB,
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
const PROXY_HEADERS = named('via', 'forwarded', 'cf-ray', 'cf-connecting-ip', 'proxy-connection');
const X_PROXY_HEADERS = named(
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-real-ip',
  'x-amzn-trace-id',
  'x-amz-cf-id',
  'x-cache',
  'x-served-by',
  'x-varnish',
);
const ENVOY_PREFIX = octetsOf('x-envoy-');
const MAX_ENVOY_NAME_LEN = 48;

const CONNECTION = octetsOf('connection');
const CONTENT_LENGTH = octetsOf('content-length');
const EXPECT = octetsOf('expect');
const HOST = octetsOf('host');
const SERVER = octetsOf('server');
const TRANSFER_ENCODING = octetsOf('transfer-encoding');
const UPGRADE = octetsOf('upgrade');
const CHUNKED = octetsOf('chunked');
const CLOSE = octetsOf('close');
const CONTINUE = octetsOf('100-continue');
const KEEP_ALIVE = octetsOf('keep-alive');

/** The first four octets of a header's name in lower case, as a word in network order. */
const CF_C = 0x63662d63;
const CF_R = 0x63662d72;
const CONN = 0x636f6e6e;
const CONT = 0x636f6e74;
const EXPE = 0x65787065;
const FORW = 0x666f7277;
const HOST_WORD = 0x686f7374;
const PROX = 0x70726f78;
const SERV = 0x73657276;
const TRAN = 0x7472616e;
const UPGR = 0x75706772;
/** Of `x-` and a third letter, whatever the fourth. */
const X_DASH = 0x782d;
/** Of `via`, whatever stands behind it. */
const VIA = 0x766961;
const LOWER_CASE_BITS = 0x20202020;

/** A header that is looked at has at least this many octets: those that choose among them. */
export const MIN_FIELD_LEN = 4;

/** 1 for each octet that a header can begin with that is looked at: most others are passed over by this alone. */
export const IS_INITIAL: Uint8Array = initialsOf('cefhpstuvx');

function initialsOf(letters: string): Uint8Array {
  const table = new Uint8Array(256);
  for (const octet of octetsOf(letters + letters.toUpperCase())) table[octet] = 1;
  return table;
}

/**
 * Puts what a header line says about framing, persistence and proxies into `head`. `end` is before its line end, at least
 * MIN_FIELD_LEN behind `start`. Chooses by the first four octets, which may be taken for letters wrongly but never passed
 * over wrongly, then compares in place.
 */
export function parseField(
  view: DataView,
  bytes: Uint8Array,
  start: number,
  end: number,
  head: MessageHead,
): void {
  const word = view.getInt32(start) | LOWER_CASE_BITS;
  const name = nameOf(word);
  if (name === null) {
    if (word >>> 16 === X_DASH) parseProxyField(bytes, start, end, X_PROXY_HEADERS, head);
    else if (word >>> 8 === VIA || word === FORW || word === PROX || word === CF_C || word === CF_R)
      parseProxyField(bytes, start, end, PROXY_HEADERS, head);
    return;
  }
  const isForPeople = name === HOST || name === SERVER;
  if (isForPeople && !head.wantsNames && bytes[start + name.length] === COLON) return;
  const from = valueStart(bytes, start, end, name, head);
  if (from >= 0) takeValue(name, bytes, from, trimEnd(bytes, from, end), head);
}

/** The one header, of those that stand alone, whose name begins so. */
function nameOf(word: number): Uint8Array | null {
  switch (word) {
    case CONT:
      return CONTENT_LENGTH;
    case CONN:
      return CONNECTION;
    case HOST_WORD:
      return HOST;
    case SERV:
      return SERVER;
    case TRAN:
      return TRANSFER_ENCODING;
    case UPGR:
      return UPGRADE;
    case EXPE:
      return EXPECT;
    default:
      return null;
  }
}

function takeValue(name: Uint8Array, bytes: Uint8Array, from: number, to: number, head: MessageHead): void {
  if (name === CONTENT_LENGTH) takeLength(bytes, from, to, head);
  else if (name === CONNECTION) takeConnection(bytes, from, to, head);
  else if (name === TRANSFER_ENCODING) takeCodings(bytes, from, to, head);
  else if (name === HOST) head.host = head.names.textOf(bytes, from, Math.min(to, from + MAX_HOST_LEN));
  else if (name === SERVER) head.server = head.names.textOf(bytes, from, Math.min(to, from + MAX_SERVER_LEN));
  else if (name === EXPECT) head.isExpectContinue = equalsIgnoreCase(bytes, from, to, CONTINUE);
  else head.upgrade = latin1(bytes, from, Math.min(to, from + MAX_UPGRADE_LEN)).toLowerCase();
}

/**
 * Start of the value when the line is that of header `name` (lower case), else −1. What stands behind the name is looked
 * at first: it tells most other headers apart by one octet.
 */
function valueStart(
  bytes: Uint8Array,
  start: number,
  end: number,
  name: Uint8Array,
  head: MessageHead,
): number {
  const nameEnd = start + name.length;
  if (nameEnd >= end) return -1;
  const hasSpace = bytes[nameEnd] !== COLON;
  if (hasSpace && bytes[nameEnd] !== SPACE && bytes[nameEnd] !== TAB) return -1;
  if (!equalsIgnoreCase(bytes, start, nameEnd, name)) return -1;
  const colon = hasSpace ? skipBlank(bytes, nameEnd, end) : nameEnd;
  if (colon === end || bytes[colon] !== COLON) return -1;
  if (hasSpace) head.hasSpaceBeforeColon = true;
  return skipBlank(bytes, colon + 1, end);
}

function valueText(bytes: Uint8Array, from: number, end: number, limit: number): string {
  return latin1(bytes, from, Math.min(trimEnd(bytes, from, end), from + limit));
}

function parseProxyField(
  bytes: Uint8Array,
  start: number,
  end: number,
  headers: readonly NamedHeader[],
  head: MessageHead,
): void {
  for (let index = 0; index < headers.length; index++) {
    const { name, octets } = headers[index]!;
    const from = valueStart(bytes, start, end, octets, head);
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

interface NamedHeader {
  readonly name: string;
  readonly octets: Uint8Array;
}

function named(...names: string[]): readonly NamedHeader[] {
  return names.map((name) => ({ name, octets: octetsOf(name) }));
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
  head.isChunked = equalsIgnoreCase(bytes, start, trimEnd(bytes, start, end), CHUNKED);
}

function takeConnection(bytes: Uint8Array, from: number, to: number, head: MessageHead): void {
  let at = from;
  while (at < to) {
    let itemEnd = at;
    while (itemEnd < to && bytes[itemEnd] !== COMMA) itemEnd++;
    const start = skipBlank(bytes, at, itemEnd);
    const end = trimEnd(bytes, start, itemEnd);
    if (equalsIgnoreCase(bytes, start, end, CLOSE)) head.isClose = true;
    else if (equalsIgnoreCase(bytes, start, end, KEEP_ALIVE)) head.isKeepAlive = true;
    at = itemEnd + 1;
  }
}
