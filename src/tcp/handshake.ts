import { seqAdd, seqDelta } from '../bytes/seq.ts';
import {
  ACK,
  OPT_FAST_OPEN,
  OPT_JOIN,
  OPT_MPTCP,
  OPT_MSS,
  OPT_SIGNATURE,
  OPT_WINDOW_SCALE,
  type Segment,
} from '../model/segment.ts';
import { acceptAck, timeRoundTrip } from './acknowledgement.ts';
import type { ConnectionRow } from './connection-row.ts';
import type { Connections } from './connections.ts';
import {
  HALF_FIN,
  HALF_FIN_ACKED,
  HALF_FIN_IN_ORDER,
  HALF_HAS_DATA,
  HALF_ISN,
  HALF_PREVIOUS_ACK,
  HALF_RESTARTED,
  HALF_RTT_TIMED,
  HALF_SIGNED,
  HALF_STARTED,
  HALF_SYN,
  HALF_WINDOW_SCALE,
} from './half-bits.ts';
import type { HalfStream } from './half-stream.ts';
import { SubflowShare } from './multipath.ts';
import {
  ROW_FAST_OPEN,
  ROW_HANDSHAKE_ACK,
  ROW_MULTIPATH,
  ROW_ORIGINATOR_1,
  ROW_ROLES_KNOWN,
  ROW_SYN,
  ROW_SYN_ACK,
} from './row-bits.ts';

/** RFC 7323 §2.3: a larger shift is used as this one. */
const MAX_WINDOW_SHIFT = 14;

/**
 * While the SYN is unanswered, a segment that does not acknowledge it belongs to an older connection of the same
 * 4-tuple; the originator answers it with a RST (RFC 9293 §3.10.7.3) and goes on. True when `segment` is one.
 */
export function isStray(connections: Connections, segment: Segment): boolean {
  const { row, own, peer } = connections;
  if (own.has(HALF_STARTED) || !row.has(ROW_SYN) || row.has(ROW_SYN_ACK) || !peer.has(HALF_SYN)) return false;
  if ((segment.flags & ACK) === 0 || seqDelta(segment.ack, peer.isn) === 1) return false;
  if (seqDelta(segment.ack, peer.maxSeq) <= 0 && seqDelta(segment.ack, peer.isn) > 0) return false;
  own.set(HALF_PREVIOUS_ACK);
  own.previousAck = segment.ack;
  own.previousAckFrame = segment.frameNumber;
  own.previousAckNs = segment.timeNs;
  connections.makeStory().oddities.add('stray-segment-before-syn-ack');
  return true;
}

/** Takes a SYN or SYN+ACK. False when it is one more of the same. */
export function takeSyn(connections: Connections, segment: Segment): boolean {
  const { row, own, peer } = connections;
  const hasAck = (segment.flags & ACK) !== 0;
  if (own.has(HALF_SYN) && own.isn !== segment.seq) {
    // Not believed by the other side: it comes from the originator, or after another SYN+ACK was acknowledged.
    if (hasAck && (isOriginator(connections) || row.has(ROW_HANDSHAKE_ACK))) {
      connections.makeStory().oddities.add('stray-syn-ack');
      return true;
    }
    restart(connections, segment);
  }
  const isFirst = !own.has(HALF_SYN);
  if (isFirst) startFromSyn(connections, segment);
  else {
    own.retransmitted++;
    own.finalRetransmissions++;
    own.unset(HALF_RTT_TIMED);
  }
  if (!row.has(ROW_ROLES_KNOWN)) {
    const isHalf1 = (own.index & 1) === 1;
    row.set(ROW_ROLES_KNOWN);
    if (isHalf1 !== hasAck) row.set(ROW_ORIGINATOR_1);
  }
  if (hasAck) {
    acceptAck(own, peer, segment);
    noteSynAck(connections, segment);
  } else noteSyn(connections, segment);
  if (isFirst) timeRoundTrip(own, seqAdd(segment.seq, 1), segment.timeNs);
  return isFirst;
}

