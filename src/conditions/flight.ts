import { seqAdd, seqDelta } from '../bytes/seq.ts';
import { ACK, FIN, RST, type Segment, SYN } from '../model/segment.ts';
import { ACKS_KEPT, type SideMeter } from './side-meter.ts';

/** Assumed where no SYN told: RFC 9293 §3.7.1 says 536, but nearly every path carries so much. */
const ASSUMED_MSS = 1_200;
/** Full segments in flight from which a round trip says what the queue on the way holds: an initial window (RFC 6928). */
const LOADED_SEGMENTS = 10;
/** Ahead of everything sent by more than any window in practice: damaged, or not of this connection. */
const MAX_AHEAD = 1 << 26;

/** RFC 7323 §2.3: a larger shift is used as this one. */
const MAX_WINDOW_SHIFT = 14;

/** Payload that fits one segment to `receiver`. */
export function segmentSize(receiver: SideMeter): number {
  return receiver.synMss || ASSUMED_MSS;
}

/** `own` acknowledges: times the round trip of `peer`'s data, and what that ACK let go. */
export function takeAck(own: SideMeter, peer: SideMeter, segment: Segment): void {
  if ((segment.flags & ACK) === 0) return;
  const { ack, timeNs } = segment;
  if (!own.hasAcked) {
    own.hasAcked = true;
    own.maxAck = ack;
  }
  const step = seqDelta(ack, own.maxAck);
  if (step <= 0 || step > MAX_AHEAD) return;
  const isBare = segment.payloadLen === 0 && (segment.flags & (SYN | FIN)) === 0;
  if (peer.isStarted) {
    peer.flightAtAck = Math.max(0, seqDelta(peer.maxSeq, own.maxAck));
    peer.isLastAckBare = isBare;
    peer.acks++;
    peer.ackIndex = (peer.ackIndex + 1) % ACKS_KEPT;
    peer.ackTimes[peer.ackIndex] = timeNs;
    if (peer.firstFlightSegments > 0) peer.isFirstFlightOver = true;
  }
  if (isBare) {
    own.bareAcks++;
    own.bareAckedBytes += step;
    if (step > own.maxAckStep) own.maxAckStep = step;
  }
  own.maxAck = ack;
  if (peer.isRttTimed && seqDelta(ack, peer.rttSeq) >= 0) noteRoundTrip(peer, timeNs - peer.rttStartNs);
}

function noteRoundTrip(sender: SideMeter, roundTripNs: number): void {
  sender.isRttTimed = false;
  if (roundTripNs <= 0) return;
  if (sender.rttCount === 0 || roundTripNs < sender.rttMinNs) sender.rttMinNs = roundTripNs;
  if (roundTripNs > sender.rttMaxNs) sender.rttMaxNs = roundTripNs;
  if (sender.isRttLoaded && roundTripNs > sender.rttLoadedMaxNs) sender.rttLoadedMaxNs = roundTripNs;
  sender.rttCount++;
  sender.rttSumNs += roundTripNs;
}

/** Takes in the window that `own` announces, and whether it holds `peer` back. */
export function takeWindow(own: SideMeter, peer: SideMeter, segment: Segment): void {
  if (segment.window < 0 || (segment.flags & (RST | ACK)) !== ACK) return;
  const isSyn = (segment.flags & SYN) !== 0;
  // Windows are scaled only when both sides offered it (RFC 7323 §2.2), which without the SYNs is not known.
  if (!isSyn && (own.synFrame === 0 || peer.synFrame === 0)) return;
  const isScaled = !isSyn && own.synScale >= 0 && peer.synScale >= 0;
  own.window = isScaled ? segment.window << Math.min(own.synScale, MAX_WINDOW_SHIFT) : segment.window;
  const edge = seqAdd(segment.ack, own.window);
  if (own.hasEdge && seqDelta(edge, own.edge) < 0 && own.window > 0) return;
  own.edge = edge;
  own.hasEdge = true;
  if (own.window === 0 && own.zeroWindowFrame === 0 && !isSyn && (segment.flags & FIN) === 0)
    own.zeroWindowFrame = segment.frameNumber;
  noteLimit(peer, own, segment);
}

/** `own` has sent new payload up to `end`. */
export function takeFlight(own: SideMeter, peer: SideMeter, segment: Segment, end: number): void {
  own.maxSeq = end;
  if (!peer.hasAcked) return;
  const inFlight = Math.max(0, seqDelta(end, peer.maxAck));
  if (inFlight > own.peakInFlight && inFlight <= MAX_AHEAD) {
    own.peakInFlight = inFlight;
    own.peakFrame = segment.frameNumber;
    own.windowAtPeak = peer.hasEdge ? Math.max(0, seqDelta(peer.edge, peer.maxAck)) : -1;
  }
  if (!own.isFirstFlightOver) {
    own.firstFlightSegments++;
    own.firstFlightBytes += segment.payloadLen;
  }
  if (!own.isRttTimed) {
    own.isRttTimed = true;
    own.rttSeq = end;
    own.rttStartNs = segment.timeNs;
    own.isRttLoaded = inFlight >= LOADED_SEGMENTS * segmentSize(peer);
  }
  noteLimit(own, peer, segment);
}

/** Less than a segment's room is left in the receiver's window: the sender has to wait (or to send a small piece). */
function noteLimit(sender: SideMeter, receiver: SideMeter, segment: Segment): void {
  if (!sender.isStarted || !receiver.hasEdge) return;
  const isLimited = seqDelta(receiver.edge, sender.maxSeq) < segmentSize(receiver);
  const wasLimited = !Number.isNaN(sender.limitedSinceNs);
  if (isLimited === wasLimited) return;
  if (isLimited) {
    sender.limitedSinceNs = segment.timeNs;
    if (sender.limitedFrame === 0) sender.limitedFrame = segment.frameNumber;
    return;
  }
  sender.limitedPendingNs += Math.max(0, segment.timeNs - sender.limitedSinceNs);
  sender.limitedSinceNs = Number.NaN;
}

/** Time for which the window held `sender` back since it was last asked; only sent data shows that there was any. */
export function takeLimitedTime(sender: SideMeter, nowNs: number): number {
  let limitedNs = sender.limitedPendingNs;
  sender.limitedPendingNs = 0;
  if (!Number.isNaN(sender.limitedSinceNs)) {
    limitedNs += Math.max(0, nowNs - sender.limitedSinceNs);
    sender.limitedSinceNs = nowNs;
  }
  return limitedNs;
}
