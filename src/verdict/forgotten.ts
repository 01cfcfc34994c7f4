import type { CloseFacts } from '../model/facts.ts';
import { type Case, halfOf, otherSide } from './case.ts';

/**
 * The reset by which the other side's host answered the FIN that began the end: it had no such socket any more (RFC 9293
 * §3.10.7.1), though it had sent no FIN. Something unseen had ended the connection there before: a reset that was lost, a
 * host that gave up or started anew, or a box that forgot the connection and answers in the host's name.
 */
export function forgottenBy({ facts, ending: { cause, shownBy } }: Case): CloseFacts | null {
  if (cause?.kind !== 'FIN' || shownBy !== null) return null;
  const other = otherSide(cause.from);
  const others = facts.closes.filter(({ from }) => from === other);
  // A FIN or an abort of its own: that is what ended it there.
  if (halfOf(facts, other).isFinSeen || others.some(({ form }) => form !== 'reply')) return null;
  return others.find(({ triggerFrame }) => triggerFrame === cause.frame) ?? null;
}
