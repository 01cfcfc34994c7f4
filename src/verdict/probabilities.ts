import type { Side } from '../model/facts.ts';
import type { Certainty, Group } from '../model/verdict.ts';
import { isPerhapsHalfClose, isRestRefused } from './benign.ts';
import {
  type Case,
  groupOf,
  hasLosses,
  isCapturedAt,
  isReply,
  isSubflowOnly,
  isWithinOneHost,
  isWithoutPayload,
  otherSide,
} from './case.ts';
import { forgottenBy } from './forgotten.ts';
import { mayBeHostFilter } from './host-filter.ts';
import { isUnread } from './position.ts';
import { isHard, type Score } from './score.ts';
import { shutNs } from './stall.ts';
import {
  ACCUSE_DB,
  MAX_BEHIND_SHUT_WINDOW,
  MAX_CONFIDENCE,
  MAX_ONE_SIDED,
  MAX_WITH_HARD_PROOF,
  MAX_WITH_LOSSES,
  MAX_WITHOUT_OWN_CAPTURE,
  MIN_LIKELY,
  MIN_PROVEN,
} from './weights.ts';

export interface Attribution {
  readonly group: Group;
  readonly certainty: Certainty;
  readonly confidence: number;
  readonly probabilities: Readonly<Record<Group, number>>;
}

const GROUPS = ['client-abort', 'intermediary', 'server'] as const;

/** Turns decibels into the probabilities of the three groups and picks one. They sum to 1. */
export function attribute(found: Case, suspect: Side, score: Score): Attribution {
  const isAccused = score.against >= ACCUSE_DB;
  const odds = { ...score.logOdds };
  // Too thin to accuse somebody unseen: at most even odds.
  if (!isAccused) odds.intermediary = Math.min(odds.intermediary, odds[groupOf(suspect)]);
  if (score.proof === 'sent') odds.intermediary = Number.NEGATIVE_INFINITY;
  const raw = normalise(odds);
  const group = isAccused ? 'intermediary' : strongerSide(raw, suspect);
  const probabilities = cap(raw, group, confidenceCap(found, group, score));
  const confidence = probabilities[group];
  const isDoubtful = confidence < MIN_LIKELY || Math.abs(score.against) < ACCUSE_DB;
  return {
    group,
    confidence,
    probabilities,
    certainty: isDoubtful ? 'undetermined' : confidence >= MIN_PROVEN ? 'proven' : 'likely',
  };
}

function normalise(logOdds: Readonly<Record<Group, number>>): Record<Group, number> {
  const most = Math.max(...GROUPS.map((group) => logOdds[group]));
  const shares = GROUPS.map((group) => 10 ** ((logOdds[group] - most) / 10));
  const sum = shares.reduce((a, b) => a + b, 0);
  return {
    'client-abort': shares[0]! / sum,
    intermediary: shares[1]! / sum,
    server: shares[2]! / sum,
  };
}

function strongerSide(probabilities: Readonly<Record<Group, number>>, suspect: Side): Group {
  const own = groupOf(suspect);
  const other = groupOf(otherSide(suspect));
  return probabilities[other] > probabilities[own] ? other : own;
}

/** What the capture allows to claim at most, whatever the evidence. */
function confidenceCap(found: Case, group: Group, score: Score): number {
  const { isContradicted, proof } = score;
  const { facts } = found;
  let most = MAX_CONFIDENCE;
  if (proof === 'inserted') return most;
  if (group === 'intermediary')
    most = isProvenInBetween(found, score) ? MAX_WITH_HARD_PROOF : MAX_WITHOUT_OWN_CAPTURE;
  else if (proof === null && !isCapturedAt(sideOf(group), found) && !isWithinOneHost(facts))
    most = MAX_WITHOUT_OWN_CAPTURE;
  if (isPerhapsHalfClose(found)) most = Math.min(most, MAX_WITHOUT_OWN_CAPTURE);
  if (shutNs(found) > 0 && group !== 'intermediary') most = Math.min(most, MAX_BEHIND_SHUT_WINDOW);
  if (hasLosses(found)) most = Math.min(most, MAX_WITH_LOSSES);
  if (isOneSided(found) || isPlaceHidden(found)) most = Math.min(most, MAX_ONE_SIDED);
  if (isOrphanReply(found) && group !== 'intermediary')
    most = Math.min(most, proof === 'sent' ? MAX_WITHOUT_OWN_CAPTURE : MAX_ONE_SIDED);
  if (isSubflowOnly(found) && group !== 'intermediary') most = Math.min(most, MAX_ONE_SIDED);
  if (isContradicted && proof === null && group !== 'intermediary') most = Math.min(most, MAX_ONE_SIDED);
  if (forgottenBy(found) !== null && group !== 'intermediary') most = Math.min(most, MAX_ONE_SIDED);
  if (answersUnseenFin(found) && group !== 'intermediary') most = Math.min(most, MAX_ONE_SIDED);
  return most;
}

/** Hard proof that the named side's socket did not send it, and no packet filter of its host, either. */
function isProvenInBetween(found: Case, { hasHardProof, evidence }: Score): boolean {
  if (!hasHardProof || !mayBeHostFilter(found)) return hasHardProof;
  return evidence.some(({ rule, weight }) => rule !== 'sender-went-on' && weight > 0 && isHard(rule));
}

function sideOf(group: Group): Side {
  return group === 'server' ? 'server' : 'client';
}

function isOneSided({ context, facts }: Case): boolean {
  return context.isOneSided || facts.client.segments === 0 || facts.server.segments === 0;
}

/**
 * Lost or cut octets hide where the conversation stood: perhaps all had been answered, and the reset that ended it cut
 * nothing.
 */
function isPlaceHidden(found: Case): boolean {
  const { position, facts, app, ending } = found;
  if (position === 'before-request' || position === 'handshake') return false;
  if (position !== 'unknown' && (!isUnread(app) || isWithoutPayload(facts))) return false;
  // What the client refused was cut, whatever it was.
  const hasRefused = ending.cause?.kind === 'RST' ? ending.cause.peerBytesUnacked > 0 : isRestRefused(found);
  return !(ending.cause?.from === 'client' && hasRefused);
}

/**
 * The close acknowledges one octet more than the other side was seen to send: that side's FIN or an octet of payload,
 * and nothing tells which (lost-fin.ts). If it was the FIN, the other side began.
 */
function answersUnseenFin({ facts, ending: { cause } }: Case): boolean {
  if (cause === null || !cause.hasSeenLostFin) return false;
  return !facts[otherSide(cause.from)].isFinSeen;
}

/**
 * A reset that a host without the connection sends, and just as well any box on the way to it. Even where the host's
 * own sending is shown, it only answered: what took the connection away from it was not seen.
 */
function isOrphanReply({ facts, ending: { cause } }: Case): boolean {
  return cause !== null && isReply(cause) && !isWithinOneHost(facts);
}

/** Takes what is above the cap and shares it out among the other groups in their proportion. */
function cap(
  probabilities: Readonly<Record<Group, number>>,
  group: Group,
  most: number,
): Record<Group, number> {
  const own = probabilities[group];
  if (own <= most) return { ...probabilities };
  const rest = 1 - own;
  const capped = { ...probabilities, [group]: most };
  for (const each of GROUPS) {
    if (each === group) continue;
    const share = rest > 0 ? probabilities[each] / rest : 0.5;
    capped[each] = share * (1 - most);
  }
  return capped;
}
