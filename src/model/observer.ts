import type { Segment } from './segment.ts';

/** Sees every TCP segment with the number of its connection, whatever else becomes of it. */
export interface SegmentObserver {
  /**
   * `half` is 0 or 1: the half-stream of the connection that it was sent on. `isCopy`: the same packet was captured
   * just before. `segment` is borrowed until the call returns.
   */
  segment(connectionId: number, half: number, segment: Segment, isCopy: boolean): void;
}
