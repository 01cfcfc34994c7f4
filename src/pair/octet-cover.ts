import { seqDelta } from '../bytes/seq.ts';
import type { Side } from '../model/facts.ts';
import type { Packet } from './packet.ts';

/** Longest IP packet: a data segment that covers an octet begins at most this far before it. */
const MAX_SEGMENT = 1 << 16;
/** Segments looked at for one packet: the smallest usual segment (536 octets) fits that often into the largest. */
const MAX_LOOKED_AT = 256;

/**
 * The octets of one side that one capture shows, whatever segments they came in: a sender's segment of 60 kB arrives as
 * 42 of 1,448, or the other way round (segmentation and receive offload).
 */
export class OctetCover {
  readonly #origin: number;
  readonly #starts: number[];
  readonly #ends: number[];

  constructor(packets: readonly Packet[], side: Side) {
    const own = packets.filter(({ from, payloadLen }) => from === side && payloadLen > 0);
    this.#origin = own[0]?.seq ?? 0;
    const spans = own.map(({ seq, payloadLen }) => ({ start: seqDelta(seq, this.#origin), payloadLen }));
    spans.sort((one, other) => one.start - other.start);
    this.#starts = spans.map(({ start }) => start);
    this.#ends = spans.map(({ start, payloadLen }) => start + payloadLen);
  }

  /** How many octets of a packet's payload are not among them. */
  missing({ seq, payloadLen }: Packet): number {
    const start = seqDelta(seq, this.#origin);
    const end = start + payloadLen;
    let reached = start;
    let covered = 0;
    let place = firstNotBelow(this.#starts, start - MAX_SEGMENT);
    for (let looked = 0; place < this.#starts.length && looked < MAX_LOOKED_AT; place++) {
      if (this.#starts[place]! >= end) break;
      if (this.#ends[place]! <= reached) continue;
      looked++;
      const from = Math.max(reached, this.#starts[place]!);
      reached = Math.min(end, this.#ends[place]!);
      covered += Math.max(0, reached - from);
    }
    return payloadLen - covered;
  }
}

/** Place of the first number that is not below `least` in an ascending list. */
function firstNotBelow(sorted: readonly number[], least: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
