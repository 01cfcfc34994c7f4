import { LF, SPACE, startsWith } from '../bytes/ascii.ts';

/** Registered methods that are common enough to be believed without seeing the rest of the line. */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'CONNECT', 'TRACE'] as const;
const SLASH = 0x2f;
const MAX_METHOD_LEN = 24;
/** How far a request line is searched for its version. */
const MAX_SEARCH_LEN = 4_096;

export const HTTP2_PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';

/** What the first octets of a half-stream can be. `more`: too few to tell. */
export type Guess = 'yes' | 'no' | 'more';

/** Do the octets begin a request (RFC 9112 §3: method SP target)? */
export function guessRequest(bytes: Uint8Array, start: number, end: number): Guess {
  let at = start;
  while (at < end && at - start < MAX_METHOD_LEN && isMethodChar(bytes[at]!)) at++;
  if (at === end) return at - start < MAX_METHOD_LEN ? 'more' : 'no';
  if (at === start || bytes[at] !== SPACE) return 'no';
  if (METHODS.some((method) => method.length === at - start && startsWith(bytes, start, end, method)))
    return 'yes';
  // A path: hardly any other protocol begins with an upper-case word, a space and a slash.
  return at + 1 < end && bytes[at + 1] === SLASH ? 'yes' : hasVersion(bytes, at, end);
}

/** Do the octets begin a response (RFC 9112 §4)? */
export function guessResponse(bytes: Uint8Array, start: number, end: number): Guess {
  const wanted = 'HTTP/';
  const len = Math.min(wanted.length, end - start);
  if (!startsWith(bytes, start, end, wanted.slice(0, len))) return 'no';
  return len === wanted.length ? 'yes' : 'more';
}

export function guessHttp2(bytes: Uint8Array, start: number, end: number): Guess {
  const len = Math.min(HTTP2_PREFACE.length, end - start);
  if (!startsWith(bytes, start, end, HTTP2_PREFACE.slice(0, len))) return 'no';
  return len === HTTP2_PREFACE.length ? 'yes' : 'more';
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
    if (bytes[at] === SPACE && startsWith(bytes, at, limit, ' HTTP/')) return 'yes';
  }
  return limit === end && limit < start + MAX_SEARCH_LEN ? 'more' : 'no';
}
