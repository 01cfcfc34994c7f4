import { hypergeometricTail } from '../../statistics/tails.ts';
import type { Ending } from '../ending.ts';
import { DECISION_P, type FoundPattern, MIN_CONNECTIONS, type PatternEvidence } from '../kind.ts';
import { knownTimersBetween } from '../known-timers.ts';

const MIN_UNUSED_NS = 1e9;
/** The request itself met the end: it came at once, not after some work. */
const MAX_SINCE_REQUEST_NS = 1e9;
const NS_PER_MS = 1e6;
const MAX_MS = Number.MAX_SAFE_INTEGER;
/** A few requests of other fates must not hide where the limit lies. */
const LOW_QUANTILE = 0.05;
const HIGH_QUANTILE = 0.95;

/**
 * Requests on connections that had been unused for long met their end at once, those on connections used sooner did not:
 * something on the way (NAT, firewall, load balancer) had forgotten them. Fisher's exact test of unused for longer
 * against shorter, for all requests on used connections.
 */
export function staleConnections({ open, responses, words }: PatternEvidence): readonly FoundPattern[] {
  const met = open.filter(isMet);
  if (met.length < MIN_CONNECTIONS) return [];
  const unused = met.map(({ unusedNs }) => unusedNs ?? 0).sort((a, b) => a - b);
  const shortestNs = unused[Math.floor(LOW_QUANTILE * unused.length)]!;
  if (shortestNs < MIN_UNUSED_NS) return [];
  const members = met.filter(({ unusedNs }) => (unusedNs ?? 0) >= shortestNs);
  const { idles } = responses;
  // For the decision a request in the class of the limit itself counts as late, for the words it does not.
  const perhapsLate = idles.countTouching(shortestNs / NS_PER_MS, MAX_MS);
  const marked = members.length + perhapsLate;
  const chance = hypergeometricTail(members.length, met.length, marked, met.length + idles.total);
  const answeredLate = idles.countAbove(shortestNs / NS_PER_MS);
  const answeredSoon = idles.total - perhapsLate;
  const of = members.length + answeredLate;
  const pValue = Math.min(1, met.length * chance);
  if (pValue >= DECISION_P) return [];
  const longestAnsweredNs = Math.min(idles.quantile(HIGH_QUANTILE) * NS_PER_MS, shortestNs);
  const metSoon = met.length - members.length;
  const soonText = metSoon === 0 ? 'none' : words.thousands(metSoon);
  const defaults = knownTimersBetween(
    longestAnsweredNs,
    shortestNs * 1.02,
    'idle',
    new Set(['between', 'server']),
  );
  const names = defaults.length === 0 ? '' : `; defaults of such length: ${defaults.join('; ')}`;
  return [
    {
      kind: 'stale-connection',
      text: `${words.thousands(members.length)} of ${words.counted(of, 'request')} on connections unused for ${words.duration(shortestNs)} or more met their end at once, and ${soonText} of ${words.thousands(answeredSoon)} on connections used sooner: an idle timer on the way${names}`,
      members,
      of,
      figures: {
        shortestUnused: shortestNs / 1e9,
        metSooner: metSoon,
        answeredSooner: answeredSoon,
        answeredLater: answeredLate,
        defaults: defaults.join('; ') || null,
      },
      pValue,
      suggests: 'A NAT, firewall or load balancer forgets connections that are unused for that long.',
      next: 'Let clients give up unused connections sooner, or send TCP keep-alives more often than that; find the device by its idle timeout.',
      isCause: true,
    },
  ];
}

/** The request met its end at once. */
function isMet({ unusedNs, sinceRequestNs, closedBy }: Ending): boolean {
  return (
    unusedNs !== null &&
    sinceRequestNs !== null &&
    sinceRequestNs <= MAX_SINCE_REQUEST_NS &&
    closedBy !== 'client'
  );
}
