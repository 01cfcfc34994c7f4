import { seqAdd, seqDelta, seqToWire } from '../bytes/seq.ts';
import type { CloseBaseline, CloseFacts, StackFacts } from '../model/facts.ts';
import {
  ACK,
  CHECKSUM_BAD,
  CHECKSUM_GOOD,
  OPT_DATA_FIN,
  OPT_FAST_CLOSE,
  OPT_SIGNATURE,
  OPT_TIMESTAMP,
  RST,
  type Segment,
} from '../model/segment.ts';
import type { ConnectionRow } from './connection-row.ts';
import {
  HALF_ACKED,
  HALF_BASELINE,
  HALF_DF_CLEAR,
  HALF_DF_SET,
  HALF_FIN,
  HALF_HAS_DATA,
  HALF_PREVIOUS_ACK,
  HALF_RESET,
  HALF_STARTED,
  HALF_TIMESTAMPS,
} from './half-bits.ts';
import type { HalfStream } from './half-stream.ts';
import { ROW_HANDSHAKE_ACK, ROW_SYN, ROW_SYN_ACK } from './row-bits.ts';
import type { CloseRecord, OpenCloseFacts } from './story.ts';

/** Octets of a RST's payload that are kept as text. */
const MAX_PAYLOAD_TEXT = 64;

/**
 * Writes down a FIN, DATA_FIN or RST of `own` together with how both sides stood just before it. Called before the segment
 * changes that state.
 */
export function recordClose(
  row: ConnectionRow,
  own: HalfStream,
  peer: HalfStream,
  segment: Segment,
  escapeText: (text: string) => string,
): CloseRecord {
  const isReset = (segment.flags & RST) !== 0;
  const seq = isReset ? segment.seq : seqAdd(segment.seq, segment.payloadLen);
  const ack = (segment.flags & ACK) !== 0 ? segment.ack : null;
  return {
    facts: factsOf(row, own, peer, segment, seq, ack, isReset ? payloadText(segment, escapeText) : null),
    half: own.index & 1,
    isReset,
    seq,
    ack,
    answersSyn: isReset && row.has(ROW_SYN) && !row.has(ROW_SYN_ACK) && !own.has(HALF_STARTED),
    isHandshakeOpen: !row.has(ROW_HANDSHAKE_ACK),
    ownMaxSeq: own.maxSeq,
    ownMaxAck: own.maxAck,
    peerMaxSeq: peer.maxSeq,
    peerMaxAck: peer.maxAck,
    ackedOffset: ackedOffsets(own, peer, ack),
  };
}

