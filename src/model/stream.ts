import type { AppSnapshot, Exchange } from './app.ts';

/**
 * What the TCP stage tells the application stage. A connection is a row number; its two directions are the
 * half-streams `2·row` (sent by the originator, as far as known) and `2·row + 1`; the other side of a half is
 * `half ^ 1`. Rows are reused after {@link StreamSink.release}.
 */
export interface StreamSink {
  /**
   * In-order payload of one half-stream: the captured octets are `bytes[start … end)`, `missing` more octets follow
   * that the snaplen cut off. `bytes` is borrowed. `streamOffset` counts octets since the half-stream's first (0 =
   * the octet after the SYN, or the first one seen in a mid-stream start). `frameNumber` and `timeNs` are those of
   * the frame that carried the octets, which for once-reordered data lies before the frame being processed.
   */
  data(
    half: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    missing: number,
    streamOffset: number,
    frameNumber: number,
    timeNs: number,
  ): void;
  /**
   * `length` octets of this half-stream are not in the capture (the peer acknowledged them, or they were given up). 0: octets have
   * come that lie before the first one known; what there is to know of them was missed.
   */
  gap(half: number, length: number, streamOffset: number, timeNs: number): void;
  /** The half-stream's FIN is in order: no octet follows. */
  fin(half: number, timeNs: number): void;
  /** The state of the application protocol now. Owned by the caller. */
  snapshot(row: number): AppSnapshot;
  /** Every request has been answered and nothing has begun since: closing now cuts nothing. */
  isAtRest(row: number): boolean;
  /** Requests begun on the connection. */
  requestsBegun(row: number): number;
  /** The connection is over and its row will be used again: forget it. */
  release(row: number): void;
  /** For connections about which there is nothing to tell so far; null when every connection is to be followed in full. */
  readonly plain: PlainStreams | null;
}

/**
 * The application state of plain connections, by row: they are given here what a {@link StreamSink} would be given of them.
 * The originator is taken for the client.
 */
export interface PlainStreams {
  /**
   * The next octets, `bytes[start … end)` and `missing` more. Returns how many of them, from `start`, the state depends
   * on, or −1 when they are more than plain requests and responses: then all is taken back with `repeat` and given again
   * to the StreamSink, with zeros in place of octets on which nothing depends.
   */
  take(
    row: number,
    isFromOriginator: boolean,
    bytes: Uint8Array,
    start: number,
    end: number,
    missing: number,
    timeNs: number,
  ): number;
  /** As in StreamSink. */
  isAtRest(row: number): boolean;
  requests(row: number): number;
  /** The connection is over: forget it. */
  release(row: number): void;
  /** The connection is plain no more; its octets come again, to the StreamSink, before anything else. */
  repeat(row: number): void;
}

/** Where an application stage reports what deserves a word on a connection's ladder; absent unless timelines are made. */
export interface LandmarkSink {
  /** `text` is already escaped. */
  landmark(half: number, frameNumber: number, text: string): void;
  /** A response was complete. `half`: the requests' half-stream. */
  exchange?(half: number, exchange: Exchange): void;
}
