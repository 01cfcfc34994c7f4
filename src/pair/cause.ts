import type { Side } from '../model/facts.ts';
import type { CaptureLetter, PairClose } from '../model/pair.ts';
import type { JudgedConnection } from '../model/verdict.ts';

/** The close that began the end, as far as either capture can tell, and the capture whose verdict names it. */
export interface Cause {
  readonly close: PairClose;
  readonly basis: CaptureLetter;
}

/**
 * Each capture names the close that began the end where it was made. What happened first began it: a reset that was put
 * in on the way ends one side, and what that side's kernel then sends is what ends the other. Null: neither names one.
 */
export function firstCause(
  a: JudgedConnection,
  b: JudgedConnection,
  closes: readonly PairClose[],
  nearTo: (side: Side) => CaptureLetter | null,
): Cause | null {
  const ofA = named(closes, 'a', a);
  const ofB = named(closes, 'b', b);
  if (ofA === null || ofB === null) {
    if (ofA !== null) return { close: ofA, basis: 'a' };
    return ofB === null ? null : { close: ofB, basis: 'b' };
  }
  if (ofA === ofB) return { close: ofA, basis: nearTo(ofA.from) ?? 'a' };
  return ofB.timeNs < ofA.timeNs ? { close: ofB, basis: 'b' } : { close: ofA, basis: 'a' };
}

function named(
  closes: readonly PairClose[],
  letter: CaptureLetter,
  { verdict }: JudgedConnection,
): PairClose | null {
  const frame = verdict.killerFrame;
  if (frame === null) return null;
  return closes.find((close) => (letter === 'a' ? close.frameA : close.frameB) === frame) ?? null;
}

/** Without a close: the capture that has more to tell. */
export function basisWithoutCause(a: JudgedConnection, b: JudgedConnection): CaptureLetter {
  return a.verdict.outcome !== 'timed-out' && b.verdict.outcome === 'timed-out' ? 'b' : 'a';
}
