import { seqDelta } from '../../bytes/seq.ts';
import type { CloseFacts } from '../../model/facts.ts';
import { type Case, halfOf, hasLosses, otherSide } from '../case.ts';
import { hasClockStopped, ipIdStep, isIpIdNext, isLinuxLike, isPlausiblyLinux } from './guards.ts';
import { causeRule, type Rule, resetRule } from './rule.ts';

/** Does the RST, or FIN, look like the work of the named side's TCP stack? */

/** tsval moves by 1 a millisecond at most (RFC 7323 §5.4); a day of it. */
const MAX_TS_STEP = 86_400_000;

/** A FIN whose ID lies so far from the last one is none of its socket's: segments that the card cut up took as many IDs. */
const FAR_OFF_ID = 4096;
/** Weight of a cleared DF alone, with the right ID. */
const DF_ALONE = 0.5;

/**
 * Linux' own RSTs have DF set, and ID 0 (replies) or the socket's next ID (aborts). Raw-socket tools leave DF clear and
 * draw an ID at random. An abort with the right ID but without DF is odd, too: ip_dont_fragment asks the socket.
 */
const ipIdAndDfForeign = resetRule('ip-id-and-df-foreign', (reset) => {
  if (isLinuxLike(reset.before) && reset.form === 'active' && !reset.isDontFragment && isIpIdNext(reset)) {
    return {
      frames: [reset.frame, reset.before.ttlFrame],
      strength: DF_ALONE,
      text: `The reset allows fragments; the ${reset.from}'s segments do not, and an abort is one of the same socket.`,
    };
  }
  if (!isForeignId(reset) || reset.ipId === 0) return null;
  return {
    frames: [reset.frame, reset.before.ttlFrame],
    text: `The reset allows fragments and has IP ID ${reset.ipId}, off the ${reset.from}'s series (last ${reset.before.lastIpId}): not its kernel's work.`,
  };
});

function isForeignId(reset: CloseFacts): boolean {
  return isLinuxLike(reset.before) && !reset.isDontFragment && ipIdStep(reset) !== null && !isIpIdNext(reset);
}

/** An aborted socket's RST takes the next ID of that socket (ip_queue_xmit); a reply for a missing socket has ID 0. */
const ipIdOffSeries = resetRule('ip-id-off-series', (reset) => {
  if (reset.form === 'refusal' || isForeignId(reset) || !isLinuxLike(reset.before)) return null;
  if (reset.ipId === 0 && reset.form !== 'active') return null;
  if ((reset.form === 'active' && !hasOpenWindow(reset)) || ipIdStep(reset) === null || isIpIdNext(reset))
    return null;
  return {
    frames: [reset.frame, reset.before.ttlFrame],
    text: `The reset has IP ID ${reset.ipId}: neither the next after the ${reset.from}'s last one, ${reset.before.lastIpId}, nor the 0 of a kernel's reply.`,
  };
});

/**
 * A FIN is the socket's own segment and takes its next ID (ip_queue_xmit). Only far off the series: an offloaded segment
 * takes as many IDs as the card makes packets of it, and some may not have been captured.
 */
const finIpIdOffSeries = causeRule('fin-ip-id-off-series', (fin, found) => {
  if (!isCapturedFin(fin, found) || !isLinuxLike(fin.before) || hasLosses(found)) return null;
  const step = ipIdStep(fin);
  if (step === null || Math.min(step, 0x10000 - step) <= FAR_OFF_ID) return null;
  return {
    frames: [fin.frame, fin.before.ttlFrame],
    text: `The FIN has IP ID ${fin.ipId}, far from the ${fin.from}'s last one, ${fin.before.lastIpId}.`,
  };
});

function isCapturedFin({ kind }: CloseFacts, { ending }: Case): boolean {
  return kind === 'FIN' && ending.shownBy === null;
}

/** RFC 7323 §3.2: once it was agreed on, every segment that is no RST must carry the option, whatever the stack. */
const finTimestampMissing = causeRule('fin-timestamp-missing', (fin, found) => {
  if (!isCapturedFin(fin, found) || fin.hasTimestamp || !fin.before.hasTimestamps) return null;
  return {
    frames: [fin.frame, fin.before.ttlFrame],
    text: `The FIN carries no timestamp, which every segment of the ${fin.from} must (RFC 7323).`,
  };
});

