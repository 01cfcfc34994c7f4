import { seqDelta } from '../bytes/seq.ts';
import { ACK, RST, type Segment } from '../model/segment.ts';
import type { TimelineRow } from '../model/timeline.ts';
import { announcedWindow } from './acknowledgement.ts';
import { HALF_ISN } from './half-bits.ts';
import type { HalfStream } from './half-stream.ts';

/** The segment in hand as a row of its connection's ladder. */
export function timelineRow(segment: Segment, own: HalfStream, peer: HalfStream, marks: number): TimelineRow {
  return {
    frame: segment.frameNumber,
    timeNs: segment.timeNs,
    half: own.index & 1,
    flags: segment.flags,
    seqRel: own.has(HALF_ISN) ? seqDelta(segment.seq, own.isn) : 0,
    ackRel: (segment.flags & ACK) !== 0 && peer.has(HALF_ISN) ? seqDelta(segment.ack, peer.isn) : null,
    payloadLen: segment.payloadLen,
    // A reset is not taken in, so `own` still has the window that was announced before it.
    window: (segment.flags & RST) !== 0 ? announcedWindow(own, peer, segment) : own.window,
    marks,
  };
}
