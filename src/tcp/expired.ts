import type { CloseRecord, IcmpRecord } from './story.ts';

/** Time exceeded in transit: ICMP type 11 (RFC 792), ICMPv6 type 3 (RFC 4443 §3.3), both with code 0. */
const TIME_EXCEEDED = 11;
const TIME_EXCEEDED_V6 = 3;
const IN_TRANSIT = 0;
/** The message comes back within a round trip to that router. */
const AT_ONCE_NS = 1e9;

/**
 * The frame in which a router says that this RST never got past it: told of its side just after it, when it had fewer hops left
 * than all of that side's other segments, which did get through. So look resets by which a host, or a tool on it, wants to be
 * seen by boxes on the way only. Null without one.
 */
export function expiredFrame(
  { half, facts }: CloseRecord,
  errors: readonly IcmpRecord[],
  isIpv6: boolean,
): number | null {
  const { ttlMin } = facts.before;
  if (errors.length === 0 || ttlMin === null || facts.ttl >= ttlMin) return null;
  const type = isIpv6 ? TIME_EXCEEDED_V6 : TIME_EXCEEDED;
  const told = errors.find(
    (error) =>
      error.half === half &&
      error.type === type &&
      error.code === IN_TRANSIT &&
      error.timeNs >= facts.timeNs &&
      error.timeNs - facts.timeNs <= AT_ONCE_NS,
  );
  return told?.frame ?? null;
}
