import type { Exchange } from './app.ts';

/** Marks of a timeline row; several may be set. */
export const MARK_RETRANSMISSION = 0x001;
export const MARK_OUT_OF_ORDER = 0x002;
export const MARK_KEEP_ALIVE = 0x004;
export const MARK_ZERO_WINDOW = 0x008;
export const MARK_WINDOW_PROBE = 0x010;
export const MARK_DUPLICATE_ACK = 0x020;
/** Octets before this segment are missing from the capture (or not here yet). */
export const MARK_GAP_BEFORE = 0x040;
/** A copy of a frame seen before (`-i any`, SPAN). */
export const MARK_COPY = 0x080;
/** The snaplen cut the payload. */
export const MARK_CUT = 0x100;
/** The window opened again after a zero window. */
export const MARK_WINDOW_OPEN = 0x200;

/** One segment of a connection's ladder. Sequence and ACK numbers are relative to the first of their half-stream. */
export interface TimelineRow {
  readonly frame: number;
  readonly timeNs: number;
  /** 0 or 1: half-stream of the connection it was sent on. */
  readonly half: number;
  readonly flags: number;
  readonly seqRel: number;
  readonly ackRel: number | null;
  readonly payloadLen: number;
  /** Scaled where the scale is known; negative when the snaplen cut it off. */
  readonly window: number;
  readonly marks: number;
}

/** Something worth a word on the ladder: a request line, a status line, a TLS hello, a chunk end. */
export interface TimelineLandmark {
  readonly frame: number;
  readonly half: number;
  /** Octets from the wire are already escaped. */
  readonly text: string;
}

/** Receives the segments and landmarks of the connections it wants. Rows as in StreamSink. */
export interface TimelineSink {
  wants(connectionId: number): boolean;
  segment(connectionId: number, row: TimelineRow): void;
  landmark(connectionId: number, landmark: TimelineLandmark): void;
  /** A response was complete; asked of every connection, whatever `wants` says. */
  exchange?(connectionId: number, exchange: Exchange): void;
}

/** The ladder of one connection, complete. */
export interface ConnectionTimeline {
  readonly id: number;
  readonly rows: readonly TimelineRow[];
  readonly landmarks: readonly TimelineLandmark[];
  /** Rows left out because the limit was hit. */
  readonly omitted: number;
}
