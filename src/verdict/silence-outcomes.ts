import type { HalfFacts, IcmpErrorFacts, Side } from '../model/facts.ts';
import { type Case, otherSide } from './case.ts';
import { isLateAnswer, MIN_UNANSWERED } from './deafness.ts';
import { nobody, type OutcomeRule } from './outcome-rule.ts';

/** RFC 6298 §2: the first SYN timer is 1 s (3 s in older stacks); an answer later than that is not coming. */
const SYN_PATIENCE_NS = 3e9;
/** One or two retransmissions count when nothing came for this long (several RTOs, RFC 6298 §2.4: 1 s each at least). */
const SILENCE_NS = 10e9;

/** Nothing closed it. */
export const SILENCE_OUTCOMES: readonly OutcomeRule[] = [
  { reason: 'forbidden', outcome: 'refused', blames: icmpBlame, fits: isForbiddenInHandshake },
  { reason: 'forbidden', outcome: 'timed-out', blames: icmpBlame, fits: isForbiddenLater },
  { reason: 'unanswered-syn', outcome: 'timed-out', blames: nobody, fits: isSynUnanswered },
  { reason: 'half-open', outcome: 'timed-out', blames: nobody, fits: isHalfOpen },
  { reason: 'given-up', outcome: 'timed-out', blames: nobody, fits: isGivenUp },
  { reason: 'window-stayed-shut', outcome: 'timed-out', blames: shutSide, fits: isWindowShutForGood },
  { reason: 'unacknowledged', outcome: 'timed-out', blames: nobody, fits: isUnacknowledged },
  { reason: 'probes-unanswered', outcome: 'timed-out', blames: nobody, fits: areProbesUnanswered },
];

/**
 * ICMP errors by which a filter says no: IPv4 type 3 codes 9, 10, 13 (RFC 1122 §3.2.2.1, RFC 1812 §5.2.7.1), IPv6
 * type 1 code 1 (RFC 4443 §3.1), and port unreachable, which TCP never sends itself but netfilter's REJECT does.
 */
export function prohibition({ facts }: Case): IcmpErrorFacts | null {
  if (facts.icmpErrors.length === 0) return null;
  const isProhibition = ({ type, code }: IcmpErrorFacts): boolean =>
    facts.ipVersion === 4
      ? type === 3 && (code === 3 || code === 9 || code === 10 || code === 13)
      : type === 1 && (code === 1 || code === 4 || code === 5 || code === 6);
  return facts.icmpErrors.find(isProhibition) ?? null;
}

/** The side whose packets were refused talked to the other one, so that is the side in whose name it was done. */
function icmpBlame(found: Case): Side | null {
  const error = prohibition(found);
  return error === null ? null : otherSide(error.about);
}

function isForbiddenInHandshake(found: Case): boolean {
  return found.facts.handshake.synAckFrame === null && prohibition(found) !== null;
}

function isForbiddenLater(found: Case): boolean {
  return prohibition(found) !== null && isUnacknowledged(found);
}

function isSynUnanswered({ facts: { handshake, server, end } }: Case): boolean {
  if (handshake.synFrame === null || handshake.synAckFrame !== null || server.segments > 0) return false;
  return handshake.synCount >= 3 || isPastSynPatience(end.silenceNs);
}

/** A SYN that came so long ago is not answered any more. Of what a lone SYN has of its own, no verdict depends on more than this. */
export function isPastSynPatience(silenceNs: number): boolean {
  return silenceNs >= SYN_PATIENCE_NS;
}

function isHalfOpen({ facts: { handshake, end, client, server } }: Case): boolean {
  if (handshake.synAckFrame === null || handshake.state === 'complete') return false;
  if (client.bytes + server.bytes > 0) return false;
  return handshake.synFrame !== null && end.silenceNs >= SYN_PATIENCE_NS;
}

/** A kernel gave up in silence, and said so by a reset only when the other side spoke again. */
function isGivenUp({ facts }: Case): boolean {
  return facts.closes.some((close) => isLateAnswer(facts, close));
}

function isWindowShutForGood({ facts: { client, server, end } }: Case): boolean {
  const isGivenUp = end.reason === 'idle' || end.silenceNs >= SILENCE_NS;
  return isGivenUp && (isStarving(client, server) || isStarving(server, client));
}

function isStarving(reader: HalfFacts, writer: HalfFacts): boolean {
  return reader.isWindowShut && (writer.bytesUnacked > 0 || writer.keepAliveProbes > 0);
}

function shutSide({ facts: { client, server } }: Case): Side {
  return isStarving(client, server) ? 'client' : 'server';
}

function isUnacknowledged({ facts: { client, server, end } }: Case): boolean {
  const isDeaf = ({ finalRetransmissions, bytesUnacked }: HalfFacts): boolean =>
    finalRetransmissions >= MIN_UNANSWERED ||
    (finalRetransmissions > 0 && bytesUnacked > 0 && end.silenceNs >= SILENCE_NS);
  return isDeaf(client) || isDeaf(server);
}

function areProbesUnanswered({ facts: { client, server } }: Case): boolean {
  return client.unansweredProbes >= MIN_UNANSWERED || server.unansweredProbes >= MIN_UNANSWERED;
}
