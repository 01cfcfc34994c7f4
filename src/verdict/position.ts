import type { AppPhase, AppSnapshot } from '../model/app.ts';
import type { CloseFacts, ConnectionFacts } from '../model/facts.ts';
import type { Position } from '../model/verdict.ts';
import { isWithoutPayload } from './case.ts';

/**
 * Silence after the last payload from which a connection counts as idle, not as just answered. A client that closes
 * after its answer does so within a round trip and its own work on it; keep-alive timers start at seconds.
 */
export const IDLE_NS = 400e6;

const BY_PHASE: Readonly<Record<Exclude<AppPhase, 'answered'>, Position>> = {
  'before-request': 'before-request',
  'in-request': 'in-request',
  'awaiting-response': 'awaiting-response',
  'in-response-headers': 'in-response-headers',
  'in-response-body': 'in-response-body',
  'tls-handshake': 'tls-handshake',
  'tls-application': 'tls-application',
  tunnel: 'tunnel',
  'non-http': 'non-http',
  unknown: 'unknown',
};

/** Where the end began. `app` is the application's state at `cause`, or at the end when there is none. */
export function positionOf(facts: ConnectionFacts, app: AppSnapshot, cause: CloseFacts | null): Position {
  if (isWithoutPayload(facts) || isBeforePayload(facts, app, cause))
    return positionWithoutPayload(facts, cause);
  if (isEndedByItsClose(app, cause) || app.phase === 'answered') {
    return silenceNs(facts, cause) < IDLE_NS ? 'after-response' : 'idle-keepalive';
  }
  if (isUnread(app) || isReversed(facts, app)) return 'non-http';
  if (isPerhapsHead(facts, app) || isAnsweredUnseen(facts, app, cause)) return 'unknown';
  if (cause === null && isInsideCutHead(facts, app)) return 'in-response-headers';
  if (isAnswerGoingOn(facts, app, cause)) return 'in-response-body';
  return BY_PHASE[app.phase];
}

/** Times are exact to the nanosecond for 2^53 of them, 104 days; a longer silence is a damaged clock. */
const MAX_SILENCE_NS = 2 ** 53;

/**
 * The head of a response came, and the capture lacks the end of it (snaplen). While nothing has closed the connection
 * and octets still flow, that is the furthest place shown; what a close interrupted behind it would be a guess.
 */
function isInsideCutHead(facts: ConnectionFacts, { phase, exchange }: AppSnapshot): boolean {
  if (phase !== 'unknown' || exchange === null) return false;
  if (exchange.responseFrame === null || exchange.isResponseHeadComplete) return false;
  const silence = silenceNs(facts, null);
  return silence < IDLE_NS || silence > MAX_SILENCE_NS;
}

/**
 * How far the response had got cannot be seen (snaplen, gaps), but it had begun, and the server sent more after the client's
 * close, though nothing else had been asked: it was not over.
 */
function isAnswerGoingOn(
  { server, app: last }: ConnectionFacts,
  app: AppSnapshot,
  cause: CloseFacts | null,
): boolean {
  const { phase, exchange, requestsBegun } = app;
  if (phase !== 'unknown' || cause?.from !== 'client' || exchange === null) return false;
  if (exchange.responseFrame === null || exchange.isResponseComplete || app.inFlight > 1) return false;
  return (
    requestsBegun === last.requestsBegun && server.lastDataNs !== null && server.lastDataNs > cause.timeNs
  );
}

/**
 * Where it fell silent: what the client has acknowledged counts, since more may have crossed the capture point and got
 * lost behind it.
 */
export function positionInSilence(
  facts: ConnectionFacts,
  { phase, exchange }: AppSnapshot,
  seen: Position,
): Position {
  const isResponding =
    phase === 'answered' || phase === 'in-response-body' || phase === 'in-response-headers';
  const { bytes, bytesNotCaptured, bytesMissing, bytesUnacked } = facts.server;
  if (!isResponding || bytesUnacked === 0 || exchange === null) return seen;
  const ackedOffset = bytes + bytesNotCaptured + bytesMissing - bytesUnacked;
  const isHeadTaken = exchange.bodyStartOffset !== null && ackedOffset >= exchange.bodyStartOffset;
  return isHeadTaken ? 'in-response-body' : 'in-response-headers';
}

