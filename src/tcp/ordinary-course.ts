import { ACK, FIN, OPT_TIMESTAMP, RST, type Segment, SYN } from '../model/segment.ts';
import type { StreamSink } from '../model/stream.ts';
import type { ConnectionRow } from './connection-row.ts';
import type { Connections } from './connections.ts';
import * as bit from './half-bits.ts';
import * as at from './half-fields.ts';
import type { HalfStream } from './half-stream.ts';
import { noteHandshakeAck } from './handshake.ts';
import { ASSUMED_MSS, CLOCK_STEP_NS, MAX_ID_STEP } from './limits.ts';
import { notePause } from './pause.ts';
import { ROW_CLOSED, ROW_DATA, ROW_HANDSHAKE_ACK, ROW_MULTIPATH, ROW_SYN_ACK } from './row-bits.ts';

/**
 * The ordinary course of a connection: a segment that carries the next octets of its stream, or none, acknowledges
 * only what has been seen, and comes when nothing is odd. Nine in ten segments are of this kind, and the general path
 * (tcp-stage.ts) would ask dozens of questions about each whose answers are known here.
 *
 * This is a shortcut, never a rule of its own: whatever it takes, the general path would take in the same way
 * (test/tcp/ordinary-course.test.ts holds the two against each other). It works on the arrays of the records, because
 * going through their accessors costs twice as much.
 */

/** What must hold of the sender, and what must not. */
const OWN_NEEDS = bit.HALF_STARTED | bit.HALF_ISN;
const OWN_BARS = bit.HALF_FIN | bit.HALF_QUIET_FIN | bit.HALF_WINDOW_SHUT;
const OWN_MASK = OWN_NEEDS | OWN_BARS;
/** And of the other side. */
const PEER_NEEDS = bit.HALF_STARTED | bit.HALF_ISN;
const PEER_BARS = bit.HALF_FIN | bit.HALF_QUIET_FIN | bit.HALF_ACKED_UNSEEN;
const PEER_MASK = PEER_NEEDS | PEER_BARS;
const SCALED = bit.HALF_WINDOW_SCALE;
const HANDSHAKE = ROW_SYN_ACK | ROW_HANDSHAKE_ACK;

/** Is this such a segment? The connection has no close yet, and holds no segment back. */
export function isOrdinaryCourse(
  row: ConnectionRow,
  own: HalfStream,
  peer: HalfStream,
  segment: Segment,
): boolean {
  if ((segment.flags & (ACK | SYN | FIN | RST)) !== ACK) return false;
  const { ints, i } = own;
  const { ints: peerInts, i: peerI } = peer;
  if ((ints[i]! & OWN_MASK) !== OWN_NEEDS || (peerInts[peerI]! & PEER_MASK) !== PEER_NEEDS) return false;
  const { seq } = segment;
  if (ints[i + at.NEXT_SEQ] !== seq || ints[i + at.MAX_SEQ] !== seq) return false;
  if (((segment.ack - peerInts[peerI + at.NEXT_SEQ]!) | 0) > 0 || segment.window <= 0) return false;
  return !row.has(ROW_CLOSED | ROW_MULTIPATH);
}

/** Takes such a segment in. */
export function takeInCourse(connections: Connections, segment: Segment, streams: StreamSink): void {
  const { row, own, peer } = connections;
  takeAck(own, peer, segment);
  if ((row.bits & HANDSHAKE) === ROW_SYN_ACK) noteHandshakeAck(connections, segment);
  const { ints, i } = own;
  const isScaled = (ints[i]! & peer.ints[peer.i]! & SCALED) !== 0;
  ints[i + at.WINDOW] = isScaled ? segment.window << ints[i + at.WINDOW_SHIFT]! : segment.window;
  if (segment.payloadLen > 0) {
    notePause(own, peer, segment.timeNs);
    takePayload(row, own, segment, streams);
  }
  takeLooks(own, segment);
  own.floats[own.f + at.LAST_NS] = segment.timeNs;
  ints[i + at.SEGMENTS]!++;
  ints[i + at.LAST_FRAME] = segment.frameNumber;
  if (segment.timeNs >= row.lastNs) row.lastNs = segment.timeNs;
  else if (segment.timeNs < row.lastNs - CLOCK_STEP_NS) row.clockSteps++;
  row.segments++;
  row.lastFrame = segment.frameNumber;
}

