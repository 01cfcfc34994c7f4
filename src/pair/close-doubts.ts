import type { CaptureLetter, PairClose } from '../model/pair.ts';
import type { ReadCapture } from './capture-side.ts';
import type { Coupling } from './compare-connection.ts';
import type { Comparison } from './comparison.ts';
import { doubtsAbout } from './completeness.ts';
import { conductAfter } from './conduct.ts';
import { otherSide } from './packet.ts';

/** Why the absence of a close from the capture nearer to its sender does not prove that it was never sent. */
export function closeDoubts(
  close: PairClose,
  reads: Readonly<Record<CaptureLetter, ReadCapture>>,
  coupling: Coupling,
  comparison: Comparison,
  omitted: number,
): string[] {
  const { matched, transit } = coupling;
  const near = transit.nearTo(close.from);
  if (near === null || close.fate !== 'added') return [];
  const overview = reads[near].summary.capture;
  const firstNs = overview.firstNs ?? 0;
  const isFlipped = near === 'b' && matched.isFlipped;
  return doubtsAbout({
    letter: near,
    overview,
    facts: coupling[near].facts,
    sender: isFlipped ? otherSide(close.from) : close.from,
    timeNs: near === 'a' ? close.timeNs : transit.onClockOfB(close.timeNs),
    passed: comparison.passedFrom(close.from),
    othersMissing: comparison.addedFrom(close.from, near === 'a' ? firstNs : transit.onClockOfA(firstNs)),
    gappyConnections: coupling.gappyConnections[near],
    missedElsewhere: coupling.missedElsewhere[near],
    conduct: conductAfter(close, comparison.rows, near),
    kind: close.kind,
    match: matched.match,
    isPacketsOmitted: omitted > 0,
  });
}
