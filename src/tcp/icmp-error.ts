import type { IcmpErrorFacts } from '../model/facts.ts';
import type { Segment } from '../model/segment.ts';
import type { WireWords } from './boundary.ts';

/** What is kept of an ICMP error about the packets of half-stream `half`, before it is known which side that is. */
export function icmpErrorOf(
  segment: Segment,
  half: number,
  words: WireWords,
): Omit<IcmpErrorFacts, 'about'> & { half: number } {
  return {
    frame: segment.frameNumber,
    timeNs: segment.timeNs,
    type: segment.icmpType,
    code: segment.icmpCode,
    from: words.formatAddress(segment.icmpSrc, segment.ipVersion === 6),
    half,
    ttl: segment.ttl,
  };
}
