import type { AppSnapshot } from '../model/app.ts';
import type { CloseFacts, ConnectionFacts, HalfFacts, Side } from '../model/facts.ts';
import { halfOf, otherSide } from './case.ts';

/**
 * Mean payload of a segment, in octets, from which a side is not one that sends single octets: a telnet session or a
 * server that writes one character at a time stays below.
 */
const MIN_MEAN_PAYLOAD = 16;
/** Share of small segments from which a side writes in small pieces. */
const SMALL_WRITES = 0.5;

/**
 * The FIN of the other side which `shown` acknowledges and the capture lacks: that side had closed first. Null when it
 * acknowledges nothing of the kind, or when the missing number may just as well be an octet of payload.
 *
 * RFC 9293 §3.4: a FIN takes one sequence number, so acknowledging one number beyond all that was sent is
 * acknowledging either a FIN or a segment of one octet. What is told of the FIN is what is certain: it was sent after
 * the last octet seen, and taken before it was acknowledged. Header fields are those of `shown` and mean nothing.
 */
export function lostFin(facts: ConnectionFacts, shown: CloseFacts): CloseFacts | null {
  const from = otherSide(shown.from);
  const sender = halfOf(facts, from);
  const { lostFinNs } = sender;
  if (lostFinNs === null || sender.isFinSeen || !shown.hasSeenLostFin || shown.ack === null) return null;
  if (mayBeOctet(shown.app, sender, halfOf(facts, shown.from), from === 'server')) return null;
  const timeNs = Math.min(lostFinNs, shown.timeNs);
  return {
    ...shown,
    from,
    kind: 'FIN',
    timeNs,
    seq: (shown.ack - 1) >>> 0,
    ack: null,
    payloadLen: 0,
    payloadText: null,
    seqMinusNext: 0,
    seqMinusPeerAck: null,
    ackMinusPeerNext: null,
    effect: 'effective',
    effectReason: 'the other side acknowledged it',
    form: null,
    triggerFrame: null,
    triggerNs: null,
    triggerTos: null,
    isAfterOwnFin: false,
    isAfterPeerFin: false,
    isAfterOwnReset: false,
    isAfterPeerReset: false,
    hasSeenPeerFin: null,
    hasSeenLostFin: false,
    multipath: null,
    direction: null,
    peerBytesUnacked: shown.ownBytesUnacked,
    ownBytesUnacked: 0,
    sinceDataNs: shown.sinceDataNs === null ? null : Math.max(0, shown.sinceDataNs - (shown.timeNs - timeNs)),
  };
}

/**
 * The side whose FIN the other acknowledged though the capture has neither that FIN nor any other close. Null when there
 * is none, or when the number may be an octet of payload.
 */
export function acknowledgedCloser(facts: ConnectionFacts): Side | null {
  return SIDES.find((side) => hasTakenUnseenFin(facts, side)) ?? null;
}

const SIDES: readonly Side[] = ['server', 'client'];

function hasTakenUnseenFin(facts: ConnectionFacts, from: Side): boolean {
  const sender = halfOf(facts, from);
  if (sender.lostFinNs === null || sender.isFinSeen) return false;
  return !mayBeOctet(facts.app, sender, halfOf(facts, otherSide(from)), from === 'server');
}

/** One octet of payload may have been sent in a segment of its own. */
function mayBeOctet(app: AppSnapshot, sender: HalfFacts, receiver: HalfFacts, isServer: boolean): boolean {
  // Some stacks ask whether a shut window has opened by sending one octet of new data (RFC 9293 §3.8.6.1).
  if (receiver.zeroWindowCount > 0) return true;
  const mean = sender.dataSegments > 0 ? sender.bytes / sender.dataSegments : Number.POSITIVE_INFINITY;
  if (mean < MIN_MEAN_PAYLOAD) return true;
  if (sender.bytesMissing > 0) return true;
  const isMidMessage = isServer ? isAnswering(app) : app.phase === 'in-request';
  const writesSmall = sender.smallSegments > SMALL_WRITES * sender.dataSegments;
  return isMidMessage && (writesSmall || isOneOctetShort(app, isServer));
}

function isAnswering({ phase }: AppSnapshot): boolean {
  return phase === 'in-response-body' || phase === 'in-response-headers';
}

/** RFC 9112 §6.2: the octet that Content-Length still asks for. */
function isOneOctetShort({ exchange }: AppSnapshot, isServer: boolean): boolean {
  if (exchange === null) return false;
  const { bodyLength, bodyBytes, bodyBytesNotCaptured, requestBodyLength, requestBodyBytes } = exchange;
  if (isServer) return bodyLength !== null && bodyLength - bodyBytes - bodyBytesNotCaptured === 1;
  return requestBodyLength !== null && requestBodyLength - requestBodyBytes === 1;
}
