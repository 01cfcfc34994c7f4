import {
  isAllAnswered,
  isSurelyAcknowledged,
  isTlsClosed,
  isUploadSpared,
  isUploadUnread,
  isWebSocketClosed,
} from './benign.ts';
import { type Case, isReply, isWithoutPayload } from './case.ts';
import { MIN_UNANSWERED } from './deafness.ts';
import { lateRequest } from './late-request.ts';
import { nobody, type OutcomeRule, theInitiator } from './outcome-rule.ts';

const MIN_PROBES = 2;

/** The end began with a RST. The last row always fits. */
export const RESET_OUTCOMES: readonly OutcomeRule[] = [
  { reason: 'refused', outcome: 'refused', blames: theInitiator, fits: isRefused },
  { reason: 'stray', outcome: 'aborted', blames: nobody, fits: isStray },
  // A half-open scan or health check lets the handshake begin, or just end, and resets it (RFC 9293 §3.10.7.3).
  { reason: 'probe', outcome: 'scan', blames: nobody, fits: isProbe },
  { reason: 'late-request', outcome: 'clean', blames: nobody, fits: isAskedAfterReset },
  { reason: 'closed-in-protocol', outcome: 'clean', blames: nobody, fits: isClosedInProtocol },
  { reason: 'reset-after-answer', outcome: 'clean', blames: nobody, fits: isAfterAnswer },
  { reason: 'orderly', outcome: 'clean', blames: nobody, fits: isUploadSpared },
  { reason: 'gave-up', outcome: 'aborted', blames: theInitiator, fits: isGivenUp },
  // Linux closes a socket that holds unread data with a RST (tcp_close).
  { reason: 'early-answer', outcome: 'aborted', blames: theInitiator, fits: isUploadUnread },
  { reason: 'tls-failed', outcome: 'aborted', blames: theInitiator, fits: isInTlsHandshake },
  { reason: 'aborted', outcome: 'aborted', blames: theInitiator, fits: () => true },
];

function isRefused({ facts, ending: { cause } }: Case): boolean {
  return cause?.form === 'refusal' && cause.from === 'server' && facts.handshake.synAckFrame === null;
}

/**
 * Resets and nothing else, or the answer to a stray segment that met a SYN (RFC 9293 §3.5.1: an old connection on the
 * same ports): what they ended cannot be told.
 */
function isStray({ facts, ending: { cause } }: Case): boolean {
  if (cause === null || !isWithoutPayload(facts)) return false;
  const { synFrame, synAckFrame } = facts.handshake;
  if (synFrame === null && synAckFrame === null) return facts.segments <= facts.resetCount;
  return synAckFrame === null && cause.from === 'client' && isReply(cause);
}

/**
 * A kernel that has sent the same data many times without an answer aborts, or its program does. So does one whose keep-alive
 * probes found no answer (Linux tcp_keepalive_timer); a single one may just have been on its way.
 */
function isGivenUp({ ending: { cause } }: Case): boolean {
  if (cause === null) return false;
  if (cause.ownProbes >= MIN_PROBES) return true;
  if (cause.ownBytesUnacked === 0) return false;
  return cause.ownRetransmissions >= MIN_UNANSWERED;
}

function isProbe({ facts, ending: { cause } }: Case): boolean {
  return cause?.from === 'client' && isWithoutPayload(facts) && facts.handshake.synAckFrame !== null;
}

function isClosedInProtocol({ app, ending: { cause } }: Case): boolean {
  if (app.phase === 'tunnel') return isWebSocketClosed(app);
  return app.phase === 'tls-application' && cause?.peerBytesUnacked === 0 && isTlsClosed(app);
}

/** Nothing was asked, nothing was on its way: the RST spared both sides the FINs. */
function isAfterAnswer(found: Case): boolean {
  const { cause } = found.ending;
  if (cause === null || !isAllAnswered(found.app) || cause.peerBytesUnacked > 0) return false;
  return cause.from === 'client' || isSurelyAcknowledged(found, cause);
}

/** The server dropped a connection at rest, and a request ran into that. */
function isAskedAfterReset(found: Case): boolean {
  return isAfterAnswer(found) && lateRequest(found) !== null;
}

function isInTlsHandshake({ position }: Case): boolean {
  return position === 'tls-handshake';
}
