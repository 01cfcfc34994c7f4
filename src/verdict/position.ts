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
  if (isWithoutPayload(facts)) return positionWithoutPayload(facts, cause);
  if (isEndedByItsClose(app, cause) || app.phase === 'answered') {
    return silenceNs(facts, cause) < IDLE_NS ? 'after-response' : 'idle-keepalive';
  }
  if (isUnread(app) || isReversed(facts, app)) return 'non-http';
  return BY_PHASE[app.phase];
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

/** There was payload, but none of it was captured (snaplen) or nothing in it says what it is. */
function isUnread({ protocol, phase }: AppSnapshot): boolean {
  return protocol === 'none' && (phase === 'before-request' || phase === 'unknown');
}

/** The "requests" came from the side that accepted the connection: whatever this is, it is not HTTP between the two. */
export function isReversed({ client }: ConnectionFacts, { requestsBegun }: AppSnapshot): boolean {
  return requestsBegun > 0 && client.bytes + client.bytesNotCaptured + client.bytesMissing === 0;
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
