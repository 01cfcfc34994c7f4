const QUESTION_MARK = 0x3f;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;
const ANY_DIGITS = 0x23;
/** Octets looked at: paths that differ only behind these count as one. */
const MAX_LEN = 128;
/** Of Knuth's multiplicative method (The Art of Computer Programming 6.4): spreads the result over all bits. */
const GOLDEN = 0x9e3779b1 | 0;

/**
 * A 32-bit number for the path of a request target: the query is left out, and each run of digits counts as one sign, so
 * that `/user/17/photo?s=2` and `/user/4/photo` are one. Different paths may share a number.
 */
export function pathHash(octets: Uint8Array, start: number, end: number): number {
  const stop = end - start > MAX_LEN ? start + MAX_LEN : end;
  let hash = 0;
  let isInDigits = false;
  for (let at = start; at < stop; at++) {
    const octet = octets[at]!;
    if (octet === QUESTION_MARK) break;
    const isDigit = octet >= DIGIT_0 && octet <= DIGIT_9;
    if (isDigit && isInDigits) continue;
    isInDigits = isDigit;
    // Times 31, by shifting: each octet waits for the one before, and a multiplication takes longer.
    hash = ((hash << 5) - hash + (isDigit ? ANY_DIGITS : octet)) | 0;
  }
  hash = Math.imul(hash ^ (hash >>> 16), GOLDEN);
  return hash ^ (hash >>> 15);
}

/** The path as {@link pathHash} sees it: `/user/#/photo`. */
export function pathShape(target: string): string {
  return (target.slice(0, MAX_LEN).split('?')[0] ?? '').replace(/[0-9]+/g, '#');
}

/** Those of the text in hand. */
const OCTETS = new Uint8Array(MAX_LEN);

/** The same number from the text of a target (latin1, as the record has it). */
export function pathHashOfText(target: string): number {
  const len = Math.min(target.length, MAX_LEN);
  for (let k = 0; k < len; k++) OCTETS[k] = target.charCodeAt(k);
  return pathHash(OCTETS, 0, len);
}
