import {
  isAllAnswered,
  isAnsweredAfterHalfClose,
  isRestRefused,
  isStillReading,
  isUploadSpared,
  isUploadUnread,
} from './benign.ts';
import { type Case, halfOf, isWithoutPayload, otherSide } from './case.ts';
import { lateRequest } from './late-request.ts';
import { nobody, type OutcomeRule, theInitiator } from './outcome-rule.ts';
import { isEndedByItsClose, isPerhapsHead, isReversed } from './position.ts';

/** The end began with a FIN. The last row always fits. */
export const FIN_OUTCOMES: readonly OutcomeRule[] = [
  { reason: 'probe', outcome: 'scan', blames: nobody, fits: isBeforeHandshake },
  { reason: 'unused', outcome: 'clean', blames: nobody, fits: ({ facts }) => isWithoutPayload(facts) },
  { reason: 'not-visible', outcome: 'clean', blames: nobody, fits: isOtherSideUnseen },
  { reason: 'tls-failed', outcome: 'truncated', blames: theInitiator, fits: isInTlsHandshake },
  { reason: 'cut', outcome: 'truncated', blames: theInitiator, fits: isTlsRecordCut },
  { reason: 'left-unread', outcome: 'truncated', blames: theInitiator, fits: isTlsDownloadLeft },
  { reason: 'early-answer', outcome: 'truncated', blames: theInitiator, fits: isUploadUnread },
  { reason: 'orderly', outcome: 'clean', blames: nobody, fits: isUploadSpared },
  { reason: 'left-unread', outcome: 'truncated', blames: theInitiator, fits: isAnswerLeft },
  { reason: 'cut', outcome: 'truncated', blames: theInitiator, fits: isHiddenAnswerRefused },
  { reason: 'late-request', outcome: 'clean', blames: nobody, fits: (found) => lateRequest(found) !== null },
  { reason: 'half-close', outcome: 'clean', blames: nobody, fits: isHalfClose },
  { reason: 'capture-ended', outcome: 'open', blames: nobody, fits: isAnswerUnderWay },
  { reason: 'cut', outcome: 'truncated', blames: theInitiator, fits: isMessageCut },
  { reason: 'orderly', outcome: 'clean', blames: nobody, fits: () => true },
];

function isBeforeHandshake({ facts, position, ending: { cause } }: Case): boolean {
  return position === 'handshake' && cause?.from === 'client' && isWithoutPayload(facts);
}

/** Only one direction was captured: what the other had to say is not known, unless the closer's own message is cut. */
function isOtherSideUnseen({ facts, app, ending: { cause } }: Case): boolean {
  if (cause === null || halfOf(facts, otherSide(cause.from)).segments > 0) return false;
  if (isPerhapsHead(facts, app)) return true;
  const isOwnMessageCut = app.phase === 'in-response-body' || app.phase === 'in-response-headers';
  return !(cause.from === 'server' && isOwnMessageCut);
}

function isInTlsHandshake({ position }: Case): boolean {
  return position === 'tls-handshake';
}

/** A record of the closer had begun and will never be whole (RFC 8446 §5.1: records carry their length). */
function isTlsRecordCut({ app: { phase, tls }, ending: { cause } }: Case): boolean {
  if (phase !== 'tls-application' || tls === null || cause === null) return false;
  return cause.from === 'client' ? tls.isClientRecordCut : tls.isServerRecordCut;
}

/** The client closed inside a record of the server and reset the rest. */
function isTlsDownloadLeft(found: Case): boolean {
  const { app, ending } = found;
  if (app.phase !== 'tls-application' || ending.cause?.from !== 'client') return false;
  return app.tls?.isServerRecordCut === true && isRestRefused(found);
}

function isAnswerLeft(found: Case): boolean {
  const { app, ending } = found;
  if (ending.cause?.from !== 'client' || !isAllAnswered(app)) return false;
  return ending.cause.peerBytesUnacked > 0 && isRestRefused(found);
}

/** The capture does not show where the answer stood (snaplen, gaps), but that the client refused what came of it. */
function isHiddenAnswerRefused(found: Case): boolean {
  return found.app.phase === 'unknown' && found.ending.cause?.from === 'client' && isRestRefused(found);
}

function isHalfClose(found: Case): boolean {
  return isMessageCut(found) && isAnsweredAfterHalfClose(found);
}

/** A half-close whose answer the capture shows only the beginning of. */
function isAnswerUnderWay(found: Case): boolean {
  const { end, server, closes } = found.facts;
  if (end.reason !== 'capture-end' || server.isFinSeen) return false;
  const hasReset = closes.some(({ kind, effect }) => kind === 'RST' && effect !== 'ignored');
  return !hasReset && isMessageCut(found) && isStillReading(found.facts, found.ending.cause);
}

function isMessageCut({ facts, app, ending: { cause } }: Case): boolean {
  if (isReversed(facts, app) || isPerhapsHead(facts, app)) return false;
  switch (app.phase) {
    case 'in-request':
    case 'awaiting-response':
    case 'in-response-headers':
      return true;
    case 'in-response-body':
      return !isEndedByItsClose(app, cause);
    default:
      return false;
  }
}
