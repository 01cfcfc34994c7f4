import type { BodyFraming } from '../model/app.ts';
import type { MessageHead } from './message-head.ts';

/**
 * How a message's end is known, and what was odd about the way it was said. The length that goes with `content-length`
 * is the head's, so that all framings are constants.
 */
export interface Framing {
  readonly kind: BodyFraming;
  readonly oddity: string | null;
}

const NO_BODY: Framing = { kind: 'none', oddity: null };
const TUNNEL: Framing = { kind: 'tunnel', oddity: null };
const CHUNKED: Framing = { kind: 'chunked', oddity: null };
const UNTIL_CLOSE: Framing = { kind: 'until-close', oddity: null };
const CONTENT_LENGTH: Framing = { kind: 'content-length', oddity: null };

/** RFC 9112 §6.3, in its order of precedence, for a response to a request with `method` (null: not seen). */
export function responseFraming(head: MessageHead, method: string | null): Framing {
  const { status } = head;
  // 1. Never a body, whatever the headers say.
  if (method === 'HEAD' || status === 204 || status === 304) return NO_BODY;
  if (status === 101) return TUNNEL;
  if (status >= 100 && status < 200) return NO_BODY;
  // 2. A CONNECT that succeeded is a tunnel from here on.
  if (method === 'CONNECT' && status >= 200 && status < 300) return TUNNEL;
  // 3. and 4. Transfer-Encoding overrides Content-Length; both together smell of smuggling (§11.2).
  if (head.hasTransferEncoding) {
    const oddity = head.lengthState === 'none' ? null : 'both-length-and-chunked';
    if (head.isChunked) return oddity === null ? CHUNKED : { kind: 'chunked', oddity };
    return { kind: 'until-close', oddity: oddity ?? 'transfer-coding-without-chunked' };
  }
  // 5. An invalid length is unrecoverable for a user agent; all that is left is the end of the connection.
  if (head.lengthState === 'bad') return { kind: 'until-close', oddity: 'bad-content-length' };
  if (head.lengthState === 'conflict') return { kind: 'until-close', oddity: 'differing-content-lengths' };
  // 6. and 8.
  if (head.lengthState === 'valid') return CONTENT_LENGTH;
  return UNTIL_CLOSE;
}

/** RFC 9112 §6.3 for a request. `oddity` with kind `none` means that the end cannot be known. */
export function requestFraming(head: MessageHead): Framing {
  if (head.hasTransferEncoding) {
    const oddity = head.lengthState === 'none' ? null : 'both-length-and-chunked';
    if (head.isChunked) return oddity === null ? CHUNKED : { kind: 'chunked', oddity };
    return { kind: 'none', oddity: 'transfer-coding-without-chunked' };
  }
  if (head.lengthState === 'bad') return { kind: 'none', oddity: 'bad-content-length' };
  if (head.lengthState === 'conflict') return { kind: 'none', oddity: 'differing-content-lengths' };
  if (head.lengthState === 'valid') return CONTENT_LENGTH;
  return NO_BODY;
}
