import type { CaptureOverview } from '../model/analysis.ts';
import type { ConnectionFacts, Side } from '../model/facts.ts';
import type { CaptureLetter, PairMatch } from '../model/pair.ts';
import type { Conduct } from './conduct.ts';

/** What a claim rests on that a packet never passed a capture. */
export interface Absence {
  readonly letter: CaptureLetter;
  readonly overview: CaptureOverview;
  /** The connection in that capture, and who would have sent it, by that capture's roles. */
  readonly facts: ConnectionFacts;
  readonly sender: Side;
  /** When it would have passed, on that capture's clock. */
  readonly timeNs: number;
  /** Packets of the sender that both captures have, and other packets of the sender that only the other capture has. */
  readonly passed: number;
  readonly othersMissing: number;
  /** Other connections in it that lack octets, when that is more than a rare one. */
  readonly gappyConnections: number;
  /** Packets of other connections that the other capture has after this one's last frame, and this one has not. */
  readonly missedElsewhere: number;
  readonly conduct: Conduct;
  readonly kind: 'FIN' | 'RST';
  readonly match: PairMatch;
  /** The middle of the connection was not kept in one of the captures. */
  readonly isPacketsOmitted: boolean;
}

/**
 * A capture file does not say when the capture was stopped. One without a frame for so long before the close may have
 * been stopped by then; that it was stopped within the few seconds before is taken for too great a chance.
 */
const MAX_SILENT_TAIL_NS = 5e9;
/** Frames of a capture lie out of order by this much. */
const SLACK_NS = 3e6;

/** Why the absence of a packet from a capture does not prove that it never passed there. Empty: it does. */
export function doubtsAbout(absence: Absence): string[] {
  const { letter, overview, facts, sender, passed, othersMissing, match } = absence;
  const name = letter.toUpperCase();
  const doubts: string[] = [];
  if ((overview.drops ?? 0) > 0) doubts.push(`capture ${name} says that it dropped ${overview.drops} frames`);
  const { client, server } = facts;
  const lacking = client.bytesNotCaptured + server.bytesNotCaptured + facts[sender].bytesMissing;
  if (lacking > 0) doubts.push(`capture ${name} lacks ${lacking} bytes that arrived`);
  if (absence.gappyConnections > 0)
    doubts.push(`capture ${name} lacks bytes of ${absence.gappyConnections} other connections`);
  if (othersMissing > 0)
    doubts.push(`capture ${name} lacks ${othersMissing} other packets that arrived from the ${sender}`);
  if (passed === 0) doubts.push(`no packet of the ${sender} is in both captures`);
  if (match.certainty !== 'certain') doubts.push('it is not certain that both captures show one connection');
  if (absence.isPacketsOmitted) doubts.push('not all packets of so long a connection were kept');
  doubts.push(...timeDoubts(absence), ...conductDoubts(absence));
  return doubts;
}

/** Was the capture running at that time? */
export function timeDoubts({
  letter,
  overview,
  timeNs,
  missedElsewhere,
}: Pick<Absence, 'letter' | 'overview' | 'timeNs' | 'missedElsewhere'>): string[] {
  const name = letter.toUpperCase();
  const { firstNs, lastNs, isComplete } = overview;
  if (firstNs === null || lastNs === null) return [`capture ${name} holds no frames`];
  if (timeNs < firstNs - SLACK_NS) return [`capture ${name} began only later`];
  const tailNs = timeNs - lastNs;
  if (tailNs > SLACK_NS && missedElsewhere > 0)
    return [
      `capture ${name} was over by then: it lacks ${missedElsewhere} later packets of other connections`,
    ];
  const limitNs = isComplete ? MAX_SILENT_TAIL_NS : SLACK_NS;
  return tailNs > limitNs ? [`capture ${name} may have been over by then: its last frame came earlier`] : [];
}

/**
 * A FIN takes a sequence number, so a made-up one upsets both sides' numbers and boxes cut with resets instead; that one
 * is missing means only something when its sender can be seen to go on without it.
 */
function conductDoubts({ conduct, kind, sender }: Absence): string[] {
  if (conduct === 'gone') return [`the ${sender} then answered as a host without the connection does`];
  return kind === 'FIN' && conduct !== 'went-on' ? [`nothing shows that the ${sender} went on`] : [];
}

/** More connections with gaps than this are a capture that loses frames. */
const GAPPY_SHARE = 0.01;

/**
 * Connections of a capture that lack octets which were acknowledged, the one in hand left out; 0 when it is a rare one.
 */
export class GappyConnections {
  readonly #all: number;
  readonly #gappy: number;

  constructor(all: readonly ConnectionFacts[]) {
    this.#all = all.length;
    this.#gappy = all.filter(isGappy).length;
  }

  besides(facts: ConnectionFacts): number {
    const others = this.#gappy - (isGappy(facts) ? 1 : 0);
    return others < GAPPY_SHARE * this.#all ? 0 : others;
  }
}

function isGappy({ client, server }: ConnectionFacts): boolean {
  return client.bytesNotCaptured + server.bytesNotCaptured > 0;
}
