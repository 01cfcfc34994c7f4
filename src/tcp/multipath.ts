import { seqDelta } from '../bytes/seq.ts';
import { OPT_DATA_ACK, OPT_DATA_MAP, type Segment } from '../model/segment.ts';
import type { HalfStream } from './half-stream.ts';

/**
 * Does all of a Multipath TCP connection go over this one subflow? Then its octets are the connection's, and DATA_FIN stands
 * where they end. Each DSS option says where octets of the subflow stand in the whole connection (RFC 8684 §3.3.1): while
 * nothing goes another way, the one is the other plus a constant. A DATA_ACK may lag behind the subflow's, but not be ahead.
 */
export class SubflowShare {
  /** Low 32 bits of data sequence number minus subflow sequence number, by half-stream; null until the first mapping. */
  readonly #shift: [number | null, number | null] = [null, null];
  /** The same of DATA_ACKs, the greatest: how far the other side has got on all subflows together. */
  readonly #ackShift: [number | null, number | null] = [null, null];
  /** Some octets went another way, or are sent here because another way lost them. */
  isSplit = false;

  /** Takes a segment of `own` whose handshake took up Multipath TCP. */
  take(own: HalfStream, peer: HalfStream, segment: Segment): void {
    const half = (own.index & 1) as 0 | 1;
    const other = (half ^ 1) as 0 | 1;
    // Without a subflow number it maps nothing but a DATA_FIN (§3.3.3).
    if ((segment.options & OPT_DATA_MAP) !== 0) {
      const at = segment.mapSeq !== 0 ? segment.mapSeq : seqDelta(segment.seq, own.isn) + segment.payloadLen;
      this.#take(half, (segment.dataSeq - at) | 0);
    }
    if ((segment.options & OPT_DATA_ACK) !== 0) {
      this.#takeAck(other, (segment.dataAck - seqDelta(segment.ack, peer.isn)) | 0);
    }
  }

  #take(half: 0 | 1, shift: number): void {
    const known = this.#shift[half];
    const acked = this.#ackShift[half];
    if (known !== null ? known !== shift : acked !== null && seqDelta(acked, shift) > DATA_FIN_LEN)
      this.isSplit = true;
    this.#shift[half] = shift;
  }

  #takeAck(half: 0 | 1, shift: number): void {
    const known = this.#shift[half];
    const acked = this.#ackShift[half];
    if (known !== null && seqDelta(shift, known) > DATA_FIN_LEN) this.isSplit = true;
    if (acked === null || seqDelta(shift, acked) > 0) this.#ackShift[half] = shift;
  }
}

/** A DATA_FIN takes one number of the connection, and none of the subflow (§3.3.3). */
const DATA_FIN_LEN = 1;
