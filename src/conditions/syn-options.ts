import type { Segment } from '../model/segment.ts';

/** TCP header (RFC 9293 §3.1). */
const SEQUENCE = 4;
const DATA_OFFSET = 12;
const MIN_WORDS = 5;
const MAX_WORDS = 15;

const KIND_END = 0;
const KIND_NOP = 1;

/** Option kinds (IANA "TCP Option Kind Numbers") as one letter each. */
const LETTERS: Readonly<Record<number, string>> = {
  [KIND_END]: 'E',
  [KIND_NOP]: 'N',
  2: 'M',
  3: 'W',
  4: 'S',
  5: 's',
  8: 'T',
  19: 'D',
  29: 'A',
  30: 'P',
  34: 'F',
};
const UNKNOWN_LETTER = '?';

/**
 * The order of the options of a SYN, a letter each: M MSS, N no-operation, W window scale, S SACK permitted, T
 * timestamps, F Fast Open, P MPTCP, E end of list; `?` any other. Null when the header was not captured whole. Stacks
 * differ in this order more than in anything else.
 *
 * A Segment does not say where its header began: the place is found from where the header ends, and is right when
 * ports, sequence number and header length all fit.
 */
export function optionOrder(segment: Segment): string | null {
  const { bytes, payloadStart } = segment;
  for (let words = MIN_WORDS; words <= MAX_WORDS; words++) {
    const start = payloadStart - 4 * words;
    if (start < 0) return null;
    if ((bytes[start + DATA_OFFSET] ?? 0) >>> 4 === words && isHeader(segment, start))
      return orderOf(bytes, start + 4 * MIN_WORDS, payloadStart);
  }
  return null;
}

function isHeader({ bytes, srcPort, dstPort, seq }: Segment, at: number): boolean {
  const number16 = (place: number): number => ((bytes[place] ?? 0) << 8) | (bytes[place + 1] ?? 0);
  const sequence = (number16(at + SEQUENCE) << 16) | number16(at + SEQUENCE + 2);
  return number16(at) === srcPort && number16(at + 2) === dstPort && sequence === seq;
}

function orderOf(bytes: Uint8Array, start: number, end: number): string {
  let order = '';
  for (let at = start; at < end; ) {
    const kind = bytes[at] ?? 0;
    order += LETTERS[kind] ?? UNKNOWN_LETTER;
    if (kind === KIND_END) break;
    const length = kind === KIND_NOP ? 1 : at + 1 < end ? (bytes[at + 1] ?? 0) : 0;
    if (length < 1 || (kind !== KIND_NOP && length < 2)) break;
    at += length;
  }
  return order;
}
