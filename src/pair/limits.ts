/** Bounds of the comparison. Hitting one is said in a warning; it costs answers, never memory. */

/** Packets kept of one connection: the first half of them and the latest half, since its beginning and end are what tells. */
export const MAX_PACKETS_PER_CONNECTION = 4_096;
/** Packets kept of one capture, 68 octets each: some 102 MB, and half as much again while it grows. */
export const MAX_PACKETS = 1_500_000;
/** Connections compared; their facts take some 10 kB each. Those that ended well make room for those that did not. */
export const MAX_COMPARED = 10_000;
/** Octets of a payload that are compared. The second number is what a snaplen of 96 leaves of most segments. */
export const PREFIX_LEN = 256;
export const HEAD_LEN = 16;
/** Packets that the clock estimate looks at; more do not make it better. */
export const MAX_CLOCK_SAMPLES = 200_000;
/** Packets that a connection lists as lost or added; more are only counted. */
export const MAX_LISTED = 50;