/** A window that was not captured is not known to be open. */
function hasOpenWindow({ window }: CloseFacts): boolean {
  return window !== null && window > 0;
}

/** tcp_send_active_reset writes the timestamp option when the connection has it; RFC 7323 §3.2 lets others omit it. */
const timestampMissing = resetRule('timestamp-missing', (reset) => {
  if (reset.form !== 'active' || !hasOpenWindow(reset) || reset.hasTimestamp) return null;
  if (!isLinuxLike(reset.before)) return null;
  return {
    frames: [reset.frame, reset.before.ttlFrame],
    text: `The ${reset.from}'s segments carry timestamps; this abort carries none.`,
  };
});

/** A host's timestamp clock never runs backwards (RFC 7323 §5.4). */
const timestampBackwards = resetRule('timestamp-backwards', (reset) => {
  const step = timestampStep(reset);
  if (step === null || step >= 0) return null;
  return {
    frames: [reset.frame, reset.before.ttlFrame],
    text: `The reset's timestamp lies ${-step} ticks before the ${reset.from}'s last one.`,
  };
});

function timestampStep({ tsVal, before }: CloseFacts): number | null {
  return tsVal === null || before.lastTsVal === null ? null : seqDelta(tsVal, before.lastTsVal);
}

/** Weight where the sender has shown too little of itself to be known for a Linux host. */
const UNKNOWN_STACK = 0.6;

/**
 * Linux knows no RST+ACK with window 0 and without the timestamp inside a connection that uses it; Windows does. Nor do
 * the others that start from TTL 64: Apple's leaves the timestamp out but states its window, FreeBSD's states window 0 but
 * keeps the timestamp (tcp_output).
 */
const abortWithoutWindowOrTimestamp = resetRule('abort-without-window-or-timestamp', (reset, found) => {
  if (reset.form !== 'active' || reset.window !== 0 || reset.hasTimestamp) return null;
  const isKnown = isLinuxLike(reset.before);
  if (!isKnown && !(usesTimestamps(found) && isPlausiblyLinux(reset))) return null;
  return {
    frames: [reset.frame, reset.before.ttlFrame],
    strength: isKnown ? 1 : UNKNOWN_STACK,
    text: `The reset has window 0, an acknowledgement and no timestamp: the ${reset.from}'s kernel makes no such segment.`,
  };
});

/** Agreed on in the handshake, or else nobody would send it (RFC 7323 §3.2). */
function usesTimestamps({ facts, ending: { cause } }: Case): boolean {
  if (cause === null) return false;
  return cause.before.hasTimestamps || halfOf(facts, otherSide(cause.from)).stack.hasTimestamps;
}

/** The option was copied: a host's clock goes on in the meantime (RFC 7323 §5.4). */
const timestampStandsStill = resetRule('timestamp-stands-still', (reset) => {
  if (!hasClockStopped(reset)) return null;
  return {
    frames: [reset.frame, reset.before.ttlFrame],
    text: `The reset repeats the ${reset.from}'s last timestamp, although time has passed since.`,
  };
});

/** The next ID of the very socket: only a box that follows the connection could know it. */
const ipIdContinues = resetRule('ip-id-continues', (reset) => {
  if (reset.form !== 'active' || !isIpIdNext(reset)) return null;
  return {
    frames: [reset.frame, reset.before.ttlFrame],
    text: `The reset's IP ID ${reset.ipId} follows the ${reset.from}'s last one, ${reset.before.lastIpId}.`,
  };
});

const timestampContinues = resetRule('timestamp-continues', (reset) => {
  const step = timestampStep(reset);
  if (reset.form !== 'active' || step === null || step < 0 || step > MAX_TS_STEP) return null;
  if (hasClockStopped(reset)) return null;
  return {
    frames: [reset.frame, reset.before.ttlFrame],
    text: `The reset's timestamp goes on from the ${reset.from}'s last one.`,
  };
});

export const STACK_RULES: readonly Rule[] = [
  ipIdAndDfForeign,
  ipIdOffSeries,
  finIpIdOffSeries,
  finTimestampMissing,
  timestampMissing,
  timestampBackwards,
  timestampStandsStill,
  abortWithoutWindowOrTimestamp,
  ipIdContinues,
  timestampContinues,
];
