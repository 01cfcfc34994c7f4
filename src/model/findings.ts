import type { ConnectionFacts } from './facts.ts';
import type { LoneSyn } from './lone-syn.ts';
import type { CompletedResponse } from './responses.ts';

/** Takes what is found while connections are followed, in the order in which it is found. */
export interface FindingSink {
  /** A connection begins; they are numbered in this order. */
  opened?(firstFrame: number): void;
  connection(facts: ConnectionFacts): void;
  /** Instead of the facts of a connection with nothing to tell; see AnalysisSink. */
  uneventful?(requests: number, id: number): void;
  /** Comes before the facts of a connection of which nothing but a SYN was seen. True: they are not needed. */
  loneSyn?(syn: LoneSyn): boolean;
  /** `networkHash` tells the client's network (bytes/ip-network.ts). */
  complete(response: CompletedResponse, startNs: number, idleNs: number, networkHash: number): void;
}

/** Where the reading of a capture has got to. */
export interface FrameCounts {
  /** Frames numbered so far: as in Wireshark, a few pcapng blocks without a packet have a number too. */
  readonly frames: number;
  readonly tcpSegments: number;
  readonly otherFrames: number;
  readonly malformedFrames: number;
  readonly unsupportedFrames: number;
  /** Time of the first frame and of the latest one; NaN before the first. */
  readonly firstNs: number;
  readonly lastNs: number;
  /** Frames that the capture says it dropped; NaN when it does not say. */
  readonly drops: number;
}

/**
 * When something was found, as far as connections must not matter to each other: what is found at one frame has an order
 * that does not depend on where and by whom it is found. Numbers that are compared one after the other. Borrowed.
 */
export interface Moment {
  readonly frame: number;
  /** The end of a linger time, idleness, then the frame itself; the end of the capture. */
  readonly step: number;
  /** Within the step: the frame at which the connection closed, or its first one. */
  readonly place: number;
}

/** Times that a limit of the TCP stage was hit. */
export interface LimitHits {
  readonly holes: number;
  readonly connections: number;
}
