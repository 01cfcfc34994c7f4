import {
  COLON,
  COMMA,
  CR,
  equalsIgnoreCase,
  isDigit,
  LF,
  latin1,
  SEMICOLON,
  SPACE,
  skipBlank,
  TAB,
  toLower,
  trimEnd,
} from '../bytes/ascii.ts';

/** Longest values that are kept. A longer one is cut, which only shortens what people read. */
const MAX_TARGET_LEN = 2_048;
const MAX_HOST_LEN = 255;
const MAX_SERVER_LEN = 80;
const MAX_FORWARDED_LEN = 256;
const MAX_PROXY_HEADERS = 8;

/** Headers that an intermediary adds and an origin or a user agent does not (Via: RFC 9110 §7.6.3; Forwarded: RFC 7239). */
const PROXY_HEADERS = [
  'via',
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-real-ip',
  'x-envoy-external-address',
  'x-envoy-upstream-service-time',
  'x-amzn-trace-id',
  'x-amz-cf-id',
  'x-cache',
  'x-served-by',
  'x-varnish',
  'cf-ray',
  'cf-connecting-ip',
] as const;

/** `valid` may be 0; `conflict` = several different ones; `bad` = not a number (RFC 9112 §6.3 item 5). */
export type LengthState = 'none' | 'valid' | 'bad' | 'conflict';

/** What one message head says about framing and persistence. Borrowed: a parser owns one and fills it anew. */
export class MessageHead {
  method: string | null = null;
  target: string | null = null;
  /** '1.1', '1.0', '0.9'; null when the start line has none. */
  version: string | null = null;
  status = 0;
  lengthState: LengthState = 'none';
  contentLength = 0;
  hasTransferEncoding = false;
  /** `chunked` is the last transfer coding. */
  isChunked = false;
  isClose = false;
  isKeepAlive = false;
  upgrade: string | null = null;
  host: string | null = null;
  server: string | null = null;
  isExpectContinue = false;
  forwardedFor: string | null = null;
  readonly proxyHeaders: string[] = [];
  /** A header name was followed by white space before the colon (RFC 9112 §5.1: a smuggling trick). */
  hasSpaceBeforeColon = false;
  hasFoldedLine = false;

  reset(): void {
    this.method = null;
    this.target = null;
    this.version = null;
    this.status = 0;
    this.lengthState = 'none';
    this.contentLength = 0;
    this.hasTransferEncoding = false;
    this.isChunked = false;
    this.isClose = false;
    this.isKeepAlive = false;
    this.upgrade = null;
    this.host = null;
    this.server = null;
    this.isExpectContinue = false;
    this.forwardedFor = null;
    if (this.proxyHeaders.length > 0) this.proxyHeaders.length = 0;
    this.hasSpaceBeforeColon = false;
    this.hasFoldedLine = false;
  }
}

/**
 * Fills `head` from octets `start … end`: a start line and header lines. Returns the offset behind the blank line, or −1
 * when it is not there; then `head` has what is. An HTTP/0.9 request is one line (RFC 1945 §4.1).
 */
export function parseHead(
  bytes: Uint8Array,
  start: number,
  end: number,
  isRequest: boolean,
  head: MessageHead,
): number {
  head.reset();
  let lineStart = start;
  while (lineStart < end) {
    let at = lineStart;
    while (at < end && bytes[at] !== LF) at++;
    const isWhole = at < end;
    const lineEnd = at > lineStart && bytes[at - 1] === CR ? at - 1 : at;
    if (lineStart === start) {
      if (isRequest) parseRequestLine(bytes, lineStart, lineEnd, head);
      else parseStatusLine(bytes, lineStart, lineEnd, head);
      if (isWhole && isSimpleRequest(head)) return at + 1;
    } else if (lineEnd > lineStart) {
      parseField(bytes, lineStart, lineEnd, head);
    } else if (isWhole) {
      return at + 1;
    }
    lineStart = at + 1;
  }
  return -1;
}

function isSimpleRequest(head: MessageHead): boolean {
  return head.version === '0.9' && head.method === 'GET';
}

/** method SP target SP version; without a version it is an HTTP/0.9 simple request. */
function parseRequestLine(bytes: Uint8Array, start: number, end: number, head: MessageHead): void {
  let at = start;
  while (at < end && bytes[at] !== SPACE) at++;
  head.method = latin1(bytes, start, Math.min(at, start + MAX_HOST_LEN));
  const targetStart = skipBlank(bytes, at, end);
  let versionStart = end;
  while (versionStart > targetStart && bytes[versionStart - 1] !== SPACE) versionStart--;
  const hasVersion = isVersion(bytes, versionStart, end);
  const targetEnd = hasVersion ? trimEnd(bytes, targetStart, versionStart) : end;
  head.version = hasVersion ? latin1(bytes, versionStart + 5, end) : '0.9';
  head.target = latin1(bytes, targetStart, Math.min(targetEnd, targetStart + MAX_TARGET_LEN));
}

