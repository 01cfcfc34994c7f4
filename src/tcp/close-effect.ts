import type { ResetForm } from '../model/facts.ts';
import { ACK } from '../model/segment.ts';
import type { CloseRecord } from './story.ts';

/** Whether the receiver acted on a FIN or RST, and why we say so. */
export interface CloseEffect {
  readonly effect: 'effective' | 'ignored' | 'unknown';
  readonly reason: string;
}

/** What the rest of the connection says about one close. */
export interface Hindsight {
  /** The connection's SYNs or data carried MD5/AO signatures. */
  readonly isSigned: boolean;
  /** SYN, FIN and RST segments of the same sender with a right checksum. */
  readonly goodChecksums: number;
  /** A SYN+ACK came after this close (which then answered an older connection or was not believed). */
  readonly isHandshakeLater: boolean;
  /** Nothing of the other side is in the capture. */
  readonly isPeerUnseen: boolean;
  /** Frame of a router's message that a packet of this side ran out of hops just after this close; null without one. */
  readonly expiredFrame: number | null;
}

/**
 * Would the receiver act on it? The rules are those of Linux: tcp_validate_incoming and tcp_reset_check accept a
 * RST only at rcv_nxt, at the edge of the highest SACK block, or one below rcv_nxt after a FIN; anything else in
 * the window gets a challenge ACK (RFC 5961 §3.2). A RST that answers a SYN must acknowledge it (RFC 9293 §3.10.7.3).
 * What both sides did afterwards outranks the numbers: rules differ between stacks, and the capture may lack frames.
 */
export function judgeEffect(close: CloseRecord, hindsight: Hindsight): CloseEffect {
  if (!close.isReset) return judgeFin(close, hindsight);
  const refused = ignoredFor(close, hindsight);
  if (refused !== null) return { effect: 'ignored', reason: refused };
  if (close.answersSyn) return judgeRefusal(close);
  if (hindsight.isPeerUnseen) return { effect: 'unknown', reason: 'the other side was not captured' };
  if (close.facts.seqMinusPeerAck === 0)
    return { effect: 'effective', reason: 'its number is the one the other side expects' };
  if (close.facts.seqMinusNext === 0)
    return { effect: 'effective', reason: 'its number is the next one of its side' };
  return judgeByNumber(close);
}

function judgeFin(close: CloseRecord, hindsight: Hindsight): CloseEffect {
  if (close.isHandshakeOpen && hindsight.isHandshakeLater && close.facts.senderContinuedFrame !== null) {
    return { effect: 'ignored', reason: 'it came before the handshake, which went on' };
  }
  return { effect: 'effective', reason: 'the end of this direction' };
}

function ignoredFor(close: CloseRecord, hindsight: Hindsight): string | null {
  if (close.facts.hasSignature && !hindsight.isSigned) {
    return 'it carries an MD5 or AO signature that the connection does not use';
  }
  const hasGone = close.facts.senderContinuedFrame !== null && close.facts.peerContinuedFrame !== null;
  if (hasGone) return 'both sides went on after it';
  if (close.isHandshakeOpen && hindsight.isHandshakeLater && close.facts.senderContinuedFrame !== null) {
    return 'the handshake was completed after it';
  }
  // RFC 792, RFC 4443 §3.3: the router has thrown it away. A side that has really closed then answers what still comes.
  if (hindsight.expiredFrame !== null && close.facts.senderContinuedFrame !== null)
    return `it ran out of hops on the way (frame ${hindsight.expiredFrame})`;
  if (close.facts.checksum === 'bad' && hindsight.goodChecksums > 0) return 'its checksum is wrong';
  return null;
}

function judgeRefusal(close: CloseRecord): CloseEffect {
  if (close.facts.ackMinusPeerNext === 0) return { effect: 'effective', reason: 'it acknowledges the SYN' };
  return { effect: 'ignored', reason: 'it does not acknowledge the SYN' };
}

function judgeByNumber(close: CloseRecord): CloseEffect {
  const { seqMinusNext: next, seqMinusPeerAck: acked } = close.facts;
  if (close.facts.isAfterOwnFin && (next === -1 || acked === -1)) {
    return { effect: 'effective', reason: 'its number is that of its own FIN' };
  }
  if (close.facts.challengeAckFrame !== null) return { effect: 'ignored', reason: 'it got a challenge ACK' };
  if (next === null || acked === null)
    return { effect: 'unknown', reason: 'its place in the sequence is not known' };
  if (acked > 0 && next < 0)
    return { effect: 'effective', reason: 'its number lies in what the other side may have received' };
  if (close.facts.triggerFrame !== null)
    return { effect: 'effective', reason: 'it answers a segment with that number' };
  if (next > 0 && next < close.facts.before.segments * 65_536 && close.facts.peerContinuedFrame === null) {
    return { effect: 'unknown', reason: 'its number is ahead of all that was captured of its side' };
  }
  return { effect: 'ignored', reason: 'its number is not the one the other side expects' };
}

/** The fingerprint of the RST: which code path of a TCP stack makes such a segment. */
export function formOf(close: CloseRecord): ResetForm | null {
  if (!close.isReset) return null;
  const hasAck = (close.facts.flags & ACK) !== 0;
  if (close.answersSyn && hasAck) return 'refusal';
  if (hasAck) return 'active';
  return close.facts.triggerFrame !== null || close.facts.seqMinusPeerAck === null ? 'reply' : 'unclear';
}