/** No SYN of this side was seen: its stream begins with this segment. */
export function startMidStream(connections: Connections, segment: Segment): void {
  const { row, own } = connections;
  own.set(HALF_STARTED);
  own.nextSeq = segment.seq;
  own.maxSeq = segment.seq;
  if (isStartKnown(row, own) && seqDelta(segment.seq, own.isn) > 1) own.nextSeq = seqAdd(own.isn, 1);
  if (own.has(HALF_ISN)) return;
  own.set(HALF_ISN);
  own.isn = seqAdd(segment.seq, -1);
}

/** The connection begins in the capture, and the other side's first ACK has told where this side's stream does. */
export function isStartKnown(row: ConnectionRow, own: HalfStream): boolean {
  return row.has(ROW_SYN) && own.has(HALF_ISN);
}

/** Takes the originator's acknowledgement of the SYN+ACK, if `segment` is one. */
export function noteHandshakeAck(connections: Connections, segment: Segment): void {
  const { row, own, peer } = connections;
  if (row.has(ROW_HANDSHAKE_ACK) || !row.has(ROW_SYN_ACK) || !isOriginator(connections)) return;
  const isAck = seqDelta(segment.ack, peer.isn) >= 1 && seqDelta(segment.ack, peer.maxSeq) <= 0;
  if (!isAck || seqDelta(segment.seq, own.isn) < 0) return;
  row.set(ROW_HANDSHAKE_ACK);
  row.ackFrame = segment.frameNumber;
  row.ackNs = segment.timeNs;
}

function noteSyn({ row }: Connections, segment: Segment): void {
  row.synCount++;
  if ((segment.options & OPT_FAST_OPEN) !== 0 || segment.payloadLen > 0) row.set(ROW_FAST_OPEN);
  if (row.has(ROW_SYN)) return;
  row.set(ROW_SYN);
  row.synFrame = segment.frameNumber;
  row.synNs = segment.timeNs;
}

function noteSynAck(connections: Connections, segment: Segment): void {
  const { row } = connections;
  if (row.has(ROW_SYN_ACK)) return;
  row.set(ROW_SYN_ACK);
  if ((segment.options & OPT_MPTCP) !== 0) {
    row.set(ROW_MULTIPATH);
    const share = new SubflowShare();
    share.isSplit = (segment.options & OPT_JOIN) !== 0;
    connections.makeStory().multipath = share;
  }
  row.synAckFrame = segment.frameNumber;
  row.synAckNs = segment.timeNs;
}

function startFromSyn({ own }: Connections, segment: Segment): void {
  own.set(HALF_SYN | HALF_ISN);
  own.isn = segment.seq;
  own.ttlOfSyn = segment.ttl;
  own.synWindow = segment.window;
  if ((segment.options & OPT_MSS) !== 0) own.mss = segment.mss;
  if ((segment.options & OPT_SIGNATURE) !== 0) own.set(HALF_SIGNED);
  if ((segment.options & OPT_WINDOW_SCALE) !== 0) {
    own.set(HALF_WINDOW_SCALE);
    own.windowShift = Math.min(MAX_WINDOW_SHIFT, segment.windowScale);
  }
  // Segments of this side before its SYN were captured out of order, or not believed; only data makes them count.
  if (own.has(HALF_STARTED) && own.has(HALF_HAS_DATA)) return;
  own.set(HALF_STARTED);
  own.unset(HALF_FIN | HALF_FIN_ACKED | HALF_FIN_IN_ORDER);
  own.nextSeq = seqAdd(segment.seq, 1);
  own.maxSeq = own.nextSeq;
}

/** A SYN+ACK with another number: the responder had lost its first one, or that one was not its own. */
function restart(connections: Connections, segment: Segment): void {
  const { own } = connections;
  own.unset(HALF_SYN | HALF_STARTED);
  own.set(HALF_RESTARTED);
  own.isn = segment.seq;
  connections.makeStory().oddities.add('syn-ack-number-changed');
}

function isOriginator({ row, own }: Connections): boolean {
  return row.has(ROW_ROLES_KNOWN) && (own.index & 1) === (row.has(ROW_ORIGINATOR_1) ? 1 : 0);
}
