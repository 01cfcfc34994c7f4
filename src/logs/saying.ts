import type { LogKind, LogSaying } from '../model/log-event.ts';
import { MAX_WORDS_LEN } from './limits.ts';

/** Words, what they say, and the errno they stand for. Words in lower case; the first that fits counts. */
type Phrase = readonly [words: string, kind: LogKind, errno: string | null];

/**
 * Words of nginx and other proxies (ngx_http_upstream.c, ngx_http_request.c) about a side they name come first, then
 * names and messages of errno (errno(3), strerror(3), libuv, Rust's ErrorKind), then words of run-time libraries.
 */
const PHRASES: readonly Phrase[] = [
  ['upstream prematurely closed connection', 'upstream-closed', null],
  ['upstream timed out', 'upstream-timeout', 'ETIMEDOUT'],
  ['no live upstreams', 'upstream-refused', null],
  ['client prematurely closed connection', 'client-gone', null],
  ['client timed out', 'client-timeout', 'ETIMEDOUT'],
  ['client closed connection', 'client-gone', null],
  ['client closed keepalive connection', 'ordinary', null],
  ['clientabortexception', 'client-gone', null],
  ['clientdisconnect', 'client-gone', null],
  ['wsarecv: an existing connection was forcibly closed', 'peer-reset', 'ECONNRESET'],
  ['an existing connection was forcibly closed', 'peer-reset', 'ECONNRESET'],
  ['an established connection was aborted', 'own-close', 'ECONNABORTED'],
  ['use of closed network connection', 'own-close', null],
  ['connection reset by peer', 'peer-reset', 'ECONNRESET'],
  ['connectionreset', 'peer-reset', 'ECONNRESET'],
  ['broken pipe', 'broken-pipe', 'EPIPE'],
  ['brokenpipe', 'broken-pipe', 'EPIPE'],
  ['socket hang up', 'peer-closed', null],
  ['other side closed', 'peer-closed', null],
  ['econnreset', 'peer-reset', 'ECONNRESET'],
  ['epipe', 'broken-pipe', 'EPIPE'],
  ['err_stream_premature_close', 'peer-closed', null],
  ['premature close', 'peer-closed', null],
  ['econnaborted', 'own-close', 'ECONNABORTED'],
  ['software caused connection abort', 'own-close', 'ECONNABORTED'],
  ['connectionaborted', 'own-close', 'ECONNABORTED'],
  ['econnrefused', 'refused', 'ECONNREFUSED'],
  ['connection refused', 'refused', 'ECONNREFUSED'],
  ['connectionrefused', 'refused', 'ECONNREFUSED'],
  ['etimedout', 'timed-out', 'ETIMEDOUT'],
  ['connection timed out', 'timed-out', 'ETIMEDOUT'],
  ['ehostunreach', 'unreachable', 'EHOSTUNREACH'],
  ['no route to host', 'unreachable', 'EHOSTUNREACH'],
  ['enetunreach', 'unreachable', 'ENETUNREACH'],
  ['network is unreachable', 'unreachable', 'ENETUNREACH'],
  ['i/o timeout', 'timed-out', null],
  ['deadline exceeded', 'timed-out', null],
  ['the timeout specified has expired', 'timed-out', null],
  ['timeouterror', 'timed-out', null],
  ['read timed out', 'timed-out', null],
  ['worker timeout', 'own-crash', null],
  ['tls handshake error', 'tls-failed', null],
  ['ssl handshake failure', 'tls-failed', null],
  ['ssl_do_handshake() failed', 'tls-failed', null],
  ['request canceled', 'peer-closed', null],
  ['context canceled', 'peer-closed', null],
  ['abort handler', 'own-close', null],
  ['connection reset', 'peer-reset', 'ECONNRESET'],
  ['connection closed before message completed', 'peer-closed', null],
  ['incompletemessage', 'peer-closed', null],
  ['incompleteread', 'peer-closed', null],
  ['eofexception', 'peer-closed', null],
  ['unexpected eof', 'peer-closed', null],
  ['unexpected end of file', 'peer-closed', null],
  ['remotedisconnected', 'peer-closed', null],
  ['server closed idle connection', 'peer-closed', null],
  ['remote end closed connection', 'peer-closed', null],
  ['peer closed connection', 'peer-closed', null],
  ['connection closed by remote', 'peer-closed', null],
  ['connection prematurely closed', 'peer-closed', null],
  ['request aborted', 'client-gone', null],
  [': aborted', 'peer-closed', null],
];

/** What words say about a connection's end; null when none of them is known. */
export function sayingOf(text: string): LogSaying | null {
  const lowered = wordsOf(text);
  for (const [words, kind, errno] of PHRASES) if (lowered.includes(words)) return { kind, errno, code: null };
  return eofAtEnd(lowered);
}

function wordsOf(text: string): string {
  const shown =
    text.length <= MAX_WORDS_LEN ? text : text.slice(0, MAX_WORDS_LEN / 2) + text.slice(-MAX_WORDS_LEN / 2);
  return shown.toLowerCase();
}

/** Go and Rust say just `EOF`, at the end of a line. */
function eofAtEnd(lowered: string): LogSaying | null {
  const end = lowered.trimEnd();
  return end === 'eof' || end.endsWith(': eof') ? { kind: 'peer-closed', errno: null, code: null } : null;
}

const ERRNO_NAMES: ReadonlyMap<number, string> = new Map([
  [32, 'EPIPE'],
  [101, 'ENETUNREACH'],
  [103, 'ECONNABORTED'],
  [104, 'ECONNRESET'],
  [110, 'ETIMEDOUT'],
  [111, 'ECONNREFUSED'],
  [113, 'EHOSTUNREACH'],
  [10053, 'ECONNABORTED'],
  [10054, 'ECONNRESET'],
  [10060, 'ETIMEDOUT'],
  [10061, 'ECONNREFUSED'],
]);

/** Linux numbers (asm-generic/errno.h, errno-base.h) and those of Winsock; null for others. */
export function errnoName(number: number): string | null {
  return ERRNO_NAMES.get(number) ?? null;
}
