import type { CloseFacts, Side } from '../../model/facts.ts';
import { type Case, halfOf } from '../case.ts';
import { initialTtl, isEstablished, isFresh, isPlaceDisputed, steadyTtl } from './guards.ts';
import { causeRule, type Rule, resetRule, wordFor } from './rule.ts';

/** The IP header of the RST or FIN that began the end, against the other segments of the side it names. */

/** A reset sent by a box on the way has crossed fewer routers: this many are near enough to be the same path. */
const NEARER_HOPS = 3;
/** The two low bits of the ToS octet are ECN, which a kernel clears in a reply (RFC 3168 §5). */
const DSCP = 0xfc;
/** Weight of a TTL that is compared with segments more than a minute old. */
const STALE = 0.5;

/**
 * A box between the named side and the capture has fewer routers to cross, and mostly the same initial TTL (Weaver,
 * Sommer, Paxson, NDSS 2009; measured with netfilter and NAT: +1). Not when the baseline itself varies (ECMP) or was
 * set by the program, since kernels' own RSTs use the default. A FIN is the socket's own segment like any other (RFC 9293
 * §3.6), so the same holds for it.
 */
const ttlAboveBaseline = causeRule('ttl-above-baseline', (close, found) => {
  const usual = usualTtl(close, found);
  if (usual === null || isPlaceDisputed(found) || !isNearer(close.ttl, usual)) return null;
  const nearer = close.ttl - usual;
  return {
    frames: [close.frame, close.before.ttlFrame],
    strength: isFresh(close) ? 1 : STALE,
    text: `The ${wordFor(close)} came with TTL ${close.ttl}, the ${close.from}'s other segments with ${usual}: it was sent ${nearer} ${nearer === 1 ? 'router' : 'routers'} nearer.`,
  };
});

/** What the close's TTL can be held against; null when there is nothing, or the close itself was not captured. */
function usualTtl(close: CloseFacts, found: Case): number | null {
  if (found.ending.shownBy !== null || !isEstablished(found)) return null;
  return steadyTtl(close.before);
}

/** Another TTL altogether: another stack, or another place. */
const ttlOffBaseline = causeRule('ttl-off-baseline', (close, found) => {
  const usual = usualTtl(close, found);
  if (usual === null || close.ttl === usual || isNearer(close.ttl, usual)) return null;
  return {
    frames: [close.frame, close.before.ttlFrame],
    strength: isFresh(close) ? 1 : STALE,
    text: `The ${wordFor(close)} came with TTL ${close.ttl}, the ${close.from}'s other segments with ${usual}.`,
  };
});

/**
 * Speaks for the named side, but weakly: some boxes copy the TTL (net4people/bbs issues 98 and 248). Without other
 * segments its SYN serves; a SYN that differs says nothing, since proxies answer SYNs for servers.
 */
const ttlMatchesBaseline = resetRule('ttl-matches-baseline', (reset, { facts }) => {
  if (reset.form === 'refusal') return null;
  const { ttlMin, ttlMax, ttlFrame } = reset.before;
  const { ttlOfSyn } = halfOf(facts, reset.from).stack;
  const lowest = ttlMin ?? ttlOfSyn;
  const highest = ttlMax ?? ttlOfSyn;
  if (lowest === null || highest === null || reset.ttl < lowest || reset.ttl > highest) return null;
  return {
    frames: [reset.frame, ttlFrame],
    text: `The reset's TTL ${reset.ttl} is that of the ${reset.from}'s other segments.`,
  };
});

/**
 * The side has sent no more than its SYN and perhaps one segment: they serve as the baseline, for a reset that comes
 * from nearer. The other way round says nothing, since proxies nearby answer SYNs for servers.
 */
const ttlAboveHandshake = resetRule('ttl-above-handshake', (reset, found) => {
  if (reset.form !== 'reply' || steadyTtl(reset.before) !== null) return null;
  const { ttlOfSyn } = halfOf(found.facts, reset.from).stack;
  const { ttlMin, ttlMax, ttlFrame } = reset.before;
  if (ttlOfSyn === null || (ttlMin ?? ttlOfSyn) !== ttlOfSyn || (ttlMax ?? ttlOfSyn) !== ttlOfSyn)
    return null;
  if (!isEstablished(found) || isPlaceDisputed(found) || !isNearer(reset.ttl, ttlOfSyn)) return null;
  return {
    frames: [reset.frame, ttlFrame ?? synFrameOf(found, reset.from)],
    text: `The reset came with TTL ${reset.ttl}, the ${reset.from}'s handshake with ${ttlOfSyn}: it was sent from nearer.`,
  };
});

function synFrameOf({ facts: { handshake } }: Case, side: Side): number | null {
  return side === 'client' ? handshake.synFrame : handshake.synAckFrame;
}

function isNearer(ttl: number, usual: number): boolean {
  const nearer = ttl - usual;
  return nearer >= 1 && nearer <= NEARER_HOPS && initialTtl(ttl) === initialTtl(usual);
}

