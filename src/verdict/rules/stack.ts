import { seqDelta } from '../../bytes/seq.ts';
import type { CloseFacts } from '../../model/facts.ts';
import { ipIdStep, isIpIdNext, isLinuxLike } from './guards.ts';
import { type Rule, resetRule } from './rule.ts';

/** Does the RST look like the work of the named side's TCP stack? */

/** tsval moves by 1 a millisecond at most (RFC 7323 §5.4); a day of it. */
const MAX_TS_STEP = 86_400_000;

/**
 * Linux' own RSTs have DF set, and ID 0 (replies) or the socket's next ID (aborts). Raw-socket tools leave DF clear and
 * draw an ID at random.
 */
const ipIdAndDfForeign = resetRule('ip-id-and-df-foreign', (reset) => {
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

/** Linux knows no RST+ACK with window 0 and without the timestamp inside a connection that uses it; Windows does. */
const abortWithoutWindowOrTimestamp = resetRule('abort-without-window-or-timestamp', (reset) => {
  if (reset.form !== 'active' || reset.window !== 0 || reset.hasTimestamp) return null;
  if (!isLinuxLike(reset.before)) return null;
  return {
    frames: [reset.frame, reset.before.ttlFrame],
    text: `The reset has window 0, an acknowledgement and no timestamp: the ${reset.from}'s kernel makes no such segment.`,
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
  return {
    frames: [reset.frame, reset.before.ttlFrame],
    text: `The reset's timestamp goes on from the ${reset.from}'s last one.`,
  };
});

export const STACK_RULES: readonly Rule[] = [
  ipIdAndDfForeign,
  ipIdOffSeries,
  timestampMissing,
  timestampBackwards,
  abortWithoutWindowOrTimestamp,
  ipIdContinues,
  timestampContinues,
];
