import { counted } from '../bytes/number-text.ts';
import { isWebSocketClosed } from './benign.ts';
import type { Case } from './case.ts';

const WHOLE = '; nothing was cut';
const NO_LENGTH = '; the response had no length, so whether it was whole cannot be told';

/**
 * What an end in order says of the messages before it, to follow "The client closed ...". That nothing was cut is only known
 * where the messages can be read.
 */
export function wholeness(found: Case): string {
  const { app, facts, position } = found;
  switch (position) {
    case 'non-http':
      return '';
    case 'tls-application':
      // close_notify (RFC 8446 §6.1) says that no record is missing, not that the response in them was whole.
      return '; no TLS record was cut';
    case 'tunnel':
      if (isWebSocketClosed(facts.app)) return WHOLE;
      return app.webSocket === null
        ? '; whether anything was cut is known only to what went through it'
        : '; no Close frame had been sent';
    default:
      return resetStreams(found) ?? (isEndOfBody(found) ? NO_LENGTH : WHOLE);
  }
}

/** The messages could be read, and none of them was cut. */
export function isKnownWhole(found: Case): boolean {
  return wholeness(found) === WHOLE;
}

/**
 * RFC 9112 §6.3 item 8: without a length, the close is what ends the body; that of a server that was killed in the middle
 * looks the same (§8 has it taken for complete).
 */
function isEndOfBody({ app: { exchange }, ending: { by } }: Case): boolean {
  return by === 'server' && exchange?.framing === 'until-close' && exchange.isResponseComplete;
}

/** RFC 9113 §6.4: a stream may end without its response, and the connection go on. */
function resetStreams({ app: { http2 } }: Case): string | null {
  if (http2 === null || http2.resetByClient + http2.resetByServer === 0) return null;
  const byBoth = http2.resetByClient > 0 && http2.resetByServer > 0;
  const by = byBoth ? 'both sides' : http2.resetByClient > 0 ? 'the client' : 'the server';
  const streams = counted(http2.resetByClient + http2.resetByServer, 'stream');
  return `; before that ${by} had reset ${streams} whose response was not whole`;
}
