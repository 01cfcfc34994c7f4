import { seqAdd, seqDelta } from '../bytes/seq.ts';
import {
  ACK,
  FIN,
  OPT_FAST_OPEN,
  OPT_MALFORMED,
  OPT_MPTCP,
  OPT_SACK,
  OPT_SIGNATURE,
  RST,
  Segment,
  SYN,
} from '../model/segment.ts';
import type { PlainStreams } from '../model/stream.ts';
import type { ConnectionRow } from './connection-row.ts';
import { CLOCK_STEP_NS } from './limits.ts';
import { LoneSyns } from './lone-syns.ts';
import {
  ROW_CLOSED,
  ROW_DATA,
  ROW_HANDSHAKE_ACK,
  ROW_PLAIN,
  ROW_PLAIN_FIN_0,
  ROW_PLAIN_FIN_ACKED_0,
  ROW_PLAIN_OVER,
  ROW_SYN,
  ROW_SYN_ACK,
} from './row-bits.ts';
import { FIRST_PLACE, type LogEnd, SegmentLog } from './segment-log.ts';

/**
 * Follows plain connections: handshake, requests and their responses one after the other, every segment in order, two
 * FINs while nothing is in flight. Most connections are so from beginning to end, and then there is nothing to tell, or, for
 * whoever wants every connection, all of it when it leaves.
 *
 * It gathers no evidence and judges nothing. It only sees that all is as expected, and keeps a log. At the first segment
 * that is not, the log is gone through again by the general path, as if it had come just now: so whatever is told
 * about a connection, the general path has found it (test/tcp/plain.test.ts holds the two against each other).
 */

/** Segments of a plain connection. Beyond it a log costs more than it saves. */
const MAX_SEGMENTS = 100;
/** Octets of one segment that are kept. More than a head has; less than makes copying dear. */
const MAX_KEPT_LEN = 16 * 1024;
const UNUSUAL_OPTIONS = OPT_SACK | OPT_SIGNATURE | OPT_MALFORMED;
const CONTROL = SYN | FIN | RST | ACK;

/**
 * ConnectionRow.logFirst of a connection without a log; ConnectionRow.logPlace says whether its SYN has come, and
 * ConnectionRow.logBlock holds the SYN's direction then.
 */
const NO_LOG = -1;
const NO_SYN = 0;
const LONE_SYN = 1;

export class PlainFollower {
  readonly #streams: PlainStreams;
  readonly #log = new SegmentLog();
  readonly #syns = new LoneSyns();
  /** Read from there. */
  readonly #syn = new Segment();
  readonly #end: LogEnd = { block: 0, place: 0 };

  constructor(streams: PlainStreams) {
    this.#streams = streams;
  }

  /** A connection that may be plain begins with `segment`. False: it is to be followed in full. */
  begin(row: ConnectionRow, segment: Segment): boolean {
    if ((segment.flags & CONTROL) !== SYN) return false;
    row.set(ROW_PLAIN);
    row.logFirst = NO_LOG;
    row.logPlace = NO_SYN;
    return true;
  }

