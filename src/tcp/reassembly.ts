import { seqAdd, seqDelta } from '../bytes/seq.ts';
import type { Segment } from '../model/segment.ts';
import type { StreamSink } from '../model/stream.ts';
import { HALF_ACKED, HALF_ACKED_UNSEEN, HALF_FIN, HALF_FIN_IN_ORDER, HALF_STARTED } from './half-bits.ts';
import type { HalfStream } from './half-stream.ts';
import { GAP_PATIENCE_NS, MAX_HELD, MAX_HELD_PER_HALF, MAX_HELD_SEGMENTS } from './limits.ts';
import { isFinLost } from './lost-fin.ts';
import { SHARDS } from './shards.ts';
import type { HeldSegment, HeldSegments } from './story.ts';

/**
 * Puts the payload of a half-stream in order and hands it on.
 *
 * Invariant: `nextSeq` is the number of the next octet to deliver, and `offset` its place in the stream; every octet
 * before it was either delivered or reported as a gap. Held segments all begin after `nextSeq`, in sequence order,
 * and none begins inside the one before it.
 *
 * A hole closes in one of three ways: its octets come (late or again); the peer acknowledges them, so they did
 * cross the network and only the capture lacks them; or it is given up, when a limit is hit or the connection ends.
 */
export class Reassembly {
  readonly #sink: StreamSink;
  /** Octets held over all connections, by shard. */
  readonly #heldTotal = new Float64Array(SHARDS);
  /** Times a limit made a hole be given up early. */
  overflows = 0;

  constructor(sink: StreamSink) {
    this.#sink = sink;
  }

  /**
   * Takes the payload of `segment`, whose first octet has number `seq`. Returns how many octets of it were new
   * (not seen before on this half-stream).
   */
  accept(half: HalfStream, held: HeldSegments | null, segment: Segment, seq: number): number {
    const ahead = seqDelta(seq, half.nextSeq);
    const len = segment.payloadLen;
    if (ahead > 0) return -1;
    if (ahead + len <= 0) return 0;
    const skip = -ahead;
    this.#deliver(half, segment.bytes, segment.payloadStart + skip, segment.payloadEnd, len - skip, segment);
    if (held !== null && held.list.length > 0) this.#drain(half, held);
    return len - skip;
  }

  /** Keeps a segment that begins after `nextSeq` until the hole before it closes. Returns its new octets. */
  hold(half: HalfStream, peer: HalfStream, held: HeldSegments, segment: Segment, seq: number): number {
    const list = held.list;
    let place = list.length;
    while (place > 0 && seqDelta(list[place - 1]!.seq, seq) > 0) place--;
    let fresh = 0;
    let from = place > 0 ? Math.max(0, seqDelta(endOf(list[place - 1]!), seq)) : 0;
    while (from < segment.payloadLen) {
      const behind = list[place];
      const until =
        behind === undefined ? segment.payloadLen : Math.min(segment.payloadLen, seqDelta(behind.seq, seq));
      if (until > from) {
        this.#insert(held, place++, segment, seq, from, until);
        fresh += until - from;
      }
      if (behind === undefined) break;
      from = Math.max(from, seqDelta(endOf(behind), seq));
      place++;
    }
    this.settle(half, peer, held, segment.timeNs);
    return fresh;
  }

  /** Closes holes that the peer has acknowledged for a while, or that cost too much to wait for. */
  settle(half: HalfStream, peer: HalfStream, held: HeldSegments, nowNs: number): void {
    while (held.list.length > 0) {
      const first = held.list[0]!;
      const isAcked =
        half.has(HALF_ACKED_UNSEEN) &&
        nowNs - half.ackedUnseenNs > GAP_PATIENCE_NS &&
        seqDelta(peer.maxAck, first.seq) >= 0;
      const isFull =
        held.octets > MAX_HELD_PER_HALF ||
        held.list.length > MAX_HELD_SEGMENTS ||
        this.#heldTotal[held.shard]! > MAX_HELD;
      if (!isAcked && !isFull) return;
      if (isFull) this.overflows++;
      this.#skipTo(half, peer, first.seq, nowNs);
      this.#drain(half, held);
    }
  }

  /** The connection is over or its end must be judged now: gives up all holes, delivers what is held. */
  flush(half: HalfStream, peer: HalfStream, held: HeldSegments | null, nowNs: number): void {
    while (held !== null && held.list.length > 0) {
      this.#skipTo(half, peer, held.list[0]!.seq, nowNs);
      this.#drain(half, held);
    }
  }

