import { foldSum, onesSum } from '../../bytes/internet-checksum.ts';
import { CHECKSUM_BAD, CHECKSUM_GOOD, type ChecksumState } from '../../model/segment.ts';
import { PROTOCOL_TCP } from '../network/ip-protocol.ts';

const ALL_ONES = 0xffff;

/**
 * RFC 9293 §3.1: over the pseudo-header of addresses (of `addressLen` octets each), protocol and TCP length, and the whole
 * segment in `start … end`.
 */
export function checkTcp(
  view: DataView,
  srcOffset: number,
  dstOffset: number,
  addressLen: number,
  start: number,
  end: number,
): ChecksumState {
  let sum = foldSum(PROTOCOL_TCP + (end - start));
  sum = onesSum(view, srcOffset, srcOffset + addressLen, sum);
  sum = onesSum(view, dstOffset, dstOffset + addressLen, sum);
  return onesSum(view, start, end, sum) === ALL_ONES ? CHECKSUM_GOOD : CHECKSUM_BAD;
}
