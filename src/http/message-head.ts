import {
  CR,
  equalsIgnoreCase,
  isDigit,
  LF,
  latin1,
  octetsOf,
  SPACE,
  skipBlank,
  startsWith,
  TAB,
  trimEnd,
} from '../bytes/ascii.ts';
import { IS_INITIAL, MIN_FIELD_LEN, parseField } from './header-fields.ts';
import { commonMethod } from './method.ts';
import { TextCache } from './text-cache.ts';

/** Longest values that are kept. A longer one is cut, which only shortens what people read. */
const MAX_TARGET_LEN = 2_048;
const MAX_METHOD_LEN = 64;
const VERSION_PREFIX = octetsOf('http/');
/** `HTTP/` and a digit, point, digit; one digit more on either side is still taken for a version. */
const MIN_VERSION_LEN = 8;
const MAX_VERSION_LEN = 10;
/** `HTTP`, `/1.1` and `/1.0` as words in network order. */
const HTTP = 0x48545450;
const SLASH_1_1 = 0x2f312e31;
const SLASH_1_0 = 0x2f312e30;

const NOTHING: Uint8Array = new Uint8Array(0);
const NOTHING_VIEW = new DataView(NOTHING.buffer);
/** LF, and the lowest and highest bit, in each octet of a 32-bit word. */
const LF_IN_EACH = 0x0a0a0a0a;
const LOW_BITS = 0x01010101;
const HIGH_BITS = 0x80808080 | 0;

/** `valid` may be 0; `conflict` = several different ones; `bad` = not a number (RFC 9112 §6.3 item 5). */
type LengthState = 'none' | 'valid' | 'bad' | 'conflict';

/** What one message head says about framing and persistence. Borrowed: a parser owns one and fills it anew. */
export class MessageHead {
  method: string | null = null;
  /** The octets that were parsed (borrowed), and where in them the request target lies, cut to a sane length. */
  bytes = NOTHING;
  /** The same octets. A reader's chunk holds many heads, so that it is seldom made anew. */
  view = NOTHING_VIEW;
  targetStart = 0;
  targetEnd = 0;
  /** '1.1', '1.0'; '0.9' for a simple request (RFC 1945 §4.1); null when the start line has none or was cut. */
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
  /** A request of one line without a version (RFC 1945 §4.1). */
  isSimple = false;
  /** Values of hosts and servers. */
  readonly names = new TextCache();
  /** False where only framing counts: the host and the server are then left out. */
  readonly wantsNames: boolean;

  constructor(wantsNames = true) {
    this.wantsNames = wantsNames;
  }

