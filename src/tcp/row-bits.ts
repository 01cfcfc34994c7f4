/** Bits of ConnectionRow.bits. */

/** Addresses are IPv6 (indices of the AddressBook). Bit 0, so that it doubles as the flow table's version bit. */
export const ROW_IPV6 = 0x0001;
/** A SYN or SYN+ACK told who the originator is; ROW_ORIGINATOR_1 says which half-stream. */
export const ROW_ROLES_KNOWN = 0x0002;
/** The originator sends on half-stream 1. */
export const ROW_ORIGINATOR_1 = 0x0004;
export const ROW_SYN = 0x0008;
export const ROW_SYN_ACK = 0x0010;
/** The originator acknowledged the SYN+ACK. */
export const ROW_HANDSHAKE_ACK = 0x0020;
export const ROW_FAST_OPEN = 0x0040;
/** Both FINs acknowledged, or a RST that looks effective: reported after a linger time. */
export const ROW_CLOSED = 0x0080;
/** Closed by a RST: lingers longer, since what follows shows who really sent it. */
export const ROW_RESET = 0x0100;
/** The facts have been handed over; the row waits for another connection. */
export const ROW_FREE = 0x0200;
/** Some segment had payload. */
export const ROW_DATA = 0x0400;
/** Nothing has happened that is worth telling: the segments are only logged, the half-streams hold nothing. */
export const ROW_PLAIN = 0x0800;
/** Of a plain connection: half-stream 0 (half-stream 1: one bit to the left) has sent its FIN; the FIN is acknowledged. */
export const ROW_PLAIN_FIN_0 = 0x1000;
export const ROW_PLAIN_FIN_ACKED_0 = 0x4000;
export const ROW_PLAIN_OVER = 0xc000;
/** One of the first connections, of which all facts are gathered. */
export const ROW_SAMPLE = 0x10000;
/** The SYN+ACK took up Multipath TCP: the responder offers it only to an originator that did (RFC 8684 §3.1). */
export const ROW_MULTIPATH = 0x20000;
/** What stays when a plain connection is gone through again. */
export const ROW_LASTING = ROW_IPV6 | ROW_SAMPLE;

/** Neither answered nor used. */
export function isHalfOpen(row: { has(bits: number): boolean }): boolean {
  return !row.has(ROW_SYN_ACK | ROW_DATA);
}
