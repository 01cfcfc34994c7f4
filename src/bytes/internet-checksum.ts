/**
 * The Internet checksum (RFC 1071): the ones' complement sum of 16-bit words in network order.
 */

/** 2^16 ones added up stay below 2^53 for any length, but int32 is faster: fold after this many octets. */
const OCTETS_PER_FOLD = 32_768;

/** Folds the carries of a sum (0 … 2^31−1) back into 16 bits. */
export function foldSum(sum: number): number {
  let folded = sum;
  while (folded > 0xffff) folded = (folded & 0xffff) + (folded >>> 16);
  return folded;
}

/**
 * Ones' complement sum of the octets `start … end` of `view`, added to `initial` (0 … 65535). An odd last octet is
 * padded with zero on the right. Result 0 … 65535; 65535 over a whole message with its checksum means "good".
 */
export function onesSum(view: DataView, start: number, end: number, initial: number): number {
  let sum = initial;
  let offset = start;
  const evenEnd = end - ((end - start) & 1);
  while (offset < evenEnd) {
    const stop = Math.min(evenEnd, offset + OCTETS_PER_FOLD);
    for (; offset < stop; offset += 2) sum += view.getUint16(offset);
    sum = foldSum(sum);
  }
  if (evenEnd < end) sum += view.getUint8(evenEnd) << 8;
  return foldSum(sum);
}
