import { type Case, halfOf, hasLosses, isCapturedAt, isReply, otherSide } from '../case.ts';
import { prohibition } from '../silence-outcomes.ts';
import { type Rule, resetRule } from './rule.ts';

/** Time, payload and company of the RST. */

/** Below this the path is too short for a reset to be "too fast". */
const MIN_PATH_NS = 2e6;
/** A box half-way or nearer answers in less than half the round trip. */
const TOO_FAST = 0.5;
/** RSTs to both ends that leave one box together. */
const TOGETHER_NS = 5e6;
/** Two sides of a longer path than this do not abort within 5 ms of each other by chance. */
const MIN_CROSSING_PATH_NS = 10e6;

/**
 * The named side is far, and the answer came sooner than any of its answers could. Only with a single segment that it
 * can be the answer to: of several with the same ACK field the last is named, not the one that was answered. Void when
 * frames are missing, since the answered one may be among them. What the clock may be wrong by counts for the side.
 */
const resetFasterThanPath = resetRule('reset-faster-than-path', (reset, found) => {
  const path = halfOf(found.facts, reset.from).minResponseNs;
  if (path === null || path < MIN_PATH_NS || reset.triggerNs === null || isCapturedAt(reset.from, found))
    return null;
  const peer = halfOf(found.facts, otherSide(reset.from));
  const isClearTrigger = reset.peerBytesUnacked <= peer.maxPayloadLen && peer.retransmittedSegments === 0;
  const took = reset.timeNs - reset.triggerNs;
  const error = found.context.clockErrorNs;
  if (!isReply(reset) || !isClearTrigger || hasLosses(found)) return null;
  if (took + error >= TOO_FAST * (path - error)) return null;
  return {
    frames: [reset.triggerFrame, reset.frame],
    text: `It came ${ms(took)} ms after the segment it answers; the ${reset.from} needs ${ms(path)} ms at least.`,
  };
});

function ms(ns: number): string {
  return (ns / 1e6).toFixed(1);
}

/**
 * Texts by which products say in the RST why they sent it (RFC 9293 §3.5.3 allows data in a RST). Only product names:
 * programs write words like "denied" themselves.
 */
const KNOWN_TEXT =
  /BIG-?IP|\bF5(?:\b|RST)|F5Networks|rst.?cause|Forti(?:net|gate|guard)|Palo ?Alto|PAN-OS|Check ?Point|SonicWall|\bCisco\b|NetScaler|\bCitrix\b|Barracuda|Zscaler/i;

const resetCarriesKnownText = resetRule('reset-carries-known-text', (reset) =>
  reset.payloadText === null || !KNOWN_TEXT.test(reset.payloadText)
    ? null
    : {
        frames: [reset.frame],
        text: `The reset carries a box's own words: "${reset.payloadText}".`,
      },
);

const resetCarriesPayload = resetRule('reset-carries-payload', (reset) =>
  reset.payloadLen === 0 || (reset.payloadText !== null && KNOWN_TEXT.test(reset.payloadText))
    ? null
    : {
        frames: [reset.frame],
        text: `The reset carries ${reset.payloadLen} bytes of payload, which hosts' kernels do not send.`,
      },
);

/**
 * A box that drops a connection tells both ends at once. Two hosts do so only by chance, so on short paths (one LAN, a
 * load generator that aborts both its ends) it says nothing. A clock that is off by more than the path is long cannot
 * tell what was together.
 */
const resetsToBothEnds = resetRule('resets-to-both-ends', (reset, { facts, context }) => {
  const other = facts.closes.find(
    ({ kind, from, effect, timeNs, isAfterOwnFin }) =>
      kind === 'RST' &&
      from !== reset.from &&
      effect !== 'ignored' &&
      !isAfterOwnFin &&
      Math.abs(timeNs - reset.timeNs) <= TOGETHER_NS + context.clockErrorNs,
  );
  const minPathNs = MIN_CROSSING_PATH_NS + 2 * context.clockErrorNs;
  if (other === undefined || context.vantage.place === 'both' || pathNs(facts) < minPathNs) return null;
  return {
    frames: [reset.frame, other.frame],
    text: 'Resets went to both ends at the same moment, and neither is an answer to the other.',
  };
});

function pathNs({ client, server }: Case['facts']): number {
  return (client.minResponseNs ?? 0) + (server.minResponseNs ?? 0);
}

/** A filter said by ICMP that it forbids this traffic; when the server's own address says so, it is the server's filter. */
const icmpProhibited: Rule = {
  id: 'icmp-prohibited',
  about: 'connection',
  find(found) {
    const error = prohibition(found);
    if (error === null || error.from === halfOf(found.facts, otherSide(error.about)).ip) return null;
    return {
      frames: [error.frame],
      text: `${error.from} answered by ICMP (type ${error.type}, code ${error.code}) that this traffic is not let through.`,
    };
  },
};

export const CIRCUMSTANCE_RULES: readonly Rule[] = [
  resetFasterThanPath,
  resetCarriesKnownText,
  resetCarriesPayload,
  resetsToBothEnds,
  icmpProhibited,
];
