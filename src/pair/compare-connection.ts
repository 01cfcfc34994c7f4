import type { Side } from '../model/facts.ts';
import type { CaptureLetter, PairClose, PairConnection, PairOrder, Witness } from '../model/pair.ts';
import type { JudgedConnection } from '../model/verdict.ts';
import { alignPackets, inNumbersOfA } from './alignment.ts';
import type { ReadCapture } from './capture-side.ts';
import { basisWithoutCause, type Cause, firstCause } from './cause.ts';
import { closeDoubts } from './close-doubts.ts';
import { Comparison, followedUntil } from './comparison.ts';
import { timeDoubts } from './completeness.ts';
import { alterationsOf } from './differences.ts';
import { MAX_LISTED } from './limits.ts';
import type { Matched } from './matching.ts';
import { otherSide, type Packet } from './packet.ts';
import type { Strays } from './strays.ts';
import { swallowedVerdict } from './swallowed.ts';
import { isCapturedAtEnd, testimony } from './testimony.ts';
import type { Transit } from './transit.ts';

export interface CompareOptions {
  /** The capture that the user says is nearer to the client; null to find out. */
  readonly nearClient: CaptureLetter | null;
  /** Rows of the ladder are wanted for this connection (ids of A and B). */
  readonly wantsLadder: (a: number | null, b: number | null) => boolean;
}

/** One connection that is in both captures, and what is known of the captures by now. */
export interface Coupling {
  readonly a: JudgedConnection;
  readonly b: JudgedConnection;
  readonly matched: Matched;
  readonly order: PairOrder;
  readonly transit: Transit;
  readonly options: CompareOptions;
  /** See Absence; for each capture. */
  readonly missedElsewhere: Readonly<Record<CaptureLetter, number>>;
  /** Of the connections that only one capture has. */
  readonly strays: Readonly<Record<CaptureLetter, Strays>>;
  readonly gappyConnections: Readonly<Record<CaptureLetter, number>>;
}

/** Compares one connection packet by packet, and judges it again with what both captures say. */
export function compareConnection(
  readA: ReadCapture,
  readB: ReadCapture,
  coupling: Coupling,
): PairConnection {
  const { a, b, matched, order, transit, options } = coupling;
  const packetsA = readA.side.packetsOf(a);
  const packetsB = inNumbersOfA(readB.side.packetsOf(b), matched.match.shift, matched.isFlipped);
  const alignment = alignPackets(packetsA, packetsB, transit);
  const followed = {
    aNs: followedUntil(a.facts.endNs, a.facts.end.reason),
    bNs: transit.onClockOfA(followedUntil(b.facts.endNs, b.facts.end.reason)),
  };
  const comparison = new Comparison(packetsA, packetsB, alignment, transit, followed, coupling.strays);
  const nearTo = (side: Side): CaptureLetter | null => transit.nearTo(side);
  const omitted = readA.side.log.omitted(a.facts.id) + readB.side.log.omitted(b.facts.id);
  const doubtsAboutClose = (close: PairClose): string[] =>
    closeDoubts(close, { a: readA, b: readB }, coupling, comparison, omitted);
  const cause = firstCause(a, b, comparison.closes, nearTo);
  const doubts = cause === null ? [] : doubtsAboutClose(cause.close);
  const packets = { a: packetsA, b: packetsB };
  const witness = cause === null ? null : witnessOf(cause, coupling, packets, doubts);
  const basis = cause?.basis ?? basisWithoutCause(a, b);
  const read = basis === 'a' ? readA : readB;
  const swallowed = comparison.swallowed();
  const judged = read.rejudge((basis === 'a' ? a : b).facts, witness);
  const isDeaf = cause === null && swallowed !== null && isUnheard(coupling, readA, readB, swallowed);
  return {
    a,
    b,
    match: matched.match,
    order,
    basis,
    witness,
    verdict: isDeaf ? swallowedVerdict(judged, swallowed) : judged,
    doubts,
    closes: comparison.closes.slice(0, MAX_LISTED).map((close) => ({
      ...close,
      isProvenForged: close.fate === 'added' && doubtsAboutClose(close).length === 0,
    })),
    packets: comparison.counts(),
    lost: comparison.listed('lost'),
    added: comparison.listed('added'),
    altered: alterationsOf(alignment.pairs, nearTo, matched.match),
    swallowed,
    ladder: options.wantsLadder(a.facts.id, b.facts.id) ? comparison.rows : [],
    omitted,
  };
}

/** Retransmissions without an answer, of which the other capture, running at that time, has none. */
const MIN_RETRANSMISSIONS = 3;

function isUnheard(
  { a, b, matched, transit }: Coupling,
  readA: ReadCapture,
  readB: ReadCapture,
  sender: Side,
): boolean {
  const near = transit.nearTo(sender);
  const { facts } = near === 'a' ? a : b;
  const side = near === 'b' && matched.isFlipped ? otherSide(sender) : sender;
  const half = facts[side];
  if (half.finalRetransmissions < MIN_RETRANSMISSIONS || half.lastDataNs === null) return false;
  const timeNs = near === 'a' ? transit.onClockOfB(half.lastDataNs) : transit.onClockOfA(half.lastDataNs);
  const overview = (near === 'a' ? readB : readA).summary.capture;
  return timeDoubts({ letter: near === 'a' ? 'b' : 'a', overview, timeNs, missedElsewhere: 0 }).length === 0;
}

function witnessOf(
  cause: Cause,
  { a, b, transit }: Coupling,
  packets: Readonly<Record<CaptureLetter, readonly Packet[]>>,
  doubts: readonly string[],
): Witness | null {
  const near = transit.nearTo(cause.close.from);
  if (near === null) return null;
  const { facts } = near === 'a' ? a : b;
  const isAtEnd = isCapturedAtEnd(packets[near], cause.close, near, facts.duplicateFrames > 0);
  return testimony(cause, near, isAtEnd, doubts);
}
