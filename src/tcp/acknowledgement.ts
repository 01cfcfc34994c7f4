import { seqAdd, seqDelta } from '../bytes/seq.ts';
import { FIN, RST, type Segment, SYN } from '../model/segment.ts';
import {
  HALF_ACKED,
  HALF_ACKED_UNSEEN,
  HALF_FIN,
  HALF_FIN_ACKED,
  HALF_ISN,
  HALF_PREVIOUS_ACK,
  HALF_RTT_TIMED,
  HALF_STARTED,
  HALF_WINDOW_SCALE,
  HALF_WINDOW_SHUT,
} from './half-bits.ts';
import type { HalfStream } from './half-stream.ts';

/** Takes in the ACK field: `own` acknowledges octets that `peer` sent. */
export function acceptAck(own: HalfStream, peer: HalfStream, segment: Segment): void {
  const ack = segment.ack;
  if (!peer.has(HALF_ISN)) {
    // The first ACK tells where the other side's numbers start, even if its own segments were not captured.
    peer.isn = seqAdd(ack, -1);
    peer.set(HALF_ISN);
  } else if (!peer.has(HALF_STARTED) && seqDelta(ack, peer.isn) <= 0) {
    // An earlier one, captured late.
    peer.isn = seqAdd(ack, -1);
  }
  if (!own.has(HALF_ACKED)) {
    own.set(HALF_ACKED);
    own.maxAck = ack;
  } else {
    if (ack !== own.lastAck) {
      own.set(HALF_PREVIOUS_ACK);
      own.previousAck = own.lastAck;
      own.previousAckFrame = own.lastFrame;
      own.previousAckNs = own.lastNs;
    }
    if (seqDelta(ack, own.maxAck) > 0) own.maxAck = ack;
  }
  own.lastAck = ack;
  peer.finalRetransmissions = 0;
  peer.unansweredProbes = 0;
  if (peer.has(HALF_RTT_TIMED) && seqDelta(ack, peer.rttSeq) >= 0) {
    peer.unset(HALF_RTT_TIMED);
    const roundTripNs = segment.timeNs - peer.rttStartNs;
    if (roundTripNs > 0 && (peer.rttMinNs === 0 || roundTripNs < peer.rttMinNs)) peer.rttMinNs = roundTripNs;
  }
  if (!peer.has(HALF_STARTED)) return;
  if (peer.has(HALF_FIN) && seqDelta(ack, peer.finSeq) > 0) peer.set(HALF_FIN_ACKED);
  const isPast = seqDelta(ack, peer.nextSeq) > (peer.has(HALF_FIN) ? 1 : 0);
  if (!isPast) {
    peer.unset(HALF_ACKED_UNSEEN);
  } else if (!peer.has(HALF_ACKED_UNSEEN)) {
    // Octets are acknowledged that were not delivered: a hole of the capture, or frames captured out of order.
    peer.set(HALF_ACKED_UNSEEN);
    peer.ackedUnseenNs = segment.timeNs;
  }
}

/** Begins to time the round trip to the peer, if none is being timed; a retransmission voids it (RFC 6298 §3, Karn). */
export function timeRoundTrip(own: HalfStream, endSeq: number, timeNs: number): void {
  if (own.has(HALF_RTT_TIMED)) return;
  own.set(HALF_RTT_TIMED);
  own.rttSeq = endSeq;
  own.rttStartNs = timeNs;
}

/** The window field in octets; negative when it was not captured. Windows of SYN segments are never scaled (RFC 7323 §2.2). */
export function announcedWindow(own: HalfStream, peer: HalfStream, segment: Segment): number {
  const isSyn = (segment.flags & SYN) !== 0;
  const isScaled = !isSyn && own.has(HALF_WINDOW_SCALE) && peer.has(HALF_WINDOW_SCALE);
  return isScaled ? segment.window << own.windowShift : segment.window;
}

/** Takes in the window field. Returns true when it opened. */
export function acceptWindow(own: HalfStream, peer: HalfStream, segment: Segment): boolean {
  own.window = announcedWindow(own, peer, segment);
  if (own.window < 0) return false;
  if ((segment.flags & (SYN | FIN | RST)) !== 0) return false;
  if (own.window === 0) {
    if (!own.has(HALF_WINDOW_SHUT)) {
      own.set(HALF_WINDOW_SHUT);
      own.zeroWindows++;
      own.zeroWindowSinceNs = segment.timeNs;
    }
    return false;
  }
  if (!own.has(HALF_WINDOW_SHUT)) return false;
  own.unset(HALF_WINDOW_SHUT);
  own.zeroWindowNs += segment.timeNs - own.zeroWindowSinceNs;
  return true;
}