  reset(bytes: Uint8Array): void {
    if (this.bytes !== bytes) {
      this.bytes = bytes;
      this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    this.method = null;
    this.targetStart = 0;
    this.targetEnd = 0;
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
    this.isSimple = false;
  }

  targetText(): string {
    return latin1(this.bytes, this.targetStart, this.targetEnd);
  }
}

/**
 * Fills `head` from octets `start … end` in one pass. Returns the offset behind the blank line (behind the only line
 * of a simple request), or −1 when the head does not end here; then `head` holds what the whole lines said, and the
 * start line as far as it goes. A header line without its end is not believed: its number may be cut.
 */
export function parseHead(
  bytes: Uint8Array,
  givenStart: number,
  givenEnd: number,
  isRequest: boolean,
  head: MessageHead,
): number {
  // Once a caller has passed floats, which look the same, V8 would count with floats in all of these loops.
  const start = givenStart | 0;
  const end = givenEnd | 0;
  head.reset(bytes);
  const at = findLf(head.view, bytes, start, end);
  const lineEnd = withoutCr(bytes, start, at);
  if (isRequest) parseRequestLine(bytes, start, lineEnd, at < end, head);
  else parseStatusLine(bytes, start, lineEnd, head);
  if (at === end) return -1;
  if (head.isSimple) return at + 1;
  return parseFields(bytes, at + 1, end, head);
}

function parseFields(bytes: Uint8Array, start: number, end: number, head: MessageHead): number {
  const { view } = head;
  let lineStart = start;
  let at = start;
  while (at < end) {
    at = findLf(view, bytes, at, end);
    if (at === end) return -1;
    const lineEnd = withoutCr(bytes, lineStart, at);
    if (lineEnd === lineStart) return at + 1;
    at++;
    if (at < end && (bytes[at] === SPACE || bytes[at] === TAB)) {
      // RFC 9112 §5.2 obs-fold: the value goes on in the next line.
      head.hasFoldedLine = true;
      continue;
    }
    if (IS_INITIAL[bytes[lineStart]!] !== 0 && lineEnd - lineStart >= MIN_FIELD_LEN) {
      parseField(view, bytes, lineStart, lineEnd, head);
    }
    lineStart = at;
  }
  return -1;
}

/**
 * Offset of the first LF in `start … end`, or `end`. The loop that most of a head's time goes into, so it takes eight octets
 * a turn. For lines this short `indexOf` costs twice as much, and it cannot be told where to stop.
 */
function findLf(view: DataView, bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  for (; at + 8 <= end; at += 8) {
    const first = lfBits(view.getInt32(at, true));
    const second = lfBits(view.getInt32(at + 4, true));
    if ((first | second) === 0) continue;
    return first !== 0 ? at + lowestOctet(first) : at + 4 + lowestOctet(second);
  }
  while (at < end && bytes[at] !== LF) at++;
  return at;
}

/**
 * The high bit of each octet that is LF: with LF taken out by exclusive or, the subtraction borrows into the high bit of an
 * octet that had it clear only where one is 0. Above the lowest one there may be wrong ones.
 */
function lfBits(word: number): number {
  const rest = word ^ LF_IN_EACH;
  return (rest - LOW_BITS) & ~rest & HIGH_BITS;
}

/** Number (0 … 3) of the octet with the lowest bit of `bits`, which are not all 0. */
function lowestOctet(bits: number): number {
  return (31 - Math.clz32(bits & -bits)) >>> 3;
}

function withoutCr(bytes: Uint8Array, start: number, end: number): number {
  return end > start && bytes[end - 1] === CR ? end - 1 : end;
}

/** RFC 9112 §3: method SP target SP version. */
function parseRequestLine(
  bytes: Uint8Array,
  start: number,
  end: number,
  isWhole: boolean,
  head: MessageHead,
): void {
  let at = start;
  while (at < end && bytes[at] !== SPACE) at++;
  head.method = commonMethod(bytes, start, at) ?? latin1(bytes, start, Math.min(at, start + MAX_METHOD_LEN));
  const targetStart = skipBlank(bytes, at, end);
  const targetEnd = takeVersion(bytes, targetStart, end, isWhole, head);
  head.targetStart = targetStart;
  head.targetEnd = Math.min(targetEnd, targetStart + MAX_TARGET_LEN);
}

/** The version at the end of a request line; returns where the target before it ends. */
function takeVersion(
  bytes: Uint8Array,
  targetStart: number,
  end: number,
  isWhole: boolean,
  head: MessageHead,
): number {
  const usualStart = end - MIN_VERSION_LEN;
  if (usualStart > targetStart && bytes[usualStart - 1] === SPACE) {
    head.version = usualVersion(head.view, usualStart);
    if (head.version !== null) return trimEnd(bytes, targetStart, usualStart);
  }
  let versionStart = end;
  while (versionStart > targetStart && bytes[versionStart - 1] !== SPACE) versionStart--;
  if (isVersion(bytes, versionStart, end)) {
    head.version = versionName(bytes, versionStart, end);
    return trimEnd(bytes, targetStart, versionStart);
  }
  if (isWhole && head.method === 'GET') {
    head.version = '0.9';
    head.isSimple = true;
  }
  return end;
}

/** Of `HTTP/1.1` or `HTTP/1.0` at `start`, where eight octets must be; null for anything else. */
function usualVersion(view: DataView, start: number): string | null {
  if (view.getInt32(start) !== HTTP) return null;
  const number = view.getInt32(start + 4);
  if (number === SLASH_1_1) return '1.1';
  return number === SLASH_1_0 ? '1.0' : null;
}

function isVersion(bytes: Uint8Array, start: number, end: number): boolean {
  const len = end - start;
  if (len < MIN_VERSION_LEN || len > MAX_VERSION_LEN) return false;
  return equalsIgnoreCase(bytes, start, start + VERSION_PREFIX.length, VERSION_PREFIX);
}

/** Version number of `HTTP/x.y` at `start`. */
function versionName(bytes: Uint8Array, start: number, end: number): string {
  const from = Math.min(end, start + VERSION_PREFIX.length);
  if (end - from === 3) {
    if (startsWith(bytes, from, end, '1.1')) return '1.1';
    if (startsWith(bytes, from, end, '1.0')) return '1.0';
  }
  return latin1(bytes, from, Math.min(end, start + MAX_VERSION_LEN));
}

/** RFC 9112 §4: version SP three digits, then a reason that nobody needs. */
function parseStatusLine(bytes: Uint8Array, start: number, end: number, head: MessageHead): void {
  let at = start + MIN_VERSION_LEN;
  if (at < end && bytes[at] === SPACE) head.version = usualVersion(head.view, start);
  if (head.version === null) {
    at = start;
    while (at < end && bytes[at] !== SPACE) at++;
    head.version = versionName(bytes, start, at);
  }
  at = skipBlank(bytes, at, end);
  let status = 0;
  for (let digits = 0; digits < 3 && at < end && isDigit(bytes[at]!); digits++, at++) {
    status = status * 10 + bytes[at]! - 0x30;
  }
  head.status = status;
}
