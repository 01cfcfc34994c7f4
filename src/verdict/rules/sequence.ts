import { seqDelta } from '../../bytes/seq.ts';
import type { CloseFacts } from '../../model/facts.ts';
import { type Case, halfOf, hasLosses } from '../case.ts';
import { isHostFilter } from '../host-filter.ts';
import { isLinuxLike } from './guards.ts';
import { causeRule, type Rule, resetRule, wordFor } from './rule.ts';

/** Sequence numbers that the named side could not have used, and what it did after "its" RST. */

/** A FIN takes one number (RFC 9293 §3.4), and a host may RST just before and just behind its own FIN. */
const FIN_STEP = 2;
/** Resets of one forged volley come together (2.0 s in the published detector of Weaver, Sommer and Paxson). */
const VOLLEY_NS = 2e9;

/**
 * A RST numbered behind all that its side ever sent. Void when frames are missing, on the way or in the capture, or
 * when the other side acknowledged that far.
 */
const numberBeyondSent = resetRule('number-beyond-sent', (reset, found) => {
  const { seqMinusNext: ahead, seqMinusPeerAck: acked } = reset;
  if (ahead === null || acked === null || ahead < FIN_STEP || acked < FIN_STEP) return null;
  if (isMissingData(found, reset)) return null;
  return {
    frames: [reset.frame],
    text: `The reset's number lies ${ahead} bytes beyond all that the ${reset.from} has sent.`,
  };
});

/** Data of the reset's side may be missing from the capture, so that its true next number is not known. */
function isMissingData(found: Case, reset: CloseFacts): boolean {
  const half = halfOf(found.facts, reset.from);
  if (isAcknowledgedLater(reset)) return true;
  return hasLosses(found) || half.retransmittedSegments > 0;
}

/** The other side went on as if it had more than was captured, so the true next number is not known. */
function isAcknowledgedLater(reset: CloseFacts): boolean {
  return reset.peerContinuedFrame !== null;
}

/**
 * RST_SEQ_CHANGE (Weaver, Sommer, Paxson, NDSS 2009): back-to-back RSTs whose numbers climb beyond anything sent,
 * guesses at where the connection will be (tcpkill: +1 and +3 windows; others: +1460, +4380). One socket's resets
 * keep one number, or step by one over its own FIN.
 */
const resetSeriesLeaps = resetRule('reset-series-leaps', (reset, found) => {
  const leap = volley(found, reset).find(
    ({ seq, seqMinusNext, seqMinusPeerAck }) =>
      seqDelta(seq, reset.seq) > FIN_STEP &&
      (seqMinusNext ?? 0) > FIN_STEP &&
      (seqMinusPeerAck ?? 0) > FIN_STEP,
  );
  if (leap === undefined || isAcknowledgedLater(reset) || hasLosses(found)) return null;
  return {
    frames: [reset.frame, leap.frame],
    text: `Resets in the ${reset.from}'s name climb ${leap.seqMinusNext} bytes beyond all it has sent: guesses, not a socket's numbers.`,
  };
});

/** Later resets in the same name, soon after, and neither side's FIN before them. */
function volley({ facts }: Case, first: CloseFacts): CloseFacts[] {
  return facts.closes.filter(
    (close) =>
      close.frame > first.frame &&
      close.kind === 'RST' &&
      close.from === first.from &&
      !close.isAfterOwnFin &&
      !close.isAfterPeerFin &&
      close.timeNs - first.timeNs < VOLLEY_NS,
  );
}

/** RST_ACK_CHANGE: a socket is aborted once, so it cannot send two RST+ACKs that acknowledge different things. */
const resetPairsDisagree = resetRule('reset-pairs-disagree', (reset, found) => {
  if (reset.form !== 'active' || !isLinuxLike(reset.before)) return null;
  const other = volley(found, reset).find(({ form, ack }) => form === 'active' && ack !== reset.ack);
  if (other === undefined) return null;
  return {
    frames: [reset.frame, other.frame],
    text: `Two aborts in the ${reset.from}'s name acknowledge different numbers; a socket is aborted once.`,
  };
});

/** Frames of one side overtake each other on the way and in the capture by no more than this and the clock's error. */
const REORDER_NS = 3e6;

/**
 * RST_SEQ_DATA of the same paper: a side that sends on has not reset the connection. Nor has one closed it that sends
 * new octets, or acknowledges, in the place of its FIN: SEND is an error from FIN-WAIT-1 on (RFC 9293 §3.10.2), and the FIN
 * has taken that number. There the numbers tell the order, whatever overtook what; after a reset only the time does.
 */
const senderWentOn = causeRule('sender-went-on', (cause, found) => {
  const { context, ending } = found;
  const { senderContinuedFrame: frame, senderContinuedNs: ns } = cause;
  const reorderNs = REORDER_NS + context.clockErrorNs;
  if (frame === null || ending.shownBy !== null || isHostFilter(found)) return null;
  if (cause.kind === 'RST' && ns !== null && ns - cause.timeNs < reorderNs) return null;
  return {
    frames: [cause.frame, frame],
    text: `The ${cause.from} went on with the connection after "its" ${wordFor(cause)}: it had not sent it.`,
  };
});

export const SEQUENCE_RULES: readonly Rule[] = [
  numberBeyondSent,
  resetSeriesLeaps,
  resetPairsDisagree,
  senderWentOn,
];