function factsOf(
  row: ConnectionRow,
  own: HalfStream,
  peer: HalfStream,
  segment: Segment,
  seq: number,
  ack: number | null,
  payload: string | null,
): OpenCloseFacts {
  const isReset = (segment.flags & RST) !== 0;
  const hasTimestamp = (segment.options & OPT_TIMESTAMP) !== 0;
  const trigger = isReset ? findTrigger(peer, seq) : NO_TRIGGER;
  return {
    frame: segment.frameNumber,
    timeNs: segment.timeNs,
    // Roles, effect and form are settled at the end (facts-builder.ts).
    from: 'client',
    kind: isReset ? 'RST' : 'FIN',
    seq: seqToWire(seq),
    ack: ack === null ? null : seqToWire(ack),
    flags: segment.flags,
    window: segment.window < 0 ? null : segment.window,
    payloadLen: segment.payloadLen,
    payloadText: payload,
    seqMinusNext: own.has(HALF_STARTED) ? seqDelta(seq, own.maxSeq) : null,
    seqMinusPeerAck: peer.has(HALF_ACKED) ? seqDelta(seq, peer.maxAck) : null,
    ackMinusPeerNext: ack !== null && peer.has(HALF_STARTED) ? seqDelta(ack, peer.maxSeq) : null,
    effect: 'unknown',
    effectReason: '',
    form: null,
    triggerFrame: trigger.frame,
    triggerNs: trigger.timeNs,
    triggerTos: trigger.frame !== null && peer.has(HALF_BASELINE) ? peer.tos : null,
    isAfterOwnFin: own.has(HALF_FIN),
    isAfterPeerFin: peer.has(HALF_FIN),
    isAfterOwnReset: own.has(HALF_RESET),
    isAfterPeerReset: peer.has(HALF_RESET),
    hasSeenPeerFin: hasSeenFin(own, peer, ack),
    hasSeenLostFin: false,
    ttl: segment.ttl,
    ipId: segment.ipId < 0 ? null : segment.ipId,
    isDontFragment: segment.dontFragment !== 0,
    tos: segment.tos,
    flowLabel: segment.flowLabel < 0 ? null : segment.flowLabel,
    hasTimestamp,
    tsVal: hasTimestamp ? seqToWire(segment.tsVal) : null,
    hasSignature: (segment.options & OPT_SIGNATURE) !== 0,
    multipath: multipathWord(segment),
    checksum: checksumWord(segment.checksum),
    sourceMac: segment.sourceMac,
    direction: directionWord(segment.direction),
    before: baselineOf(own),
    senderContinuedFrame: null,
    senderContinuedNs: null,
    peerContinuedFrame: null,
    challengeAckFrame: null,
    peerBytesUnacked: unacked(peer, own, ack),
    ownBytesUnacked: unacked(own, peer, null),
    ownRetransmissions: own.finalRetransmissions,
    ownProbes: own.unansweredProbes,
    serverAckedOffset: null,
    sinceDataNs: sinceData(own, peer, segment.timeNs),
    sinceSegmentNs: row.segments > 0 ? segment.timeNs - row.lastNs : null,
    copies: 0,
    app: null,
  };
}

const NO_TRIGGER = { frame: null, timeNs: null };

/** The latest segment of the other side whose ACK field is `seq`: a host without a socket answers with that number (RFC 9293 §3.10.7.1). */
function findTrigger(peer: HalfStream, seq: number): { frame: number | null; timeNs: number | null } {
  if (peer.has(HALF_ACKED) && peer.lastAck === seq) return { frame: peer.lastFrame, timeNs: peer.lastNs };
  if (peer.has(HALF_PREVIOUS_ACK) && peer.previousAck === seq) {
    return { frame: peer.previousAckFrame, timeNs: peer.previousAckNs };
  }
  return { frame: null, timeNs: null };
}

function hasSeenFin(own: HalfStream, peer: HalfStream, ack: number | null): boolean | null {
  if (!peer.has(HALF_FIN)) return null;
  if (ack !== null && seqDelta(ack, peer.finSeq) > 0) return true;
  return own.has(HALF_ACKED) && seqDelta(own.maxAck, peer.finSeq) > 0;
}

/** Octets `sender` has sent that `receiver` (whose segment carries `ack`) had not acknowledged. */
function unacked(sender: HalfStream, receiver: HalfStream, ack: number | null): number {
  if (!sender.has(HALF_STARTED)) return 0;
  let acked = receiver.has(HALF_ACKED) ? receiver.maxAck : null;
  if (ack !== null && (acked === null || seqDelta(ack, acked) > 0)) acked = ack;
  if (acked === null) return 0;
  return Math.max(0, seqDelta(sender.maxSeq, acked));
}

function sinceData(own: HalfStream, peer: HalfStream, nowNs: number): number | null {
  const ownNs = own.has(HALF_HAS_DATA) ? own.lastDataNs : Number.NEGATIVE_INFINITY;
  const peerNs = peer.has(HALF_HAS_DATA) ? peer.lastDataNs : Number.NEGATIVE_INFINITY;
  const lastNs = Math.max(ownNs, peerNs);
  return lastNs === Number.NEGATIVE_INFINITY ? null : nowNs - lastNs;
}

