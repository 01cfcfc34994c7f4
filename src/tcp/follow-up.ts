import { seqDelta } from '../bytes/seq.ts';
import { ACK, FIN, OPT_TIMESTAMP, RST, type Segment, SYN } from '../model/segment.ts';
import { HALF_ACKED, HALF_FIN_ACKED, HALF_STARTED, HALF_SYN } from './half-bits.ts';
import type { HalfStream } from './half-stream.ts';
import { REORDER_NS } from './limits.ts';
import type { CloseRecord, Story } from './story.ts';

/** A challenge ACK leaves at once (0.1 ms measured on Linux); with the way to the capture point and back. */
const CHALLENGE_NS = 50e6;
/** A keep-alive probe may carry one octet, below what was acknowledged: in the place of the FIN, once that is (RFC 9293 §3.8.4). */
const PROBE_OCTETS = 1;
/** Keep-alive probes, which go back to the FIN's number too, begin a second after the peer was heard at the earliest (TCP_KEEPIDLE). */
const PROBE_NS = 0.9e9;
/** Data that was on its way when the RST came is no sign of life; this is longer than most round trips. */
const IN_FLIGHT_NS = 500e6;
const USUAL_WINDOW = 64 * 1024;
/** Its scale was in a SYN that was not captured. */
const UNKNOWN_WINDOW = 1024 * 1024;

/**
 * What came after a FIN or RST tells who really sent it and who believed it: a side that goes on has not closed
 * (a forged or ignored RST), a side that answers with a challenge ACK did not accept it.
 */
export function followUp(story: Story, own: HalfStream, peer: HalfStream, segment: Segment): void {
  if ((segment.flags & RST) !== 0) return;
  for (const close of story.closes) {
    if (close.half === (own.index & 1)) noteSender(close, own, peer, segment);
    else noteReceiver(close, own, peer, segment);
  }
}

function noteSender(close: CloseRecord, own: HalfStream, peer: HalfStream, segment: Segment): void {
  // Behind a DATA_FIN a subflow may carry again what another has lost.
  if (close.facts.senderContinuedFrame !== null || close.facts.multipath === 'data-fin') return;
  if (!isInReach(peer, segment)) return;
  const end = segment.seq + segment.payloadLen;
  const hasNewData = close.isReset
    ? segment.payloadLen > 0 && seqDelta(end, close.ownMaxSeq) > 0
    : segment.payloadLen > PROBE_OCTETS && seqDelta(end, close.seq) > PROBE_OCTETS;
  const hasNewAck = (segment.flags & ACK) !== 0 && seqDelta(segment.ack, close.ownMaxAck) > 0;
  const isLater = segment.timeNs - close.facts.timeNs > REORDER_NS;
  const isAlive = close.isReset ? isLater || hasNewData : hasNewData || ignoresOwnFin(close, own, segment);
  const isRestart = (segment.flags & (SYN | ACK)) === SYN;
  // After its FIN a side still acknowledges; after its RST it does nothing at all.
  if (isRestart || !isAlive) return;
  if (close.isReset && isLater && !hasNewData && !hasNewAck && isOldCopy(close, own, segment)) return;
  close.facts.senderContinuedFrame = segment.frameNumber;
  close.facts.senderContinuedNs = segment.timeNs;
}

/**
 * No further ahead than a window can be (RFC 9293 §3.10.4), twice over for what was not captured: a SYN that is captured late leaves
 * segments of the next connection on the same 4-tuple to this one.
 */
function isInReach(peer: HalfStream, segment: Segment): boolean {
  if (!peer.has(HALF_ACKED)) return true;
  const isWindowKnown = peer.has(HALF_SYN) && peer.window >= 0;
  return (
    seqDelta(segment.seq, peer.maxAck) <= (isWindowKnown ? 2 * peer.window + USUAL_WINDOW : UNKNOWN_WINDOW)
  );
}

/**
 * A pure ACK in the place of this side's own FIN or before, though the other side has acknowledged that FIN: its host numbers
 * on as if it had sent none (RFC 9293 §3.4: a FIN takes one number; §3.10.7.4: an ACK carries SND.NXT). That it was not merely overtaken
 * by the FIN shows what it knows: its acknowledgement or its time stamp is newer than the FIN's. That it is no keep-alive
 * probe shows its time.
 */
function ignoresOwnFin(close: CloseRecord, own: HalfStream, segment: Segment): boolean {
  if (segment.payloadLen > 0 || (segment.flags & (FIN | ACK)) !== ACK || segment.seq !== close.seq)
    return false;
  if (!own.has(HALF_FIN_ACKED) || segment.timeNs - close.facts.timeNs > PROBE_NS) return false;
  return (close.ack !== null && seqDelta(segment.ack, close.ack) > 0) || hasNewerStamp(close, segment);
}

/** Newer than the FIN's own time stamp, and than all that its side had sent before it. */
function hasNewerStamp({ facts: { tsVal, before } }: CloseRecord, segment: Segment): boolean {
  if (before.lastTsVal === null || (segment.options & OPT_TIMESTAMP) === 0) return false;
  if (tsVal !== null && seqDelta(segment.tsVal, tsVal) <= 0) return false;
  return seqDelta(segment.tsVal, before.lastTsVal) > 0;
}

/** A frame that was sent before the RST and captured late: nothing in it is newer. */
function isOldCopy(close: CloseRecord, own: HalfStream, segment: Segment): boolean {
  if (!own.has(HALF_STARTED)) return false;
  const isOld = seqDelta(segment.seq + segment.payloadLen, close.ownMaxSeq) <= 0;
  return isOld && segment.timeNs - close.facts.timeNs < IN_FLIGHT_NS && segment.payloadLen > 0;
}

/** The SYN that the RST answers (RFC 9293 §3.10.7.1), sent before it and captured behind it. */
function noteLateSyn(close: CloseRecord, syn: Segment): void {
  if (close.ack === null || syn.timeNs > close.facts.timeNs) return;
  if (seqDelta(close.ack, syn.seq) !== syn.payloadLen + 1) return;
  close.answersSyn = true;
  close.facts.ackMinusPeerNext = 0;
}

function noteReceiver(close: CloseRecord, own: HalfStream, peer: HalfStream, segment: Segment): void {
  if (!close.isReset) return;
  if ((segment.flags & (SYN | ACK)) === SYN) noteLateSyn(close, segment);
  const ageNs = segment.timeNs - close.facts.timeNs;
  const isPureAck =
    segment.payloadLen === 0 && (segment.flags & (SYN | FIN)) === 0 && segment.seq === own.maxSeq;
  if (
    close.facts.challengeAckFrame === null &&
    isPureAck &&
    ageNs < CHALLENGE_NS + 2 * own.rttMinNs &&
    segment.ack === close.peerMaxAck
  ) {
    close.facts.challengeAckFrame = segment.frameNumber;
  }
  if (close.facts.peerContinuedFrame !== null) return;
  const acksLater = peer.has(HALF_STARTED) && seqDelta(segment.ack, close.ownMaxSeq) > 0;
  const isNewData =
    segment.payloadLen > 0 && seqDelta(segment.seq + segment.payloadLen, close.peerMaxSeq) > 0;
  if (acksLater || (isNewData && ageNs > IN_FLIGHT_NS + 2 * own.rttMinNs)) {
    close.facts.peerContinuedFrame = segment.frameNumber;
  }
}
