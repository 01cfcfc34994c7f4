import type { CloseBaseline, CloseFacts } from '../../model/facts.ts';
import type { Case } from '../case.ts';

/** Conditions without which a header says nothing about who wrote it. */

/** Initial TTLs of the stacks in use (Linux and BSD 64, Windows 128, Solaris and routers 255). */
const INITIAL_TTLS = [64, 128, 255] as const;
/** Paths on the Internet are shorter than this; a larger distance from an initial TTL means the program set its own. */
const MAX_HOPS = 24;
/** One segment may have come another way; two that agree are a habit. */
const MIN_BASELINE = 2;
/** An older baseline may have come over another route. */
const FRESH_NS = 60e9;
/** A per-socket IPv4 ID counter moves by one a segment; this many may not have been captured. */
const MAX_ID_STEP = 64;

/** The initial TTL that a packet with this TTL most likely left with. */
export function initialTtl(ttl: number): number {
  return INITIAL_TTLS.find((initial) => ttl <= initial) ?? 255;
}

/** The TTL is a plausible rest of an initial TTL: not set by a program (IP_TTL), which kernels' own RSTs ignore. */
function isNaturalTtl(ttl: number): boolean {
  return initialTtl(ttl) - ttl <= MAX_HOPS;
}

/** The TTL that all ordinary segments of the sender came with, when it is one and can be relied on; else null. */
export function steadyTtl({ segments, ttlMin, ttlMax }: CloseBaseline): number | null {
  if (ttlMin === null || ttlMin !== ttlMax || segments < MIN_BASELINE) return null;
  return isNaturalTtl(ttlMin) ? ttlMin : null;
}

export function isFresh({ timeNs, before }: CloseFacts): boolean {
  return before.lastNs !== null && timeNs - before.lastNs <= FRESH_NS;
}

/**
 * The sender has the habits of a Linux host: timestamps, TTL of the 64 class, DF set, a per-socket ID counter. Only
 * for such a sender is it known what its own RSTs look like (tcp_send_active_reset, tcp_v4_send_reset).
 */
export function isLinuxLike({ hasTimestamps, ttlMax, isDontFragment, ipId }: CloseBaseline): boolean {
  return hasTimestamps && ttlMax !== null && ttlMax <= 64 && isDontFragment === true && ipId === 'counter';
}

/** Segments of a side before its ID habit can be told at all (two steps need three). */
const MIN_HABIT = 4;

/**
 * A sender of which too little was seen to know its habits, but nothing that a Linux host would not do: TTL of the 64
 * class, and no IDs that are known to be other than a counter's.
 */
export function isPlausiblyLinux({ before, ttl }: CloseFacts): boolean {
  if ((before.ttlMax ?? ttl) > 64) return false;
  if (before.isDontFragment === false) return false;
  return before.ipId === 'none' || (before.ipId === 'other' && before.segments < MIN_HABIT);
}

/** Without a tick of the named side's clock: longer than the slowest clock of a Linux host, and of any host (RFC 7323 §5.4: 1 s). */
const LINUX_STILL_NS = 200e6;
const ANY_STILL_NS = 3e9;

/** The close has the very timestamp of the segment before it, although the sender's clock must have gone on. */
export function hasClockStopped({ tsVal, timeNs, before }: CloseFacts): boolean {
  if (tsVal === null || tsVal !== before.lastTsVal || before.lastNs === null) return false;
  return timeNs - before.lastNs > (isLinuxLike(before) ? LINUX_STILL_NS : ANY_STILL_NS);
}

/** Steps from the sender's last ID to this one, 0–65535; null when its IDs are not a counter. */
export function ipIdStep({ ipId, before }: CloseFacts): number | null {
  if (before.ipId !== 'counter' || before.lastIpId === null || ipId === null) return null;
  return (ipId - before.lastIpId) & 0xffff;
}

export function isIpIdNext(close: CloseFacts): boolean {
  const step = ipIdStep(close);
  return step !== null && step >= 1 && step <= MAX_ID_STEP;
}

/** Cues about the capture's place contradict each other: several places, or a path that changes. */
export function isPlaceDisputed({ context: { vantage } }: Case): boolean {
  return vantage.place === 'unknown' && vantage.connections > 1;
}

/** Baselines compare within one connection that had begun: raw scanners and SYN proxies answer handshakes. */
export function isEstablished({ facts: { handshake }, position }: Case): boolean {
  return position !== 'handshake' && (handshake.state === 'complete' || handshake.state === 'none');
}
