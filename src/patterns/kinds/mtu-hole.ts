import { binomialTail } from '../../statistics/tails.ts';
import { DECISION_P, type FoundPattern, type PatternEvidence } from '../kind.ts';
import { groupBy, median } from '../measures.ts';

/** Each of them is strange by itself already. */
const MIN_STUCK = 3;
/**
 * A path that dies at some moment has mostly carried full-size segments before, where any were sent; that none of one
 * connection got through by chance is given this probability.
 */
const STUCK_BY_CHANCE = 0.1;

/** Full-size segments are repeated and never acknowledged, while small ones pass (RFC 2923 §2.1). */
export function mtuHole({ open, words }: PatternEvidence): readonly FoundPattern[] {
  const members = open.filter(({ stuck }) => stuck !== null);
  // Nobody to blame, repeated in vain, or given up: where a way that simply fails would show as well.
  const silent = open.filter(({ stuck, outcome }) => stuck !== null || outcome === 'timed-out');
  if (members.length < MIN_STUCK) return [];
  const pValue = binomialTail(members.length, silent.length, STUCK_BY_CHANCE);
  if (pValue >= DECISION_P) return [];
  const networks = groupBy(members, ({ network }) => network).size;
  const sizes = members.map(({ fullSizeLen }) => fullSizeLen);
  const from = members.filter(({ stuck }) => stuck === 'server').length;
  const side = from === members.length ? 'server' : from === 0 ? 'client' : 'both';
  return [
    {
      kind: 'mtu-hole',
      text: `on ${words.thousands(members.length)} of ${words.counted(silent.length, 'connection')} that stalled no full-size segment (up to ${words.counted(Math.max(...sizes), 'byte')}) ever got through, while small ones did: an MTU black hole`,
      members,
      of: silent.length,
      figures: { side, medianLen: median(sizes), largestLen: Math.max(...sizes), networks },
      pValue,
      suggests:
        'A link on the way has a smaller MTU than the ends think, and the ICMP message that says so is dropped.',
      next: `Send pings of that size that may not be fragmented (ping -M do -s ${Math.max(...sizes) + 12}); let ICMP type 3 code 4 (ICMPv6 type 2) pass, clamp the MSS at the tunnel, or set tcp_mtu_probing=1.`,
      isCause: true,
    },
  ];
}
