import type { CloseFacts, ConnectionFacts } from '../model/facts.ts';
import { halfOf, isReply, otherSide } from './case.ts';

/**
 * One or two retransmissions are a lost segment; three in a row without a word from the peer (1.4 s on Linux at the
 * least, RFC 6298 §5) are deafness.
 */
export const MIN_UNANSWERED = 3;

/**
 * The reply of a kernel that had given the connection up in silence: its retransmissions or its patience ran out
 * (tcp_write_err sends no RST), and the peer spoke again later. The silence was the end, not this RST. Only when it
 * looks like that kernel's work; a shut window of the peer is another story.
 */
export function isLateAnswer(facts: ConnectionFacts, close: CloseFacts): boolean {
  if (!isReply(close) || close.isAfterOwnFin || close.isAfterPeerFin || close.ownBytesUnacked === 0)
    return false;
  if (close.senderContinuedFrame !== null || close.effect === 'ignored') return false;
  const { ttlMin, ttlMax } = close.before;
  const isOwnTtl = ttlMin !== null && ttlMax !== null && close.ttl >= ttlMin && close.ttl <= ttlMax;
  const hasRepeated = halfOf(facts, close.from).retransmittedSegments >= MIN_UNANSWERED;
  return isOwnTtl && hasRepeated && halfOf(facts, otherSide(close.from)).zeroWindowCount === 0;
}
