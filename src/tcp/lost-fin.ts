import { seqDelta } from '../bytes/seq.ts';
import { HALF_ACKED, HALF_ACKED_UNSEEN, HALF_FIN, HALF_STARTED } from './half-bits.ts';
import type { HalfStream } from './half-stream.ts';
import type { CloseRecord, Story } from './story.ts';

/**
 * A FIN takes one sequence number (RFC 9293 §3.4). A side that acknowledges exactly one number more than the last octet
 * its peer was seen to send, while no FIN of the peer was captured, has most likely taken a FIN that the capture lacks.
 * The peer's later segments, without payload, bear the number behind it. Asked when nothing is held any more.
 */
export function isFinLost(half: HalfStream, peer: HalfStream): boolean {
  return mayLackFin(half) && peer.has(HALF_ACKED) && seqDelta(peer.maxAck, half.nextSeq) === 1;
}

/** Does the close of the other side acknowledge one number more than the last octet of `half`? */
export function acksLostFin(close: CloseRecord, half: HalfStream): boolean {
  if (!mayLackFin(half) || close.ack === null || seqDelta(close.ack, half.nextSeq) !== 1) return false;
  return !close.isReset || close.facts.seqMinusNext === 0;
}

/**
 * When the lost FIN of `half` was first acknowledged, nanoseconds; null when none was lost. A RST's acknowledgement,
 * which is not taken in as the others are, counts when the RST has its side's own next number.
 */
export function lostFinNs(half: HalfStream, peer: HalfStream, story: Story | null): number | null {
  if (isFinLost(half, peer) && half.has(HALF_ACKED_UNSEEN)) return half.ackedUnseenNs;
  if (peer.has(HALF_ACKED) && seqDelta(peer.maxAck, half.nextSeq) > 1) return null;
  const shown = story?.closes.find((close) => close.half !== (half.index & 1) && acksLostFin(close, half));
  return shown?.facts.timeNs ?? null;
}

function mayLackFin(half: HalfStream): boolean {
  if (!half.has(HALF_STARTED) || half.segments === 0 || half.has(HALF_FIN)) return false;
  return seqDelta(half.maxSeq, half.nextSeq) <= 1;
}
