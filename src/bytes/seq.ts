/**
 * TCP sequence numbers: 32-bit values on a circle (RFC 9293 §3.4).
 *
 * Kept as signed 32-bit integers (`| 0`) so that V8 stores them unboxed in Int32Array columns.
 * All wrap-around arithmetic of the project is in this file.
 */

/** Signed distance from `b` to `a`, in octets: positive when `a` is later. Range −2^31 … 2^31−1. */
export function seqDelta(a: number, b: number): number {
  return (a - b) | 0;
}

/** The sequence number `octets` after `seq`. `octets` may be negative. */
export function seqAdd(seq: number, octets: number): number {
  return (seq + octets) | 0;
}

/** The later of two sequence numbers that lie less than 2^31 apart. */
export function seqMax(a: number, b: number): number {
  return ((a - b) | 0) >= 0 ? a : b;
}

/** The number as it stands on the wire, 0 … 2^32−1, for people and files. */
export function seqToWire(seq: number): number {
  return seq >>> 0;
}

/**
 * Sequence space that a segment occupies: payload, plus one for SYN and one for FIN (RFC 9293 §3.4).
 * The one definition; a RST occupies none.
 */
export function sequenceLength(payloadLen: number, isSyn: boolean, isFin: boolean): number {
  return payloadLen + (isSyn ? 1 : 0) + (isFin ? 1 : 0);
}
