import { wilson } from '../../statistics/intervals.ts';
import type { FoundPattern, PatternEvidence } from '../kind.ts';
import { knownTimers } from '../known-timers.ts';
import { median } from '../measures.ts';

/** One can happen to anybody; each is proof by itself. */
const MIN_LATE = 2;
const MIN_TIMER_NS = 1e9;

/** Keep-alive races: the server closed an unused connection, and a request was on its way already. */
export function lateRequests({ open, responses, words }: PatternEvidence): readonly FoundPattern[] {
  const members = open.filter(({ isLate }) => isLate);
  if (members.length < MIN_LATE) return [];
  const idles = members.map(({ idleNs }) => idleNs).filter((idleNs) => idleNs !== null);
  const shortestNs = idles.length === 0 ? 0 : Math.min(...idles);
  const isTimed = shortestNs >= MIN_TIMER_NS;
  const after = isTimed ? ` after ${words.duration(shortestNs)} or more of idling` : '';
  const of = members.length + responses.reused;
  const { low, high } = wilson(members.length, of);
  const defaults = isTimed ? knownTimers(shortestNs, 'idle', new Set(['server', 'between'])) : [];
  const names = defaults.length === 0 ? '' : `; defaults of that length: ${defaults.join('; ')}`;
  return [
    {
      kind: 'late-request',
      text: `${words.thousands(members.length)} of ${words.counted(of, 'request')} on connections used before ran into one that the server had just closed${after}${names}`,
      members,
      of,
      figures: {
        share: members.length / of,
        shareLow: low,
        shareHigh: high,
        shortestIdle: idles.length === 0 ? null : shortestNs / 1e9,
        medianIdle: idles.length === 0 ? null : median(idles) / 1e9,
        defaults: defaults.join('; ') || null,
      },
      pValue: null,
      suggests: 'A keep-alive race: client and server give up an unused connection at about the same time.',
      next: 'Make the client (or the proxy in front) give up unused connections some seconds before the server does, and let it repeat requests that may be repeated.',
      isCause: true,
    },
  ];
}
