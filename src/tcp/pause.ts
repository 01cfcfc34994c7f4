import { HALF_HAS_DATA } from './half-bits.ts';
import * as at from './half-fields.ts';
import type { HalfStream } from './half-stream.ts';

/** Ten segments of 1,200 octets: every sender may have so much unacknowledged (RFC 6928), so less held nobody up. */
const FREE_TO_SEND = 12_000;

/**
 * Payload of `own` beyond all before is in hand, and not taken in yet: was the sender silent by its own choice? It was when
 * it could have sent, and the silence is longer than the round trip that an acknowledgement would have taken.
 * A message begins where the other side has spoken last.
 */
export function notePause(own: HalfStream, peer: HalfStream, timeNs: number): void {
  const { ints, i, floats, f } = own;
  const { ints: peerInts, i: peerI, floats: peerFloats, f: peerF } = peer;
  if ((ints[i]! & HALF_HAS_DATA) === 0) return;
  const lastNs = floats[f + at.LAST_DATA_NS]!;
  if (peerFloats[peerF + at.LAST_DATA_NS]! > lastNs) {
    floats[f + at.PAUSED_NS] = 0;
    return;
  }
  const silenceNs = timeNs - lastNs;
  if (silenceNs <= floats[f + at.RTT_MIN_NS]! + peerFloats[peerF + at.RTT_MIN_NS]!) return;
  if (((ints[i + at.MAX_SEQ]! - peerInts[peerI + at.MAX_ACK]!) | 0) < FREE_TO_SEND) {
    floats[f + at.PAUSED_NS]! += silenceNs;
  }
}
