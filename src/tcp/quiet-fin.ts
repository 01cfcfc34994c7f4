import { seqDelta } from '../bytes/seq.ts';
import type { AppSnapshot } from '../model/app.ts';
import { ACK, FIN, RST, Segment, SYN } from '../model/segment.ts';
import { recordClose } from './close-record.ts';
import type { ConnectionRow } from './connection-row.ts';
import { HALF_FIN, HALF_FIN_ACKED, HALF_QUIET_FIN, HALF_STARTED } from './half-bits.ts';
import type { HalfStream } from './half-stream.ts';
import type { CloseRecord } from './story.ts';

/**
 * Most connections end with two FINs while nothing is in flight. Writing those down in full would cost more than all
 * their packets, so such a FIN is only noted in the half-stream. As soon as anything else happens, what was noted
 * becomes an ordinary CloseRecord: the application has not moved since, so its state then is its state now.
 */

/** May this FIN be only noted? Nothing of its segment has been taken in yet; nothing may be missing on either side. */
export function isQuiet(own: HalfStream, peer: HalfStream, segment: Segment): boolean {
  return (
    segment.payloadLen === 0 &&
    (segment.flags & (SYN | RST | FIN | ACK)) === (FIN | ACK) &&
    own.has(HALF_STARTED) &&
    peer.has(HALF_STARTED) &&
    own.nextSeq === segment.seq &&
    own.maxSeq === segment.seq &&
    seqDelta(segment.ack, peer.maxSeq) >= (peer.has(HALF_FIN) ? -1 : 0) &&
    seqDelta(segment.ack, peer.maxSeq) <= 0
  );
}

export function noteQuietly(own: HalfStream, segment: Segment): void {
  own.set(HALF_QUIET_FIN);
  own.finFrame = segment.frameNumber;
  own.finAck = segment.ack;
  own.finNs = segment.timeNs;
}

/** Ended by two noted FINs, both acknowledged: there is nothing to tell. */
export function isUneventful(half0: HalfStream, half1: HalfStream): boolean {
  return isOver(half0) && isOver(half1);
}

function isOver(half: HalfStream): boolean {
  return half.has(HALF_QUIET_FIN) && half.has(HALF_FIN_ACKED);
}

/** Does `segment` go beyond what a quiet end has: an ACK, the other FIN, a FIN sent again? */
export function breaksQuiet(segment: Segment): boolean {
  return segment.payloadLen > 0 || (segment.flags & (SYN | RST)) !== 0;
}

/** The CloseRecords of the noted FINs, in the order of their frames, with the application's state `app`. */
export function recordQuietFins(
  row: ConnectionRow,
  half0: HalfStream,
  half1: HalfStream,
  app: AppSnapshot,
  escapeText: (text: string) => string,
): CloseRecord[] {
  const records: CloseRecord[] = [];
  const isFirst0 = !half1.has(HALF_QUIET_FIN) || half0.finFrame < half1.finFrame;
  for (const own of isFirst0 ? [half0, half1] : [half1, half0]) {
    if (!own.has(HALF_QUIET_FIN)) continue;
    const peer = own === half0 ? half1 : half0;
    records.push(recordOne(row, own, peer, app, records[0] !== undefined, escapeText));
    own.unset(HALF_QUIET_FIN);
  }
  return records;
}

/** The FIN's segment again, as far as it was noted, held against how things stood: before its own FIN. */
function recordOne(
  row: ConnectionRow,
  own: HalfStream,
  peer: HalfStream,
  app: AppSnapshot,
  isSecond: boolean,
  escapeText: (text: string) => string,
): CloseRecord {
  const segment = new Segment();
  segment.frameNumber = own.finFrame;
  segment.timeNs = own.finNs;
  segment.flags = FIN | ACK;
  segment.seq = own.finSeq;
  segment.ack = own.finAck;
  segment.window = own.window;
  segment.ttl = own.ttlMax;
  segment.ipId = own.ipId;
  segment.tos = own.tos;
  segment.flowLabel = own.flowLabel;
  segment.sourceMac = own.sourceMac;
  const { maxSeq } = own;
  const { bits: peerBits } = peer;
  own.maxSeq = own.finSeq;
  own.unset(HALF_FIN);
  if (!isSecond) peer.unset(HALF_FIN);
  const record = recordClose(row, own, peer, segment, escapeText);
  own.maxSeq = maxSeq;
  own.set(HALF_FIN);
  peer.bits = peerBits;
  record.facts.app = app;
  return record;
}