  /** Takes a segment of half-stream `half`, 0 or 1. False: it is more than plain, and nothing was done. */
  take(row: ConnectionRow, half: number, segment: Segment): boolean {
    if (row.segments >= MAX_SEGMENTS || row.has(ROW_CLOSED) || segment.window <= 0) return false;
    if ((segment.options & UNUSUAL_OPTIONS) !== 0 || segment.timeNs < row.lastNs - CLOCK_STEP_NS)
      return false;
    const keptLen = row.has(ROW_SYN_ACK)
      ? this.#takeOrdinary(row, half, segment)
      : takeHandshake(row, half, segment);
    if (keptLen < 0 || keptLen > MAX_KEPT_LEN) return false;
    if (
      !(row.logFirst === NO_LOG && row.segments === 0
        ? this.#keepSyn(row, segment)
        : this.#append(row, half, segment, keptLen))
    )
      return false;
    row.segments++;
    if (segment.timeNs > row.lastNs) row.lastNs = segment.timeNs;
    return true;
  }

  requests(row: ConnectionRow): number {
    return this.#streams.requests(row.index);
  }

  /** The connection leaves with nothing to tell. */
  drop(row: ConnectionRow): void {
    if (row.logFirst === NO_LOG) return;
    this.#log.drop(row.logFirst, row.logBlock);
    this.#streams.release(row.index);
  }

  /** Where the link layer says that the SYN of a connection went for which isLoneSyn holds: Segment.direction. */
  directionOfSyn(row: ConnectionRow): number {
    return row.logBlock;
  }

  /** The connection is plain no more: calls `take` for each of its segments so far. */
  replay(row: ConnectionRow, ipVersion: number, take: (segment: Segment, half: number) => void): void {
    const { logFirst, logBlock, logPlace } = row;
    if (logFirst === NO_LOG) {
      if (logPlace === NO_SYN) return;
      const syn = this.#syn;
      this.#syns.read(row.index, syn);
      syn.ipVersion = ipVersion;
      take(syn, 0);
      return;
    }
    this.#streams.repeat(row.index);
    this.#log.replay(logFirst, { block: logBlock, place: logPlace }, ipVersion, take);
  }

  #keepSyn(row: ConnectionRow, segment: Segment): boolean {
    if (!this.#syns.keep(row.index, segment)) return false;
    row.logPlace = LONE_SYN;
    row.logBlock = segment.direction;
    return true;
  }

  #append(row: ConnectionRow, half: number, segment: Segment, keptLen: number): boolean {
    const end = this.#end;
    if (row.logFirst === NO_LOG && !this.#beginLog(row)) return false;
    end.block = row.logBlock;
    end.place = row.logPlace;
    if (!this.#log.append(end, segment, half, keptLen)) return false;
    row.logBlock = end.block;
    row.logPlace = end.place;
    return true;
  }

  /** The SYN is not alone any more. */
  #beginLog(row: ConnectionRow): boolean {
    const block = this.#log.begin();
    if (block < 0) return false;
    const end = this.#end;
    end.block = block;
    end.place = FIRST_PLACE;
    this.#syns.read(row.index, this.#syn);
    this.#log.append(end, this.#syn, 0, 0);
    row.logFirst = block;
    row.logBlock = block;
    row.logPlace = end.place;
    return true;
  }

  /** How many payload octets are to be kept, or −1. */
  #takeOrdinary(row: ConnectionRow, half: number, segment: Segment): number {
    const peer = half ^ 1;
    const next = row.plainNext(half);
    const peerNext = row.plainNext(peer);
    const { ack, flags, payloadLen, seq } = segment;
    if ((flags & (SYN | RST | ACK)) !== ACK || seq !== next || seqDelta(ack, peerNext) > 0) return -1;
    if (!row.has(ROW_HANDSHAKE_ACK)) {
      if (half !== 0 || ack !== peerNext) return -1;
      row.set(ROW_HANDSHAKE_ACK);
    } else if (seqDelta(ack, row.plainAck(half)) < 0) return -1;
    const hasFin = row.has((ROW_PLAIN_FIN_0 << half) | (ROW_PLAIN_FIN_0 << peer));
    let keptLen = 0;
    if (payloadLen > 0) {
      if (hasFin || (flags & FIN) !== 0) return -1;
      keptLen = this.#takePayload(row, half, segment);
      if (keptLen < 0) return -1;
    } else if ((flags & FIN) !== 0 && !this.#takeFin(row, half, ack)) return -1;
    row.setPlainNext(half, seqAdd(next, payloadLen + ((flags & FIN) !== 0 ? 1 : 0)));
    row.setPlainAck(half, ack);
    if (hasFin && ack === peerNext && row.has(ROW_PLAIN_FIN_0 << peer))
      row.set(ROW_PLAIN_FIN_ACKED_0 << peer);
    return keptLen;
  }

  #takePayload(row: ConnectionRow, half: number, segment: Segment): number {
    const { bytes, payloadLen, payloadStart, payloadEnd } = segment;
    const room = payloadEnd - payloadStart;
    const captured = room < payloadLen ? room : payloadLen;
    row.set(ROW_DATA);
    return this.#streams.take(
      row.index,
      half === 0,
      bytes,
      payloadStart,
      payloadStart + captured,
      payloadLen - captured,
      segment.timeNs,
    );
  }

  /** As isQuiet in quiet-fin.ts: nothing is in flight on either side. */
  #takeFin(row: ConnectionRow, half: number, ack: number): boolean {
    const peer = half ^ 1;
    if (row.has(ROW_PLAIN_FIN_0 << half) || !this.#streams.isAtRest(row.index)) return false;
    const behind = seqDelta(row.plainNext(peer), ack);
    if (behind !== 0 && !(behind === 1 && row.has(ROW_PLAIN_FIN_0 << peer))) return false;
    row.set(ROW_PLAIN_FIN_0 << half);
    return true;
  }
}

/** Of a plain connection: nothing but a SYN has come. */
export function isLoneSyn(row: ConnectionRow): boolean {
  return row.logFirst === NO_LOG && row.logPlace === LONE_SYN;
}

/** Both FINs of a plain connection have been acknowledged. */
export function isPlainOver(row: ConnectionRow): boolean {
  return (row.bits & ROW_PLAIN_OVER) === ROW_PLAIN_OVER;
}

/** SYN and SYN+ACK, each once, without payload, and without agreeing on Multipath TCP. 0, or −1. */
function takeHandshake(row: ConnectionRow, half: number, segment: Segment): number {
  if (segment.payloadLen > 0 || (segment.options & OPT_FAST_OPEN) !== 0) return -1;
  const flags = segment.flags & CONTROL;
  if (!row.has(ROW_SYN)) {
    if (flags !== SYN || half !== 0) return -1;
    row.set(ROW_SYN);
  } else {
    if (flags !== (SYN | ACK) || half !== 1 || segment.ack !== row.plainNext(0)) return -1;
    if ((segment.options & OPT_MPTCP) !== 0) return -1;
    row.set(ROW_SYN_ACK);
    row.setPlainAck(1, segment.ack);
  }
  row.setPlainIsn(half, segment.seq);
  row.setPlainNext(half, seqAdd(segment.seq, 1));
  return 0;
}