/** As acceptAck in acknowledgement.ts. */
function takeAck(own: HalfStream, peer: HalfStream, segment: Segment): void {
  const { ints, i } = own;
  const { ints: peerInts, i: peerI } = peer;
  const { ack } = segment;
  const lastAck = ints[i + at.LAST_ACK]!;
  if ((ints[i]! & bit.HALF_ACKED) === 0) {
    ints[i]! |= bit.HALF_ACKED;
    ints[i + at.LAST_ACK] = ack;
    ints[i + at.MAX_ACK] = ack;
  } else if (ack !== lastAck) {
    ints[i]! |= bit.HALF_PREVIOUS_ACK;
    ints[i + at.PREVIOUS_ACK] = lastAck;
    ints[i + at.PREVIOUS_ACK_FRAME] = ints[i + at.LAST_FRAME]!;
    own.floats[own.f + at.PREVIOUS_ACK_NS] = own.floats[own.f + at.LAST_NS]!;
    ints[i + at.LAST_ACK] = ack;
    if (((ack - ints[i + at.MAX_ACK]!) | 0) > 0) ints[i + at.MAX_ACK] = ack;
  }
  peerInts[peerI + at.FINAL_RETRANSMISSIONS] = 0;
  peerInts[peerI + at.UNANSWERED_PROBES] = 0;
  const peerBits = peerInts[peerI]!;
  if ((peerBits & bit.HALF_RTT_TIMED) === 0 || ((ack - peerInts[peerI + at.RTT_SEQ]!) | 0) < 0) return;
  peerInts[peerI] = peerBits & ~bit.HALF_RTT_TIMED;
  const { floats, f } = peer;
  const roundTripNs = segment.timeNs - floats[f + at.RTT_START_NS]!;
  const minNs = floats[f + at.RTT_MIN_NS]!;
  if (roundTripNs > 0 && (minNs === 0 || roundTripNs < minNs)) floats[f + at.RTT_MIN_NS] = roundTripNs;
}

/** The next octets of the stream: as #takePayload in tcp-stage.ts and accept in reassembly.ts. */
function takePayload(row: ConnectionRow, own: HalfStream, segment: Segment, streams: StreamSink): void {
  const { ints, i, floats, f } = own;
  const { payloadLen, timeNs, frameNumber, payloadStart, payloadEnd } = segment;
  const end = (segment.seq + payloadLen) | 0;
  row.bits |= ROW_DATA;
  let bits = ints[i]! | bit.HALF_HAS_DATA;
  ints[i + at.NEXT_SEQ] = end;
  ints[i + at.MAX_SEQ] = end;
  ints[i + at.DATA_SEGMENTS]!++;
  ints[i + at.LAST_DATA_FRAME] = frameNumber;
  if (payloadLen > ints[i + at.MAX_PAYLOAD_LEN]!) ints[i + at.MAX_PAYLOAD_LEN] = payloadLen;
  if ((bits & bit.HALF_LAST_SMALL) !== 0) ints[i + at.SMALL_SEGMENTS]!++;
  const isSmall = payloadLen * 4 < (ints[i + at.MSS]! || ASSUMED_MSS);
  bits = isSmall ? bits | bit.HALF_LAST_SMALL : bits & ~bit.HALF_LAST_SMALL;
  if ((bits & bit.HALF_RTT_TIMED) === 0) {
    bits |= bit.HALF_RTT_TIMED;
    ints[i + at.RTT_SEQ] = end;
    floats[f + at.RTT_START_NS] = timeNs;
  }
  ints[i] = bits;
  const offset = floats[f + at.OFFSET]!;
  floats[f + at.OFFSET] = offset + payloadLen;
  floats[f + at.BYTES]! += payloadLen;
  floats[f + at.LAST_DATA_NS] = timeNs;
  const room = payloadEnd - payloadStart;
  const captured = room < payloadLen ? room : payloadLen;
  const start = captured === 0 ? 0 : payloadStart;
  const missing = payloadLen - captured;
  streams.data(own.index, segment.bytes, start, start + captured, missing, offset, frameNumber, timeNs);
}

/** How its headers look: as updateBaseline and countLocality in baseline.ts. */
function takeLooks(own: HalfStream, segment: Segment): void {
  const { ints, i } = own;
  const { ttl, ipId } = segment;
  if (segment.direction !== 0) ints[i + (segment.direction === 1 ? at.INBOUND : at.OUTBOUND)]!++;
  const hasBaseline = (ints[i]! & bit.HALF_BASELINE) !== 0;
  if (!hasBaseline || ttl < ints[i + at.TTL_MIN]!) ints[i + at.TTL_MIN] = ttl;
  if (!hasBaseline || ttl > ints[i + at.TTL_MAX]!) ints[i + at.TTL_MAX] = ttl;
  if (ipId > 0 && hasBaseline) {
    const step = (ipId - ints[i + at.IP_ID]!) & 0xffff;
    ints[i + (step >= 1 && step <= MAX_ID_STEP ? at.IP_ID_STEPS : at.IP_ID_JUMPS)]!++;
  } else if (ipId === 0) ints[i + at.IP_ID_ZEROS]!++;
  ints[i + at.IP_ID] = ipId;
  ints[i + at.TOS] = segment.tos;
  ints[i + at.FLOW_LABEL] = segment.flowLabel;
  ints[i + at.SOURCE_MAC] = segment.sourceMac;
  let bits = ints[i]! | bit.HALF_BASELINE;
  bits |= segment.dontFragment !== 0 ? bit.HALF_DF_SET : bit.HALF_DF_CLEAR;
  if ((segment.options & OPT_TIMESTAMP) !== 0) {
    bits |= bit.HALF_TIMESTAMPS;
    ints[i + at.TS_VAL] = segment.tsVal;
  }
  ints[i] = bits;
}