  /** Octets up to what the peer acknowledged never came and nothing is held behind them: the capture lacks them. */
  flushAcked(half: HalfStream, peer: HalfStream, nowNs: number): void {
    if (!half.has(HALF_STARTED) || !peer.has(HALF_ACKED)) return;
    // The last number of all is a FIN's, captured or not: no octet of the stream.
    const finSeq = half.has(HALF_FIN) ? half.finSeq : isFinLost(half, peer) ? half.nextSeq : null;
    const limit = finSeq !== null && seqDelta(peer.maxAck, finSeq) > 0 ? finSeq : peer.maxAck;
    if (seqDelta(limit, half.nextSeq) > 0) this.#skipTo(half, peer, limit, nowNs);
  }

  /** Drops what is held, without delivering it. */
  forget(held: HeldSegments): void {
    this.#heldTotal[held.shard]! -= held.octets;
    held.octets = 0;
    held.list.length = 0;
  }

  /** Tells the sink of the FIN once its number is reached. */
  reportFin(half: HalfStream, nowNs: number): void {
    if (!half.has(HALF_FIN) || half.has(HALF_FIN_IN_ORDER) || half.nextSeq !== half.finSeq) return;
    half.set(HALF_FIN_IN_ORDER);
    this.#sink.fin(half.index, nowNs);
  }

  /** Tells the sink of a FIN that the capture lacks. The connection is over: no octet can come any more. */
  reportLostFin(half: HalfStream, nowNs: number): void {
    if (half.has(HALF_FIN_IN_ORDER)) return;
    half.set(HALF_FIN_IN_ORDER);
    this.#sink.fin(half.index, nowNs);
  }

  #deliver(
    half: HalfStream,
    bytes: Uint8Array,
    start: number,
    end: number,
    len: number,
    from: Segment | HeldSegment,
  ): void {
    const captured = Math.max(0, Math.min(end - start, len));
    const offset = half.offset;
    half.offset = offset + len;
    half.bytes += len;
    half.nextSeq = seqAdd(half.nextSeq, len);
    this.#sink.data(
      half.index,
      bytes,
      captured === 0 ? 0 : start,
      captured === 0 ? 0 : start + captured,
      len - captured,
      offset,
      from.frameNumber,
      from.timeNs,
    );
  }

  /** Copies octets `from … until` of the segment's payload into the list. */
  #insert(
    held: HeldSegments,
    place: number,
    segment: Segment,
    seq: number,
    from: number,
    until: number,
  ): void {
    const start = Math.min(segment.payloadStart + from, segment.payloadEnd);
    const octets = segment.bytes.slice(start, Math.min(segment.payloadStart + until, segment.payloadEnd));
    held.list.splice(place, 0, {
      seq: seqAdd(seq, from),
      octets,
      missing: until - from - octets.length,
      frameNumber: segment.frameNumber,
      timeNs: segment.timeNs,
    });
    held.octets += octets.length;
    this.#heldTotal[held.shard]! += octets.length;
  }

  #drain(half: HalfStream, held: HeldSegments): void {
    const list = held.list;
    let count = 0;
    while (count < list.length) {
      const segment = list[count]!;
      const ahead = seqDelta(segment.seq, half.nextSeq);
      if (ahead > 0) break;
      count++;
      held.octets -= segment.octets.length;
      this.#heldTotal[held.shard]! -= segment.octets.length;
      const len = segment.octets.length + segment.missing + ahead;
      if (len > 0) this.#deliver(half, segment.octets, -ahead, segment.octets.length, len, segment);
    }
    if (count > 0) list.splice(0, count);
    if (list.length === 0) half.unset(HALF_ACKED_UNSEEN);
  }

  #skipTo(half: HalfStream, peer: HalfStream, seq: number, nowNs: number): void {
    const len = seqDelta(seq, half.nextSeq);
    if (len <= 0) return;
    const acked = peer.has(HALF_ACKED) ? Math.max(0, Math.min(len, seqDelta(peer.maxAck, half.nextSeq))) : 0;
    half.notCaptured += acked;
    half.missing += len - acked;
    const offset = half.offset;
    half.nextSeq = seq;
    half.offset = offset + len;
    this.#sink.gap(half.index, len, offset, nowNs);
  }
}

function endOf(segment: HeldSegment): number {
  return seqAdd(segment.seq, segment.octets.length + segment.missing);
}
