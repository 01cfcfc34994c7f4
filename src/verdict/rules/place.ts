import type { CloseFacts, ConnectionFacts, Side } from '../../model/facts.ts';
import { type Case, halfOf, hasLosses, isCapturedAt, isWithinOneHost, otherSide } from '../case.ts';
import { initialTtl, steadyTtl } from './guards.ts';
import { causeRule, type Rule, resetRule } from './rule.ts';

/** Evidence that depends on where the capture was made: at the host itself its own segments can be told. */

/** The link layer's word (SLL packet type, pcapng flags): it came in although the named side's segments go out here. */
const cameFromOutside = resetRule('came-from-outside', (reset, { facts }) => {
  const { outbound, inbound } = halfOf(facts, reset.from).stack;
  if (reset.direction !== 'inbound' || outbound === 0 || inbound > 1) return null;
  return {
    frames: [reset.frame],
    text: `The reset came in from the network, but the ${reset.from} is this host: somebody else sent it.`,
  };
});

/** The same word, the other way: this host did send it (a filter of its own included). */
const sentByThisHost = causeRule('sent-by-this-host', (cause, { facts, context }) => {
  const { ip, stack } = halfOf(facts, cause.from);
  if (cause.direction !== 'outbound' || stack.inbound > 0 || context.hasComeIn(ip)) return null;
  return { frames: [cause.frame], text: `It was captured on its way out of the ${cause.from}'s own host.` };
});

/** Ordinary segments that must have come in before it counts that the reset did not. */
const MIN_CAME_IN = 2;

/**
 * `tcpdump -i any` on a router: what it forwards is captured twice, first as received and then as sent (packet type 0
 * and 4, LINKTYPE_LINUX_SLL). A reset that was only sent, in the name of a side whose segments all came in, was made by
 * the capturing host itself: its filter, or a program on it. Void where nothing was captured twice (a capture of what
 * goes out, address translation) and where frames were lost, the received one perhaps among them.
 */
const neverCameIn = resetRule('never-came-in', (reset, found) => {
  const { facts } = found;
  const { outbound, inbound } = halfOf(facts, reset.from).stack;
  if (reset.direction !== 'outbound' || reset.copies > 0 || inbound < MIN_CAME_IN) return null;
  if (facts.duplicateFrames === 0 || hasLosses(found) || outbound > resetsSent(facts, reset.from))
    return null;
  return {
    frames: [reset.frame, reset.before.ttlFrame],
    text: `The ${reset.from}'s segments came in here and were passed on; the reset only went out: the capturing host made it.`,
  };
});

function resetsSent({ closes }: ConnectionFacts, side: Side): number {
  return closes.filter(
    ({ kind, from, direction }) => kind === 'RST' && from === side && direction === 'outbound',
  ).length;
}

/** Weight when the place of the capture is known by TTLs alone: a router next to it may have answered, too. */
const BY_TTL_ALONE = 0.6;

/** At the named side's own end of the path, with a TTL that no router has touched, as its other segments' if they were seen. */
const noRouterCrossed = resetRule('no-router-crossed', (reset, found) => {
  if (reset.direction !== null || reset.ttl !== initialTtl(reset.ttl)) return null;
  const usual = steadyTtl(reset.before);
  if (usual !== null && usual !== reset.ttl) return null;
  const isKnown = isCapturedAt(reset.from, found);
  if (!isKnown && !isPeerRemote(reset, found)) return null;
  return {
    frames: [reset.frame],
    strength: isKnown ? 1 : BY_TTL_ALONE,
    text: `The capture was made at the ${reset.from}, and the reset's TTL ${reset.ttl} shows that it crossed no router.`,
  };
});

/** Nothing else tells the place, but the other side's SYN had crossed routers, so the capture is not at that side. */
function isPeerRemote(reset: CloseFacts, { facts, context }: Case): boolean {
  const { ttlOfSyn } = halfOf(facts, otherSide(reset.from)).stack;
  return context.vantage.place === 'unknown' && ttlOfSyn !== null && ttlOfSyn !== initialTtl(ttlOfSyn);
}

const nothingInBetween = causeRule('nothing-in-between', (cause, { facts }) =>
  isWithinOneHost(facts)
    ? { frames: [cause.frame], text: 'Client and server are one host: nothing lies in between.' }
    : null,
);

/**
 * On virtual links checksums are left to the network card, and stay unfilled. Netfilter's REJECT leaves them so too;
 * the kernel's answer for a missing socket (tcp_v4_send_reset) fills its own. Real cards fill all: says nothing there.
 */
const netfilterChecksum = resetRule('netfilter-checksum', (reset, found) => {
  if (!isBareReply(reset.form, reset.ipId) || reset.checksum !== 'bad' || !isVirtualLink(found)) return null;
  // Addresses changed after the fact spoil all checksums: the other side must have shown a filled one.
  if (halfOf(found.facts, otherSide(reset.from)).stack.goodChecksums === 0) return null;
  return {
    frames: [reset.frame],
    text: 'The reset left its checksum unfilled as a packet filter of this very machine does, not as a closed socket.',
  };
});

function isBareReply(form: string | null, ipId: number | null): boolean {
  return form === 'reply' && ipId === 0;
}

/** Checksums of both directions are unfilled: veth, bridge, loopback. */
function isVirtualLink({ facts }: Case): boolean {
  return facts.client.stack.badChecksums > 0 && facts.server.stack.badChecksums > 0;
}

export const PLACE_RULES: readonly Rule[] = [
  cameFromOutside,
  sentByThisHost,
  neverCameIn,
  noRouterCrossed,
  nothingInBetween,
  netfilterChecksum,
];
