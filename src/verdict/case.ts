import type { AppSnapshot, Http2Failure, TlsAlert } from '../model/app.ts';
import type { CaptureContext, CloseFacts, ConnectionFacts, HalfFacts, Side } from '../model/facts.ts';
import type { CloseRole, Group, Position } from '../model/verdict.ts';

/** Who began the end, and what became of all other closes. */
export interface Ending {
  /** The first close that was somebody's own decision and had an effect; null when nothing closed it. */
  readonly cause: CloseFacts | null;
  /** The close whose acknowledgement shows a cause that was not captured; null when the cause itself was. */
  readonly shownBy: CloseFacts | null;
  /** A close of the other side that was sent before its sender could know of the cause. */
  readonly rival: CloseFacts | null;
  /** Whose decision it was: the sender of the cause, or of the fatal TLS alert or GOAWAY before it. */
  readonly by: Side | null;
  /** The fatal TLS alert that led to it. */
  readonly alert: TlsAlert | null;
  /** The GOAWAY with an error code that led to it. */
  readonly goaway: Http2Failure | null;
  readonly roles: readonly CloseRole[];
}

/** All that a rule may look at. */
export interface Case {
  readonly facts: ConnectionFacts;
  readonly context: CaptureContext;
  readonly ending: Ending;
  /** Application state when the end began; without one, at the end of the capture. */
  readonly app: AppSnapshot;
  readonly position: Position;
}

export function otherSide(side: Side): Side {
  return side === 'client' ? 'server' : 'client';
}

export function groupOf(side: Side): Group {
  return side === 'client' ? 'client-abort' : 'server';
}

export function halfOf(facts: ConnectionFacts, side: Side): HalfFacts {
  return side === 'client' ? facts.client : facts.server;
}

/**
 * No payload crossed the capture point, and none was acknowledged that the capture lacks. (Acknowledgements in a
 * handshake that never came about are noise.)
 */
export function isWithoutPayload({ client, server, handshake }: ConnectionFacts): boolean {
  if (client.bytes + server.bytes > 0) return false;
  return handshake.state === 'partial' || client.bytesNotCaptured + server.bytesNotCaptured === 0;
}

/** A bare RST counts as an answer only when the segment that it answers was seen. */
export function isReply(close: CloseFacts): boolean {
  return close.form === 'reply' && close.triggerFrame !== null;
}

/** Frames of this connection, or of any, are missing from the capture: what is absent from it proves nothing. */
export function hasLosses({ facts: { client, server }, context }: Case): boolean {
  return context.hasCaptureDrops || lacks(client) || lacks(server);
}

function lacks({ bytesNotCaptured, bytesMissing, lostFinNs }: HalfFacts): boolean {
  return bytesNotCaptured > 0 || bytesMissing > 0 || lostFinNs !== null;
}

/**
 * RFC 8684 §3.3.3: what closes a connection of Multipath TCP is DATA_FIN, or MP_FASTCLOSE. This close is neither: it ended one
 * subflow, and the connection may live on others, or have been closed on one.
 */
export function isSubflowOnly({ facts: { handshake }, ending: { cause } }: Case): boolean {
  return handshake.isMultipath && (cause?.multipath ?? null) === null;
}

/** The capture was made at this side: its own segments were seen as it sent them. */
export function isCapturedAt(side: Side, { context }: Case): boolean {
  const { place } = context.vantage;
  return place === side || place === 'both';
}

/** Both addresses belong to one host, so nothing can be in between. */
export function isWithinOneHost({ client, server }: ConnectionFacts): boolean {
  return client.ip === server.ip || (isLoopback(client.ip) && isLoopback(server.ip));
}

/** 127.0.0.0/8 (RFC 1122 §3.2.1.3) and ::1 (RFC 4291 §2.5.3). */
function isLoopback(ip: string): boolean {
  return ip === '::1' || (ip.startsWith('127.') && /^127\.\d+\.\d+\.\d+$/.test(ip));
}
