/** Bits of HalfStream.bits: what is known about one direction of a connection. */

/** nextSeq and maxSeq are valid: a segment of this side with a place in the sequence space was seen. */
export const HALF_STARTED = 0x0001;
/** isn is valid, if only by the other side's acknowledgement. */
export const HALF_ISN = 0x0002;
export const HALF_SYN = 0x0004;
export const HALF_FIN = 0x0008;
/** The FIN's number was reached in order, and reported. */
export const HALF_FIN_IN_ORDER = 0x0010;
export const HALF_FIN_ACKED = 0x0020;
/** This side has acknowledged something: maxAck and lastAck are valid. */
export const HALF_ACKED = 0x0040;
export const HALF_PREVIOUS_ACK = 0x0080;
export const HALF_TIMESTAMPS = 0x0100;
export const HALF_WINDOW_SCALE = 0x0200;
export const HALF_WINDOW_SHUT = 0x0400;
export const HALF_RTT_TIMED = 0x0800;
/** The latest new payload was less than a quarter of the MSS. */
export const HALF_LAST_SMALL = 0x1000;
export const HALF_RESET = 0x2000;
/** ttlMin, tos and the other baseline fields are valid. */
export const HALF_BASELINE = 0x4000;
export const HALF_DF_SET = 0x8000;
export const HALF_DF_CLEAR = 0x1_0000;
/** Segments of this side carry an MD5 or AO signature. */
export const HALF_SIGNED = 0x2_0000;
export const HALF_HAS_DATA = 0x4_0000;
/** The peer acknowledged octets of this half that have not been seen (yet). */
export const HALF_ACKED_UNSEEN = 0x8_0000;
/** The sender restarted: a SYN+ACK with another number came. Numbers before it mean nothing. */
export const HALF_RESTARTED = 0x10_0000;
/** A FIN came while nothing was in flight; no CloseRecord was made for it (quiet-fin.ts). */
export const HALF_QUIET_FIN = 0x20_0000;
