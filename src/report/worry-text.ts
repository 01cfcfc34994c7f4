import { counted, thousands } from '../bytes/number-text.ts';
import type { AnalysisSummary, CaptureOverview } from '../model/analysis.ts';
import type { Culprit, Tally } from './tally.ts';
import { GROUP_DEED } from './words.ts';

/** The first thing anybody reads: one or two sentences, is it worth worrying? */
export function worryText(summary: AnalysisSummary, tally: Tally): string[] {
  const { connections, bad, look } = tally;
  if (connections === 0) return [nothingText(summary.capture)];
  if (bad === 0) return tally.oneDirection > 0 ? oneDirectionTexts(tally) : [allWellText(tally)];
  if (look === 0) {
    return [
      `Nothing to worry about: ${endedEarlyText(tally)}, ${bad === 1 ? 'and did no harm' : 'and none did harm'}.`,
    ];
  }
  if (connections === 1) return [`The only connection deserves a look: ${deedText(tally)}.`];
  const share = look === connections ? 'All' : `${thousands(look)} of`;
  const sentences = [
    look === 1
      ? `1 of ${counted(connections, 'connection')} deserves a look: ${deedText(tally)}.`
      : `${share} ${counted(connections, 'connection')} deserve a look: ${culpritsText(tally)}.`,
  ];
  const harmless = bad - look;
  if (harmless > 0) sentences.push(`${thousands(harmless)} more ended early, but without harm.`);
  if (tally.count('client-abort') * 2 > bad && bad > 2)
    sentences.push('Most early ends are clients that left.');
  return sentences;
}

/** What became of the only one that deserves a look. */
function deedText({ lookBy, lookUndetermined }: Tally): string {
  const [who = 'nobody'] = lookBy.keys();
  if (who === 'too-late') return 'a request ran into it after the server had closed it';
  if (who === 'nobody') return 'it ended badly, and nobody can be named';
  return `${GROUP_DEED[who]}${lookUndetermined > 0 ? ' (only a best guess)' : ''}`;
}

function nothingText(capture: CaptureOverview): string {
  if (capture.frames === 0) return 'The capture holds no frames.';
  if (capture.unsupportedFrames === capture.frames) {
    return `Nothing could be read: the link type of ${capture.frames === 1 ? 'the only frame' : `all ${counted(capture.frames, 'frame')}`} is not supported.`;
  }
  return `No TCP connections in ${counted(capture.frames, 'frame')}: nothing to judge.`;
}

function allWellText(tally: Tally): string {
  const { connections } = tally;
  const clean = tally.count('clean');
  if (clean === connections) {
    if (connections === 1) return 'All is well: the only connection ended as both sides wanted.';
    return `All is well: all ${counted(connections, 'connection')} ended as both sides wanted.`;
  }
  if (connections === 1) {
    const isOpen = tally.count('open') === 1;
    return `Nobody hung up early: the only connection was ${isOpen ? 'still open when the capture ended' : 'a probe'}.`;
  }
  const parts: string[] = [];
  if (clean > 0) parts.push(`${thousands(clean)} ended well`);
  const open = tally.count('open');
  if (open > 0)
    parts.push(`${thousands(open)} ${open === 1 ? 'was' : 'were'} still open when the capture ended`);
  const scans = tally.count('scan');
  if (scans > 0) parts.push(`${thousands(scans)} ${scans === 1 ? 'was a probe' : 'were probes'}`);
  return `Nobody hung up early in ${counted(connections, 'connection')}: ${parts.join(', ')}.`;
}

/** What half of a conversation shows is no proof that the other half was complete. */
function oneDirectionTexts(tally: Tally): string[] {
  const { connections, oneDirection } = tally;
  if (connections === 1) {
    return [
      'Cannot be told: the only connection was closed, but only one direction of it was captured, so whether its answers were complete does not show.',
    ];
  }
  const which = oneDirection === connections ? 'But' : `But of ${thousands(oneDirection)}`;
  return [
    tally.count('clean') === connections
      ? `No sign of trouble in ${counted(connections, 'connection')}.`
      : allWellText(tally),
    `${which} only one direction was captured: whether the answers were complete does not show.`,
  ];
}

function endedEarlyText({ bad, connections }: Tally): string {
  if (connections === 1) return 'the only connection ended early';
  return `${thousands(bad)} of ${counted(connections, 'connection')} ended early`;
}

const CULPRITS: readonly (readonly [Culprit, string])[] = [
  ['intermediary', 'cut by something in between'],
  ['server', 'ended by the server'],
  ['client-abort', 'left by the client'],
  ['too-late', 'closed by the server just before a request came'],
  ['nobody', 'where nobody can be named'],
];

function culpritsText(tally: Tally): string {
  const parts: string[] = [];
  for (const [who, deed] of CULPRITS) {
    const count = tally.lookBy.get(who) ?? 0;
    if (count > 0) parts.push(`${thousands(count)} ${deed}`);
  }
  const guesses = tally.lookUndetermined;
  const doubt = guesses > 0 ? ` (${thousands(guesses)} only a best guess)` : '';
  return joined(parts) + doubt;
}

function joined(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
