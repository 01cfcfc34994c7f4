/** Bounds of the TCP stage. Hitting one costs answers, never memory or time, and is said in a warning. */

const SECOND_NS = 1e9;

/**
 * Connections of a shard followed at once, 262,144 in all; above it half-open ones go first. About 700 octets each; while
 * they are plain, 160 and a log of 512 or more; with nothing but a SYN, 230: 190 MB at most.
 */
export const MAX_CONNECTIONS = 16_384;

/**
 * Reported connections of a shard (65,536 in all) whose 4-tuple is still remembered, so that a straggler minutes later is not taken for a new
 * connection. Wireshark remembers all of them; we remember the latest.
 */
export const MAX_REMEMBERED = 4_096;

/** Octets held for one half-stream while a hole before them may still be filled; beyond it the hole is given up. */
export const MAX_HELD_PER_HALF = 4 * 1024 * 1024;
/** Segments held, so that a hostile sender of one-octet segments cannot make the list slow. */
export const MAX_HELD_SEGMENTS = 2_048;
/** Octets held over all connections of a shard: room for a side at its limit, and some more; 80 MiB in all. */
export const MAX_HELD = 5 * 1024 * 1024;

/**
 * First connections of a shard (2,048 in all) of which all facts are gathered, however they ended: they show where the
 * capture was taken.
 */
export const CONTEXT_SAMPLE = 128;

/** FINs and RSTs kept in full for one connection. More are only counted. */
export const MAX_CLOSES = 16;
export const MAX_ICMP_ERRORS = 4;

/** After both FINs are acknowledged the connection is reported this much later: time for late RSTs. */
export const LINGER_AFTER_FIN_NS = 2 * SECOND_NS;
/** After a RST: time for the side it claims to come from to show that it lives (a NAT that forgot: 0.3 s measured). */
export const LINGER_AFTER_RST_NS = 30 * SECOND_NS;

/** Linux gives up a SYN after 127 s (tcp_syn_retries = 6: 1 + 2 + … + 64 s). */
export const IDLE_HALF_OPEN_NS = 180 * SECOND_NS;
/** Linux' keep-alive needs 7,200 s and nine probes of 75 s to find a dead peer (tcp(7)); with some slack. */
export const IDLE_NS = 8_100 * SECOND_NS;
/** Both are kept to this, counted from the capture's first second. */
export const IDLE_TICK_NS = SECOND_NS;

/** A frame this far ahead of the one before is believed only when the next one is there too. */
export const LEAP_NS = 60 * SECOND_NS;

/**
 * Copies of one frame (`-i any`, SPAN, two interfaces) lie this close together; measured 1–22 µs on one host,
 * multi-queue captures stay below 1 ms.
 */
export const COPY_WINDOW_NS = 1e6;

/** Frames of one connection can be captured out of order by this much (multi-queue NICs). */
export const REORDER_NS = 3e6;

/** After this long the octets that the peer acknowledged and we have not seen are held to be lost by the capture. */
export const GAP_PATIENCE_NS = 3e6;

/** A time that runs backwards by more than this is a clock step, not a reordering. */
export const CLOCK_STEP_NS = 3e6;

/** Assumed when no SYN told: RFC 9293 §3.7.1 (536 for IPv4), but nearly every path carries 1,200. */
export const ASSUMED_MSS = 1_200;

/** A per-socket IPv4 ID counter moves by one a segment; this many may have been sent elsewhere or not captured. */
export const MAX_ID_STEP = 64;
