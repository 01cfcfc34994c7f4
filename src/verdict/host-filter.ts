import { type Case, isCapturedAt, isReply } from './case.ts';
import { initialTtl, steadyTtl } from './rules/guards.ts';

/**
 * A host's own packet filter (netfilter's REJECT in its INPUT chain, nf_send_reset) answers in the place of a socket that
 * lives: the socket goes on, and yet nothing in between sent the reset. It is that side's.
 */

/**
 * The reset left the host where the capture was made, and its socket went on: that host's filter sent it. Not by the link
 * layer's word alone: an address that a router translates to has nothing but outgoing segments, too.
 */
export function isHostFilter(found: Case): boolean {
  const { cause } = found.ending;
  if (cause?.kind !== 'RST' || cause.senderContinuedFrame === null || cause.direction !== null) return false;
  const hasCrossedNone = cause.ttl === initialTtl(cause.ttl) && cause.ttl === steadyTtl(cause.before);
  return hasCrossedNone && isCapturedAt(cause.from, found);
}

/** From afar it cannot be told from a box at the same distance: nf_send_reset's form, with the TTL of the side's own segments. */
export function mayBeHostFilter({ ending: { cause } }: Case): boolean {
  if (cause === null || !isReply(cause) || cause.senderContinuedFrame === null) return false;
  return (cause.ipId ?? 0) === 0 && cause.payloadLen === 0 && cause.ttl === steadyTtl(cause.before);
}
