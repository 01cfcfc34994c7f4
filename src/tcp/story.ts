import type { CloseFacts } from '../model/facts.ts';
import type { SubflowShare } from './multipath.ts';

/**
 * What only some connections have: closes, held segments, oddities. Kept beside the table, so that the table's
 * records stay small; made at the first FIN, RST, hole or surprise.
 */
export class Story {
  readonly closes: CloseRecord[] = [];
  resetCount = 0;
  /** Segments that wait for a hole before them to be filled, one list a half-stream, in sequence order. */
  readonly held: [HeldSegments, HeldSegments];
  readonly icmpErrors: IcmpRecord[] = [];
  readonly oddities = new Set<string>();
  /** Closes whose place in the sequence space has not been reached by the streams. */
  pendingSnapshots = 0;
  /** Of Multipath TCP: whether this subflow is all there is; null where it is not spoken. */
  multipath: SubflowShare | null = null;
  /** A limit was hit while this connection was followed. */
  isLimited = false;

  /** `shard`: that of its connection. */
  constructor(shard: number) {
    this.held = [new HeldSegments(shard), new HeldSegments(shard)];
  }

  /** No close yet, and nothing held back: segments have nothing to be held against. */
  get isBlank(): boolean {
    return this.closes.length === 0 && this.held[0].list.length === 0 && this.held[1].list.length === 0;
  }
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
  /** Whose limit on octets they count against. */
  readonly shard: number;

  constructor(shard: number) {
    this.shard = shard;
  }
}

/** CloseFacts in the making: `app` comes when its place in the streams is reached, the judged fields at the end. */
export type OpenCloseFacts = {
  -readonly [Name in keyof CloseFacts]: CloseFacts[Name] | (Name extends 'app' ? null : never);
};

/** A FIN or RST as it was seen, with what later segments are held against. */
export interface CloseRecord {
  /** What is handed over at the end. */
  readonly facts: OpenCloseFacts;
  /** 0 or 1: the half-stream it was sent on. */
  readonly half: number;
  readonly isReset: boolean;
  /** Sequence number of the FIN or RST itself (behind the segment's payload for a FIN), and its ACK field; signed. */
  readonly seq: number;
  readonly ack: number | null;
  /** It came while a SYN of the other side was unanswered, or was captured before the SYN that it answers. */
  answersSyn: boolean;
  /** The handshake had not been completed. */
  readonly isHandshakeOpen: boolean;
  /** Highest numbers of both sides when it came: later ones show who went on. */
  readonly ownMaxSeq: number;
  readonly ownMaxAck: number;
  readonly peerMaxSeq: number;
  readonly peerMaxAck: number;
  /** Stream offset up to which each half had been acknowledged. */
  readonly ackedOffset: readonly [number | null, number | null];
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
