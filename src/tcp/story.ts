import type { AppSnapshot } from '../model/app.ts';
import type { CloseBaseline } from '../model/facts.ts';

/**
 * What only some connections have: closes, held segments, oddities. Kept beside the table, so that the table's
 * records stay small; made at the first FIN, RST, hole or surprise.
 */
export class Story {
  readonly closes: CloseRecord[] = [];
  resetCount = 0;
  /** Segments that wait for a hole before them to be filled, one list a half-stream, in sequence order. */
  readonly held: [HeldSegments, HeldSegments] = [new HeldSegments(), new HeldSegments()];
  readonly icmpErrors: IcmpRecord[] = [];
  readonly oddities = new Set<string>();
  /** Closes whose place in the sequence space has not been reached by the streams. */
  pendingSnapshots = 0;
  /** A limit was hit while this connection was followed. */
  isLimited = false;
}

/** Payload kept until the octets before it come. */
export interface HeldSegment {
  readonly seq: number;
  /** The captured octets (a copy), and how many the snaplen cut off behind them. */
  readonly octets: Uint8Array;
  readonly missing: number;
  readonly frameNumber: number;
  readonly timeNs: number;
}

export class HeldSegments {
  readonly list: HeldSegment[] = [];
  octets = 0;
}

/** A FIN or RST as it was seen, with what was known then; becomes CloseFacts at the end. */
export interface CloseRecord {
  readonly frame: number;
  readonly timeNs: number;
  /** 0 or 1: the half-stream it was sent on. */
  readonly half: number;
  readonly isReset: boolean;
  /** Sequence number of the FIN or RST itself (behind the segment's payload for a FIN). */
  readonly seq: number;
  readonly ack: number | null;
  readonly flags: number;
  readonly window: number;
  readonly payloadLen: number;
  readonly payloadText: string | null;
  readonly seqMinusNext: number | null;
  readonly seqMinusPeerAck: number | null;
  readonly ackMinusPeerNext: number | null;
  readonly answersSyn: boolean;
  readonly triggerFrame: number | null;
  readonly triggerNs: number | null;
  readonly triggerTos: number | null;
  readonly isAfterOwnFin: boolean;
  readonly isAfterPeerFin: boolean;
  readonly isAfterOwnReset: boolean;
  readonly isAfterPeerReset: boolean;
  readonly hasSeenPeerFin: boolean | null;
  readonly ttl: number;
  readonly ipId: number | null;
  readonly isDontFragment: boolean;
  readonly tos: number;
  readonly flowLabel: number | null;
  readonly hasTimestamp: boolean;
  readonly tsVal: number | null;
  readonly hasSignature: boolean;
  readonly checksum: 'good' | 'bad' | 'unknown';
  readonly sourceMac: number;
  readonly direction: 'inbound' | 'outbound' | null;
  readonly before: CloseBaseline;
  readonly peerBytesUnacked: number;
  readonly ownBytesUnacked: number;
  readonly sinceDataNs: number | null;
  readonly sinceSegmentNs: number | null;
  /** Highest numbers of both sides when it came: later ones show who went on. */
  readonly ownMaxSeq: number;
  readonly ownMaxAck: number;
  readonly peerMaxSeq: number;
  readonly peerMaxAck: number;
  /** Stream offset up to which each half had been acknowledged. */
  readonly ackedOffset: [number | null, number | null];
  isHandshakeOpen: boolean;
  app: AppSnapshot | null;
  senderContinuedFrame: number | null;
  senderContinuedNs: number | null;
  peerContinuedFrame: number | null;
  challengeAckFrame: number | null;
  copies: number;
}

export interface IcmpRecord {
  readonly frame: number;
  readonly timeNs: number;
  readonly type: number;
  readonly code: number;
  readonly from: string;
  /** Half-stream whose packet is quoted. */
  readonly half: number;
  readonly ttl: number;
}
