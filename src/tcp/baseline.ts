import { CHECKSUM_BAD, CHECKSUM_GOOD, OPT_TIMESTAMP, type Segment } from '../model/segment.ts';
import { HALF_BASELINE, HALF_DF_CLEAR, HALF_DF_SET, HALF_TIMESTAMPS } from './half-bits.ts';
import type { HalfStream } from './half-stream.ts';
import { MAX_ID_STEP } from './limits.ts';

/**
 * Learns what ordinary segments of this side look like at the capture point, so that a RST can be held against it.
 * SYN segments are left out (Linux sends SYN+ACK with IPv4 ID 0, and a SYN proxy may have sent it), RSTs too.
 */
export function updateBaseline(own: HalfStream, segment: Segment): void {
  if (own.has(HALF_BASELINE)) {
    if (segment.ttl < own.ttlMin) own.ttlMin = segment.ttl;
    if (segment.ttl > own.ttlMax) own.ttlMax = segment.ttl;
    countIpId(own, segment.ipId);
  } else {
    own.set(HALF_BASELINE);
    own.ttlMin = segment.ttl;
    own.ttlMax = segment.ttl;
    if (segment.ipId === 0) own.ipIdZeros++;
  }
  own.ipId = segment.ipId;
  own.tos = segment.tos;
  own.flowLabel = segment.flowLabel;
  own.sourceMac = segment.sourceMac;
  own.set(segment.dontFragment !== 0 ? HALF_DF_SET : HALF_DF_CLEAR);
  if ((segment.options & OPT_TIMESTAMP) !== 0) {
    own.set(HALF_TIMESTAMPS);
    own.tsVal = segment.tsVal;
  }
}

function countIpId(own: HalfStream, ipId: number): void {
  if (ipId < 0) return;
  if (ipId === 0) {
    own.ipIdZeros++;
    return;
  }
  const step = (ipId - own.ipId) & 0xffff;
  if (step >= 1 && step <= MAX_ID_STEP) own.ipIdSteps++;
  else own.ipIdJumps++;
}

/** Counts what the link layer and the checksum say about where the sender sits (RSTs included). */
export function countLocality(own: HalfStream, segment: Segment): void {
  if (segment.direction === 1) own.inbound++;
  else if (segment.direction === 2) own.outbound++;
  if (segment.checksum === CHECKSUM_GOOD) own.goodChecksums++;
  else if (segment.checksum === CHECKSUM_BAD) own.badChecksums++;
}
