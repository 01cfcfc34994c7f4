import { LF, SPACE, startsWith, TAB } from '../bytes/ascii.ts';
import { commonMethod } from './method.ts';

const SLASH = 0x2f;
const MAX_METHOD_LEN = 24;
/** How far a request line is searched for its version. */
const MAX_SEARCH_LEN = 4_096;

const RESPONSE_START = 'HTTP/';
/** As many octets tell a response. */
export const RESPONSE_START_LEN = RESPONSE_START.length;
const VERSION_START = ' HTTP/';
/** The same request line with another protocol behind it (RFC 3261, RFC 2326, RFC 3507): `OPTIONS sip:… SIP/2.0`. */
const OTHER_VERSIONS = [' SIP/', ' RTSP/', ' ICAP/'] as const;
const HTTP2_PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';

/** Greetings of SSH, SMTP and FTP, IMAP, POP3. */
const BANNERS = ['SSH-', '220 ', '220-', '* OK', '+OK'] as const;

/** What the first octets of a half-stream can be. `more`: too few to tell. */
export type Guess = 'yes' | 'no' | 'more';

/** Do the octets begin a request (RFC 9112 §3: method SP target)? */
export function guessRequest(bytes: Uint8Array, start: number, end: number): Guess {
  let at = start;
  while (at < end && at - start < MAX_METHOD_LEN && isMethodChar(bytes[at]!)) at++;
  if (at === end) return at - start < MAX_METHOD_LEN ? 'more' : 'no';
  if (at === start || bytes[at] !== SPACE) return 'no';
  // A path: hardly any other protocol begins with an upper-case word, a space and a slash.
  if (at + 1 < end && bytes[at + 1] === SLASH) return 'yes';
  if (commonMethod(bytes, start, at) === null) return hasVersion(bytes, at, end);
  return hasOtherVersion(bytes, at, end) ? 'no' : 'yes';
}

/** Do the octets begin a response (RFC 9112 §4)? */
export function guessResponse(bytes: Uint8Array, start: number, end: number): Guess {
  return guessText(bytes, start, end, RESPONSE_START);
}

export function guessHttp2(bytes: Uint8Array, start: number, end: number): Guess {
  return guessText(bytes, start, end, HTTP2_PREFACE);
}

/** Control characters, or the greeting of another protocol: not what an HTTP/0.9 server would send. */
export function looksLikeBanner(bytes: Uint8Array, start: number, end: number): boolean {
  const first = bytes[start]!;
  if (first < SPACE && first !== TAB) return true;
  return BANNERS.some((banner) => startsWith(bytes, start, end, banner));
}

function guessText(bytes: Uint8Array, start: number, end: number, text: string): Guess {
  const len = Math.min(text.length, end - start);
  for (let k = 0; k < len; k++) if (bytes[start + k] !== text.charCodeAt(k)) return 'no';
  return len === text.length ? 'yes' : 'more';
}

/** Upper case and a few signs: WebDAV and private methods (RFC 9110 §9.1 allows any token). */
function isMethodChar(octet: number): boolean {
  return (octet >= 0x41 && octet <= 0x5a) || octet === 0x2d || octet === 0x5f;
}

/** Any other unknown method is believed when the line ends in a version. */
function hasVersion(bytes: Uint8Array, start: number, end: number): Guess {
  const limit = Math.min(end, start + MAX_SEARCH_LEN);
  for (let at = start; at < limit; at++) {
    if (bytes[at] === LF) return 'no';
    if (bytes[at] === SPACE && startsWith(bytes, at, limit, VERSION_START)) return 'yes';
  }
  return limit === end && limit < start + MAX_SEARCH_LEN ? 'more' : 'no';
}

function hasOtherVersion(bytes: Uint8Array, start: number, end: number): boolean {
  const limit = Math.min(end, start + MAX_SEARCH_LEN);
  for (let at = start; at < limit && bytes[at] !== LF; at++) {
    if (bytes[at] !== SPACE) continue;
    for (const version of OTHER_VERSIONS) if (startsWith(bytes, at, limit, version)) return true;
  }
  return false;
}
