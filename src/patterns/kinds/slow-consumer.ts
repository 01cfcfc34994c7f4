import { binomialTail } from '../../statistics/tails.ts';
import type { Ending } from '../ending.ts';
import { DECISION_P, type FoundPattern, MIN_CONNECTIONS, type PatternEvidence } from '../kind.ts';
import { median } from '../measures.ts';

/** A window that is shut so briefly holds nobody up. */
const MIN_SHUT_NS = 200e6;
/** Connections assumed besides those seen to end well, one of them with a shut window: few seen prove little. */
const ASSUMED = 20;
const MIN_LIFT = 3;

/** The client's receive window was shut before the end: its program did not read. */
export function slowConsumer({ open, wellEnded, words }: PatternEvidence): readonly FoundPattern[] {
  const cut = open.filter(({ position, isLate }) => position === 'in-response-body' && !isLate);
  const members = cut.filter(isHeldUp);
  if (members.length < MIN_CONNECTIONS) return [];
  const usual = (wellEnded.shut + 1) / (wellEnded.total + ASSUMED);
  const pValue = binomialTail(members.length, cut.length, usual);
  const share = members.length / cut.length;
  if (pValue >= DECISION_P || share < MIN_LIFT * usual) return [];
  const shutMs = members.map(({ shutNs }) => shutNs);
  const stillShut = members.filter(({ isWindowShut }) => isWindowShut).length;
  const byClient = members.filter(({ closedBy }) => closedBy === 'client').length;
  return [
    {
      kind: 'slow-consumer',
      text: `in ${words.thousands(members.length)} of ${words.counted(cut.length, 'response')} cut short the client had stopped reading (receive window shut, for ${words.duration(median(shutMs))} in the middle); of those that ended well ${words.percent(wellEnded.total === 0 ? 0 : wellEnded.shut / wellEnded.total)}`,
      members,
      of: cut.length,
      figures: {
        medianShut: median(shutMs) / 1e9,
        shutAtEnd: stillShut,
        endedByClient: byClient,
        wellEnded: wellEnded.total,
        wellEndedShut: wellEnded.shut,
      },
      pValue,
      suggests:
        byClient > members.length / 2
          ? 'Clients that take a response more slowly than it is sent and then drop it: paused downloads, busy or stuck programs.'
          : 'Clients that read more slowly than the server is willing to wait: its send timeout ends them.',
      next: 'Look what the clients do while they do not read (disk, rendering, a paused player); on the server, compare with the send or write timeout.',
      // A send timeout that ends them is told as well.
      isCause: false,
    },
  ];
}

function isHeldUp({ shutNs, isWindowShut }: Ending): boolean {
  return isWindowShut || shutNs >= MIN_SHUT_NS;
}