/**
 * A response head with a length and no octet behind it, to a request that was not seen: whole if that was a HEAD
 * (RFC 9110 §9.3.2: the header fields of a GET, no content), cut if it was not. Where requests or responses fell into a
 * hole, the request that seems to be answered may be another one.
 */
export function isPerhapsHead(
  { client, handshake }: ConnectionFacts,
  { phase, exchange, oddities }: AppSnapshot,
): boolean {
  if (phase !== 'in-response-body' || exchange === null || !exchange.isResponseHeadComplete) return false;
  if (exchange.bodyBytes + exchange.bodyBytesNotCaptured > 0 || exchange.framing === 'until-close')
    return false;
  if (client.bytesNotCaptured + client.bytesMissing > 0 || oddities.includes('response-lost')) return true;
  // Of a client that was captured from its first octet on, a request that was not seen was not sent.
  return exchange.method === null && (handshake.state !== 'complete' || client.segments === 0);
}

/**
 * The server was not captured, but the client acknowledged more of it than a FIN; or the close itself stands behind
 * octets of the server that the capture lacks: it may have answered, or half.
 */
function isAnsweredUnseen(
  { client, server }: ConnectionFacts,
  { phase, oddities }: AppSnapshot,
  cause: CloseFacts | null,
): boolean {
  if (phase !== 'awaiting-response') return false;
  if (server.segments === 0 && server.bytesNotCaptured > 1) return true;
  // A request fell into a hole and its answer did not: which response answers which request is a guess.
  if (client.bytesNotCaptured > 0 && oddities.includes('response-without-request')) return true;
  if (cause === null) return false;
  if (cause.from === 'server') return cause.kind === 'FIN' && (cause.seqMinusNext ?? 0) > 0;
  // A reset's own number must be right before its acknowledgement is believed: forgers guess.
  return (cause.ackMinusPeerNext ?? 0) > 1 && cause.seqMinusNext === 0;
}

/** There was payload, but none of it was captured (snaplen) or nothing in it says what it is. */
export function isUnread({ protocol, phase }: AppSnapshot): boolean {
  return protocol === 'none' && (phase === 'before-request' || phase === 'unknown');
}

/** The "requests" came from the side that accepted the connection: whatever this is, it is not HTTP between the two. */
export function isReversed({ client }: ConnectionFacts, { requestsBegun }: AppSnapshot): boolean {
  return requestsBegun > 0 && client.bytes + client.bytesNotCaptured + client.bytesMissing === 0;
}

/** All payload came behind the close: a program that wrote before it noticed, or a greeting nobody waited for. */
function isBeforePayload(
  { client, server }: ConnectionFacts,
  app: AppSnapshot,
  cause: CloseFacts | null,
): boolean {
  if (cause === null || cause.sinceDataNs !== null || cause.payloadLen > 0 || !isUnread(app)) return false;
  return client.bytesNotCaptured + server.bytesNotCaptured === 0;
}

function positionWithoutPayload({ handshake }: ConnectionFacts, cause: CloseFacts | null): Position {
  if (handshake.state === 'none') return 'non-http';
  if (handshake.state === 'partial') return 'handshake';
  const isBeforeAck = cause !== null && handshake.ackFrame !== null && cause.frame < handshake.ackFrame;
  return isBeforeAck ? 'handshake' : 'before-request';
}

/** RFC 9112 §6.3 rule 8: without length or chunks the server's close is the end of the body. */
export function isEndedByItsClose(app: AppSnapshot, cause: CloseFacts | null): boolean {
  return (
    app.phase === 'in-response-body' &&
    app.exchange?.framing === 'until-close' &&
    cause?.kind === 'FIN' &&
    cause.from === 'server'
  );
}

/** Since the last payload of either side, until the end began. Nanoseconds. */
export function silenceNs(facts: ConnectionFacts, cause: CloseFacts | null): number {
  if (cause !== null) return cause.payloadLen > 0 && cause.kind === 'FIN' ? 0 : (cause.sinceDataNs ?? 0);
  const lastData = Math.max(facts.client.lastDataNs ?? -Infinity, facts.server.lastDataNs ?? -Infinity);
  return lastData === -Infinity ? 0 : Math.max(0, facts.endNs - lastData) + facts.end.silenceNs;
}
