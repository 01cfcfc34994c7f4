import type { AppSnapshot } from '../model/app.ts';
import type { CloseFacts, ConnectionFacts } from '../model/facts.ts';
import { type Case, halfOf, otherSide } from './case.ts';

/** Nothing was in flight or unacknowledged in either direction when this close was sent. */
export function isAllAcknowledged(close: CloseFacts): boolean {
  return close.peerBytesUnacked === 0 && close.ownBytesUnacked === 0;
}

/**
 * A sender repeats what is not acknowledged after 0.2 s (Linux TCP_RTO_MIN) to 1 s (RFC 6298 §2.4), or a few round
 * trips where those are longer.
 */
const REPEATED_BY_NS = 800e6;
const MAX_ROUND_TRIP_NS = REPEATED_BY_NS / 4;

/**
 * The closer's octets seem to lack their acknowledgement, yet it has not repeated them for longer than any sender
 * waits: it was acknowledged, and the capture lacks that segment.
 */
export function isSurelyAcknowledged({ facts }: Case, close: CloseFacts): boolean {
  if (close.ownBytesUnacked === 0) return true;
  const other = halfOf(facts, otherSide(close.from));
  if (halfOf(facts, close.from).finalRetransmissions > 0 || other.isWindowShut) return false;
  if ((other.minResponseNs ?? 0) > MAX_ROUND_TRIP_NS) return false;
  return (close.sinceSegmentNs ?? 0) >= REPEATED_BY_NS;
}

/** Every request that was begun has had its whole response. */
export function isAllAnswered(app: AppSnapshot): boolean {
  return app.phase === 'answered' && app.inFlight === 0;
}

/**
 * A client that shut down its half and then took the whole answer: a real half-close (RFC 9293 §3.6), as `nc -N` and
 * some libraries do it. The state at the very end decides.
 */
export function isAnsweredAfterHalfClose({ facts, ending }: Case): boolean {
  if (ending.cause?.from !== 'client' || facts.server.bytesUnacked > 0) return false;
  return isAllAnswered(facts.app) || isAnswerNotCaptured(facts);
}

/**
 * The client acknowledged octets of the server that the capture lacks, or whose place it does not show (a head that the
 * snaplen cut), and never reset them: an answer came, we did not see how much of it.
 */
function isAnswerNotCaptured(facts: ConnectionFacts): boolean {
  const { server, app } = facts;
  if (app.phase === 'awaiting-response') return server.bytesNotCaptured > 0;
  if (app.phase !== 'unknown' || server.bytes + server.bytesNotCaptured === 0) return false;
  return !hasClientReset(facts);
}

/**
 * After its FIN the client acknowledged octets of the server that its FIN had not: its program still reads. A kernel
 * whose program has closed resets such octets (RFC 9293 §3.6.1; Linux tcp_rcv_state_process, RCV_SHUTDOWN).
 */
export function isStillReading(facts: ConnectionFacts, close: CloseFacts | null): boolean {
  if (close === null || close.kind !== 'FIN' || close.from !== 'client' || close.serverAckedOffset === null)
    return false;
  if (hasClientReset(facts)) return false;
  const { bytes, bytesNotCaptured, bytesMissing, bytesUnacked } = facts.server;
  return bytes + bytesNotCaptured + bytesMissing - bytesUnacked > close.serverAckedOffset;
}

/** The client's FIN drew no octet of the server, so nothing shows whether its program still reads. */
export function isPerhapsHalfClose({ facts, ending: { cause } }: Case): boolean {
  return cause?.kind === 'FIN' && cause.from === 'client' && !hasClientReset(facts);
}

function hasClientReset({ closes }: ConnectionFacts): boolean {
  return closes.some(({ kind, from, effect }) => kind === 'RST' && from === 'client' && effect !== 'ignored');
}

/** The closer sent a FIN, and then reset what the other side still had to say; some of that was never taken. */
export function isRestRefused({ facts, ending: { cause } }: Case): boolean {
  if (cause === null || cause.kind !== 'FIN') return false;
  const hasReset = facts.closes.some(
    ({ kind, from, effect }) => kind === 'RST' && from === cause.from && effect !== 'ignored',
  );
  const peer = halfOf(facts, cause.from === 'client' ? 'server' : 'client');
  return hasReset && peer.bytesUnacked > 0;
}

/** One side said by TLS close_notify that it was done, and no record was cut (RFC 8446 §6.1). */
export function isTlsClosed({ tls }: AppSnapshot): boolean {
  if (tls === null || tls.isClientRecordCut || tls.isServerRecordCut) return false;
  return tls.isClientCloseNotifyLikely || tls.isServerCloseNotifyLikely;
}

/** RFC 6455 §7.1.2: a Close frame was sent by one side at least. */
export function isWebSocketClosed({ webSocket }: AppSnapshot): boolean {
  return webSocket !== null && (webSocket.isClientCloseSeen || webSocket.isServerCloseSeen);
}

/** Redirections and errors: the server does not want the body of the request (RFC 9110 §15.4–15.6). */
const FIRST_REFUSAL = 300;

/**
 * The client had the whole final answer before it had sent its body, and closed. Either it had asked first whether the body is
 * wanted, and sent none of it (RFC 9110 §10.1.1); or the answer refuses what is being sent: then it should stop sending and
 * close (RFC 9112 §9.5), for without the body the connection cannot carry another request (§9.3).
 */
export function isUploadSpared({ facts, app: { exchange }, ending: { cause } }: Case): boolean {
  if (cause?.from !== 'client' || exchange === null) return false;
  if (!exchange.isResponseComplete || exchange.isRequestComplete) return false;
  if (exchange.isExpectContinue && exchange.requestBodyBytes === 0) return true;
  // The server's FIN, which takes a number, may be captured first though it was sent later.
  const unacked = cause.peerBytesUnacked - (facts.server.isFinSeen ? 1 : 0);
  return (exchange.status ?? 0) >= FIRST_REFUSAL && unacked <= 0;
}

/** The server had answered and closed while the request was still being sent (RFC 9112 §9.6). */
export function isUploadUnread({ app: { exchange }, ending: { cause } }: Case): boolean {
  if (cause?.from !== 'server' || exchange === null || exchange.requestFrame === null) return false;
  return exchange.isResponseComplete && !exchange.isRequestComplete;
}