/** Connections to a server, and segments of it on them, before their TTL counts as its habit. */
const MIN_OTHER_CONNECTIONS = 3;
const MIN_HABIT_SEGMENTS = 10;
/** Another TTL altogether is another stack, or another place: one of several hosts that share the address, perhaps. */
const OTHER_CLASS = 0.5;

/**
 * A server that has sent nothing here to compare with, but has on other connections, always with one TTL. Not for
 * clients: behind one address of a NAT stand many hosts.
 */
const ttlOffOtherConnections = resetRule('ttl-off-other-connections', (reset, found) => {
  if (reset.form === 'refusal' || reset.from !== 'server' || reset.before.ttlMin !== null) return null;
  const { ip, port } = found.facts.server;
  const usual = found.context.baselineTtl(ip);
  if (usual === null || usual.min !== usual.max || usual.segments < MIN_HABIT_SEGMENTS) return null;
  // This connection is counted, too.
  if (found.context.connectionsTo(ip, port) <= MIN_OTHER_CONNECTIONS || !isEstablished(found)) return null;
  if (reset.ttl === usual.min || isPlaceDisputed(found)) return null;
  // Its own SYN+ACK came that way: another host behind the same address.
  if (reset.ttl === found.facts.server.stack.ttlOfSyn) return null;
  return {
    frames: [reset.frame],
    strength: isNearer(reset.ttl, usual.min) ? 1 : OTHER_CLASS,
    text: `The reset came with TTL ${reset.ttl}; the server's segments on other connections with ${usual.min}.`,
  };
});

/** A refusal has no segments of its own connection to compare with; those of the server's other connections serve. */
const refusalTtlDiffers = resetRule('refusal-ttl-differs', (reset, { facts, context }) => {
  const usual = reset.form === 'refusal' ? context.baselineTtl(facts.server.ip) : null;
  if (usual === null || usual.min !== usual.max || usual.segments < MIN_OTHER_SEGMENTS) return null;
  if (reset.ttl === usual.min) return null;
  return {
    frames: [reset.frame],
    text: `The refusal came with TTL ${reset.ttl}; the server's segments on other connections with ${usual.min}.`,
  };
});

/** Segments on other connections before their TTL counts as the server's habit. */
const MIN_OTHER_SEGMENTS = 4;

const refusalTtlMatches = resetRule('refusal-ttl-matches', (reset, { facts, context }) => {
  const usual = reset.form === 'refusal' ? context.baselineTtl(facts.server.ip) : null;
  if (usual === null || reset.ttl < usual.min || reset.ttl > usual.max) return null;
  return {
    frames: [reset.frame],
    text: `The refusal came with TTL ${reset.ttl}, as the server's segments on other connections.`,
  };
});

/** tcp_v4_send_reset copies the ToS of the segment it answers, an active reset has the socket's; a third value is odd. */
const tosDiffers = resetRule('tos-differs', (reset, found) => {
  const usual = reset.before.tos;
  if (usual === null || !isEstablished(found)) return null;
  const isOdd = (other: number | null): boolean => other !== null && ((reset.tos ^ other) & DSCP) !== 0;
  if (!isOdd(usual) || (reset.triggerTos !== null && !isOdd(reset.triggerTos))) return null;
  return {
    frames: [reset.frame, reset.before.ttlFrame],
    text: `The reset's ToS 0x${hex(reset.tos)} is neither that of the ${reset.from}'s segments (0x${hex(usual)}) nor of what it answers.`,
  };
});

function hex(value: number): string {
  return value.toString(16).padStart(2, '0');
}

/** Linux keeps the flow label in its RSTs (RFC 6437); nf_send_reset6 leaves it 0. Other changes are route rehashes. */
const flowLabelZero = resetRule('flow-label-zero', (reset, found) => {
  const usual = reset.before.flowLabel;
  if (usual === null || usual === 0 || reset.flowLabel !== 0 || !isEstablished(found)) return null;
  return {
    frames: [reset.frame, reset.before.ttlFrame],
    text: `The reset has IPv6 flow label 0; the ${reset.from}'s other segments have 0x${usual.toString(16)}.`,
  };
});

/**
 * On the last network before the capture: another machine's card. VRRP, bonding and direct server return do it too. Where
 * the reset itself was captured at several places, as `tcpdump -i any` does on a router, it shows which copy came first.
 */
const sourceMacDiffers = resetRule('source-mac-differs', (reset, found) => {
  const usual = reset.before.sourceMac;
  if (reset.copies > 0) return null;
  if (usual === 0 || reset.sourceMac === 0 || reset.sourceMac === usual || !isEstablished(found)) return null;
  return {
    frames: [reset.frame, reset.before.ttlFrame],
    text: `The reset came from another network card than the ${reset.from}'s other segments.`,
  };
});

export const HEADER_RULES: readonly Rule[] = [
  ttlAboveBaseline,
  ttlOffBaseline,
  ttlMatchesBaseline,
  ttlAboveHandshake,
  ttlOffOtherConnections,
  refusalTtlDiffers,
  refusalTtlMatches,
  tosDiffers,
  flowLabelZero,
  sourceMacDiffers,
];