/** For half-stream 0 and 1: the stream offset that the other side had acknowledged. */
function ackedOffsets(own: HalfStream, peer: HalfStream, ack: number | null): [number | null, number | null] {
  const ofOwn = ackedOffset(own, peer.has(HALF_ACKED) ? peer.maxAck : null);
  let ownAck = own.has(HALF_ACKED) ? own.maxAck : null;
  if (ack !== null && (ownAck === null || seqDelta(ack, ownAck) > 0)) ownAck = ack;
  const ofPeer = ackedOffset(peer, ownAck);
  return (own.index & 1) === 0 ? [ofOwn, ofPeer] : [ofPeer, ofOwn];
}

function ackedOffset(sender: HalfStream, ack: number | null): number | null {
  if (ack === null || !sender.has(HALF_STARTED)) return null;
  const limit = sender.has(HALF_FIN) && seqDelta(ack, sender.finSeq) > 0 ? sender.finSeq : ack;
  return Math.max(0, sender.offset + seqDelta(limit, sender.nextSeq));
}

/** The part of StackFacts that moves, as it is now. */
function baselineOf(own: HalfStream): CloseBaseline {
  const isKnown = own.has(HALF_BASELINE);
  return {
    segments: own.segments,
    ttlMin: isKnown ? own.ttlMin : null,
    ttlMax: isKnown ? own.ttlMax : null,
    ttlFrame: isKnown ? own.lastFrame : null,
    lastIpId: isKnown && own.ipId >= 0 ? own.ipId : null,
    lastNs: own.segments > 0 ? own.lastNs : null,
    lastTsVal: own.has(HALF_TIMESTAMPS) ? seqToWire(own.tsVal) : null,
    tos: isKnown ? own.tos : null,
    flowLabel: isKnown && own.flowLabel >= 0 ? own.flowLabel : null,
    sourceMac: own.sourceMac,
    isDontFragment: dontFragmentHabit(own),
    ipId: ipIdHabit(own),
    hasTimestamps: own.has(HALF_TIMESTAMPS),
    window: own.segments > 0 && own.window >= 0 ? own.window : null,
  };
}

/** True or false when all baseline segments agree, else null. */
export function dontFragmentHabit(own: HalfStream): boolean | null {
  const isSet = own.has(HALF_DF_SET);
  const isClear = own.has(HALF_DF_CLEAR);
  return isSet === isClear ? null : isSet;
}

/** `counter` needs two small steps and three quarters of all; `zero` is every ID 0. */
export function ipIdHabit(own: HalfStream): StackFacts['ipId'] {
  if (!own.has(HALF_BASELINE) || own.ipId < 0) return 'none';
  const { ipIdZeros: zeros, ipIdSteps: steps, ipIdJumps: jumps } = own;
  if (steps + jumps === 0) return zeros > 1 ? 'zero' : 'other';
  return steps >= 2 && steps >= 3 * (jumps + zeros) ? 'counter' : 'other';
}

function payloadText(segment: Segment, escapeText: (text: string) => string): string | null {
  const len = Math.min(MAX_PAYLOAD_TEXT, segment.payloadEnd - segment.payloadStart);
  if (len <= 0) return null;
  let text = '';
  for (let k = 0; k < len; k++) text += String.fromCharCode(segment.bytes[segment.payloadStart + k]!);
  return escapeText(text);
}

function multipathWord({ flags, options }: Segment): CloseFacts['multipath'] {
  if ((flags & RST) !== 0) return (options & OPT_FAST_CLOSE) !== 0 ? 'fast-close' : null;
  return (options & OPT_DATA_FIN) !== 0 ? 'data-fin' : null;
}

function checksumWord(state: number): 'good' | 'bad' | 'unknown' {
  if (state === CHECKSUM_GOOD) return 'good';
  return state === CHECKSUM_BAD ? 'bad' : 'unknown';
}

function directionWord(direction: number): 'inbound' | 'outbound' | null {
  if (direction === 1) return 'inbound';
  return direction === 2 ? 'outbound' : null;
}
