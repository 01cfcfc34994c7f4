import { PSH, type Segment } from '../model/segment.ts';
import { segmentSize, takeLimitedTime } from './flight.ts';
import { ACKS_KEPT, type SideMeter } from './side-meter.ts';

/** TLS record types of a handshake: change_cipher_spec, alert, handshake (RFC 8446 §5.1); then major version 3. */
const TLS_FIRST_HANDSHAKE_TYPE = 20;
const TLS_LAST_HANDSHAKE_TYPE = 22;
const TLS_MAJOR = 3;

/** From an ACK to the segment that it let go, within the sender's host. */
const RELEASE_NS = 3e6;
/** Part of the round trip by which it may be shorter or longer this time. */
const RELEASE_SHARE = 0.1;
/** Delayed ACKs wait 40 ms or more (Linux TCP_DELACK_MIN) and at most 500 ms (RFC 9293 §3.8.6.3). */
const MIN_DELAYED_ACK_NS = 30e6;
const MAX_DELAYED_ACK_NS = 550e6;
/** Segments that may be sent before the first ACK (RFC 6928 §2). */
const FIRST_FLIGHT_SEGMENTS = 10;
const SMALL_PART = 4;
const MIN_TINY_SEGMENTS = 4;
const TINY_SHARE = 0.25;

/** `own` speaks after `peer` did: an answer begins. */
export function beginAnswer(own: SideMeter, peer: SideMeter, segment: Segment, hasQuestion: boolean): void {
  endAnswer(own);
  // Window-limited time before an answer belongs to none.
  takeLimitedTime(own, segment.timeNs);
  own.isLossPending = false;
  own.isAnswerCounted = hasQuestion && !isTlsHandshake(segment);
  own.answerFirstFrame = segment.frameNumber;
  own.answerFirstNs = segment.timeNs;
  if (!own.isAnswerCounted) return;
  own.answers++;
  const thinkNs = Math.max(0, segment.timeNs - peer.lastDataNs - responderNs(own, peer));
  own.thinkNs += thinkNs;
  if (thinkNs <= own.longestThinkNs) return;
  own.longestThinkNs = thinkNs;
  own.longestThinkFrame = segment.frameNumber;
}

/** One more segment with new payload of the same answer: what was the time since the last one spent on? */
export function continueAnswer(own: SideMeter, peer: SideMeter, segment: Segment): void {
  const gapNs = segment.timeNs - own.lastDataNs;
  const limitedNs = Math.min(Math.max(0, gapNs), takeLimitedTime(own, segment.timeNs));
  own.limitedNs += limitedNs;
  if (!own.isAnswerCounted) return;
  const isLoss = own.isLossPending;
  own.isLossPending = false;
  if (gapNs <= 0) return;
  if (isLoss) {
    own.lossNs += gapNs;
    return;
  }
  const ackNs = releasingAckNs(own, peer, segment.timeNs);
  own.windowNs += limitedNs;
  if (ackNs < 0) {
    own.serverGapNs += gapNs - limitedNs;
    return;
  }
  own.networkNs += gapNs - limitedNs;
  if (limitedNs === 0 && isStall(own, peer, ackNs)) {
    own.stalls++;
    own.stallNs += gapNs;
    if (own.stallFrame === 0) own.stallFrame = segment.frameNumber;
    return;
  }
  own.answerNetworkNs += gapNs - limitedNs;
}

/** Counts the segment to the answer in progress. */
export function countSegment(own: SideMeter, peer: SideMeter, segment: Segment): void {
  if (!own.isAnswerCounted) return;
  if (own.isLastSmall) own.answerSmall++;
  own.firstFlightLimit = FIRST_FLIGHT_SEGMENTS * segmentSize(peer);
  own.isLastSmall = segment.payloadLen * SMALL_PART < segmentSize(peer);
  own.answerSegments++;
  own.answerBytes += segment.payloadLen;
  if ((segment.flags & PSH) !== 0) own.writes++;
}

/** The other side speaks, or the connection is over. */
export function endAnswer(own: SideMeter): void {
  if (own.answerSegments === 0) return;
  own.answerSegmentSum += own.answerSegments;
  own.answerByteSum += own.answerBytes;
  own.smallSegments += own.answerSmall;
  own.spreadNs += Math.max(0, own.lastDataNs - own.answerFirstNs);
  if (own.answerSmall >= MIN_TINY_SEGMENTS && own.answerSmall >= TINY_SHARE * own.answerSegments) {
    own.tinyAnswers++;
    if (own.answerBytes <= own.firstFlightLimit) own.tinyNetworkNs += own.answerNetworkNs;
    if (own.answerSegments > own.worstSegments) {
      own.worstSegments = own.answerSegments;
      own.worstBytes = own.answerBytes;
      own.worstFrame = own.answerFirstFrame;
    }
  }
  own.answerSegments = 0;
  own.answerBytes = 0;
  own.answerSmall = 0;
  own.answerNetworkNs = 0;
  own.isLastSmall = false;
  own.isAnswerCounted = false;
}

function isTlsHandshake({ bytes, payloadStart, payloadEnd }: Segment): boolean {
  if (payloadEnd - payloadStart < 2) return false;
  const type = bytes[payloadStart] ?? 0;
  return (
    type >= TLS_FIRST_HANDSHAKE_TYPE &&
    type <= TLS_LAST_HANDSHAKE_TYPE &&
    bytes[payloadStart + 1] === TLS_MAJOR
  );
}

/** Capture – `own` – capture: what an answer takes even if nobody has to think. 0 when it is not known. */
function responderNs(own: SideMeter, peer: SideMeter): number {
  const { handshakeNs } = own;
  if (peer.rttCount === 0) return handshakeNs;
  return handshakeNs === 0 ? peer.rttMinNs : Math.min(handshakeNs, peer.rttMinNs);
}

/** When the ACK passed that let a segment go: just so long ago as it takes to reach `own` and come back. -1: none did. */
function releasingAckNs(own: SideMeter, peer: SideMeter, nowNs: number): number {
  const wayNs = responderNs(own, peer);
  const slackNs = RELEASE_SHARE * wayNs;
  const kept = Math.min(own.acks, ACKS_KEPT);
  for (let back = 0; back < kept; back++) {
    const ackNs = own.ackTimes[(own.ackIndex - back + ACKS_KEPT) % ACKS_KEPT] ?? 0;
    const sinceNs = nowNs - ackNs;
    if (sinceNs > wayNs + slackNs + RELEASE_NS) return -1;
    if (sinceNs >= wayNs - slackNs) return ackNs;
  }
  return -1;
}

/**
 * Nagle's algorithm (RFC 9293 §3.7.4) keeps a small segment back while another is not acknowledged; a receiver that
 * delays its ACK until it has something to send makes that a stall.
 */
function isStall(own: SideMeter, peer: SideMeter, ackNs: number): boolean {
  // What was in flight is known for the latest ACK only.
  if (ackNs !== own.ackTimes[own.ackIndex]) return false;
  const pathNs = own.rttCount > 0 ? own.rttMinNs : 0;
  const delayNs = ackNs - own.lastDataNs - Math.min(pathNs, peer.handshakeNs || pathNs);
  const size = segmentSize(peer);
  if (!own.isLastAckBare || own.flightAtAck >= size || own.lastPayloadLen >= size) return false;
  return delayNs >= MIN_DELAYED_ACK_NS && delayNs <= MAX_DELAYED_ACK_NS;
}