function isVersion(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start >= 8 && end - start <= 10 && equalsIgnoreCase(bytes, start, start + 5, 'http/');
}

function parseStatusLine(bytes: Uint8Array, start: number, end: number, head: MessageHead): void {
  let at = start;
  while (at < end && bytes[at] !== SPACE) at++;
  head.version = latin1(bytes, Math.min(end, start + 5), Math.min(at, start + 10));
  at = skipBlank(bytes, at, end);
  let status = 0;
  for (let k = 0; k < 3 && at < end && isDigit(bytes[at]!); k++, at++)
    status = status * 10 + bytes[at]! - 0x30;
  head.status = status;
}

function parseField(bytes: Uint8Array, start: number, end: number, head: MessageHead): void {
  const first = toLower(bytes[start]!);
  if (first === SPACE || first === TAB) {
    head.hasFoldedLine = true;
    return;
  }
  // Only names that begin with one of these letters are looked at; most header lines are passed over here.
  if (!isInteresting(first)) return;
  let colon = start;
  while (colon < end && bytes[colon] !== COLON) colon++;
  if (colon === end) return;
  const nameEnd = trimEnd(bytes, start, colon);
  if (nameEnd < colon) head.hasSpaceBeforeColon = true;
  const from = skipBlank(bytes, colon + 1, end);
  takeField(bytes, start, nameEnd, from, trimEnd(bytes, from, end), first, head);
}

/** c, e, f, h, s, t, u, v, x. */
function isInteresting(first: number): boolean {
  return first >= 0x63 && (first <= 0x68 || first >= 0x73) && first !== 0x64 && first !== 0x67;
}

function takeField(
  bytes: Uint8Array,
  name: number,
  nameEnd: number,
  from: number,
  to: number,
  first: number,
  head: MessageHead,
): void {
  if (equalsIgnoreCase(bytes, name, nameEnd, 'content-length')) takeLength(bytes, from, to, head);
  else if (equalsIgnoreCase(bytes, name, nameEnd, 'transfer-encoding')) takeCodings(bytes, from, to, head);
  else if (equalsIgnoreCase(bytes, name, nameEnd, 'connection')) takeConnection(bytes, from, to, head);
  else if (equalsIgnoreCase(bytes, name, nameEnd, 'host')) head.host = cut(bytes, from, to, MAX_HOST_LEN);
  else if (equalsIgnoreCase(bytes, name, nameEnd, 'server'))
    head.server = cut(bytes, from, to, MAX_SERVER_LEN);
  else if (equalsIgnoreCase(bytes, name, nameEnd, 'upgrade')) {
    head.upgrade = cut(bytes, from, to, MAX_HOST_LEN).toLowerCase();
  } else if (equalsIgnoreCase(bytes, name, nameEnd, 'expect')) {
    head.isExpectContinue = equalsIgnoreCase(bytes, from, to, '100-continue');
  } else if (first !== 0x73 && first !== 0x74) takeProxyHeader(bytes, name, nameEnd, from, to, head);
}

function takeProxyHeader(
  bytes: Uint8Array,
  name: number,
  nameEnd: number,
  from: number,
  to: number,
  head: MessageHead,
): void {
  const known = PROXY_HEADERS.find((each) => equalsIgnoreCase(bytes, name, nameEnd, each));
  if (known === undefined) return;
  if (head.proxyHeaders.length < MAX_PROXY_HEADERS && !head.proxyHeaders.includes(known))
    head.proxyHeaders.push(known);
  if (known === 'x-forwarded-for' || known === 'forwarded') {
    head.forwardedFor = cut(bytes, from, to, MAX_FORWARDED_LEN);
  }
}

function cut(bytes: Uint8Array, from: number, to: number, limit: number): string {
  return latin1(bytes, from, Math.min(to, from + limit));
}

/** `12` or `12, 12`; differing values are a conflict (RFC 9112 §6.3 item 5). */
function takeLength(bytes: Uint8Array, from: number, to: number, head: MessageHead): void {
  let at = from;
  while (at <= to) {
    let itemEnd = at;
    while (itemEnd < to && bytes[itemEnd] !== COMMA) itemEnd++;
    const start = skipBlank(bytes, at, itemEnd);
    addLength(bytes, start, trimEnd(bytes, start, itemEnd), head);
    if (itemEnd >= to) return;
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

/** Of several codings only the last one frames the message (RFC 9112 §6.1). */
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
