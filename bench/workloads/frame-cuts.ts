import type { Random } from './random.ts';

/** What one IP packet can hold besides its headers: 20 octets of IPv4, 20 of TCP, 12 of timestamps. */
const LARGEST_PAYLOAD = 65_535 - 52;
/** Segments that the congestion window gains with each acknowledgement; frames cannot outgrow it. */
const WINDOW_GAIN = 2;

/** One segment to a frame: offsets of the frames of a message. */
export function singleSegments(messageLen: number, segmentLen: number): number[] {
  return Array.from({ length: Math.ceil(messageLen / segmentLen) }, (_, i) => i * segmentLen);
}

/**
 * Frames of one to 45 segments, as GRO merges them or TSO leaves them whole: small ones are frequent, the largest have
 * nearly 64 KiB. `firstWindow`: segments that may be in flight at first.
 */
export function offloadFrames(
  messageLen: number,
  segmentLen: number,
  firstWindow: number,
  random: Random,
): number[] {
  const most = Math.floor(LARGEST_PAYLOAD / segmentLen);
  const starts: number[] = [];
  for (let at = 0; at < messageLen; ) {
    const limit = Math.min(most, firstWindow + WINDOW_GAIN * starts.length);
    starts.push(at);
    const u = random.fraction();
    at += segmentLen * (1 + Math.floor(u * u * u * limit));
  }
  return starts;
}
