import { seqAdd, seqDelta, seqMax, sequenceLength } from '../bytes/seq.ts';
import type { Moment } from '../model/findings.ts';
import type { SegmentObserver } from '../model/observer.ts';
import type { ResponseConnection } from '../model/responses.ts';
import { ACK, FIN, OPT_DATA_FIN, RST, type Segment, SYN } from '../model/segment.ts';
import type { StreamSink } from '../model/stream.ts';
import {
  MARK_COPY,
  MARK_CUT,
  MARK_GAP_BEFORE,
  MARK_KEEP_ALIVE,
  MARK_OUT_OF_ORDER,
  MARK_RETRANSMISSION,
  MARK_WINDOW_OPEN,
  MARK_WINDOW_PROBE,
  MARK_ZERO_WINDOW,
  type TimelineSink,
} from '../model/timeline.ts';
import { acceptAck, acceptWindow, timeRoundTrip } from './acknowledgement.ts';
import { countLocality, updateBaseline } from './baseline.ts';
import type { ConnectionSink, TcpTiming, WireWords } from './boundary.ts';
import { Closing } from './closing.ts';
import { Connections } from './connections.ts';
import { CopyFilter } from './copy-filter.ts';
import { followUp } from './follow-up.ts';
import {
  HALF_ACKED,
  HALF_HAS_DATA,
  HALF_LAST_SMALL,
  HALF_QUIET_FIN,
  HALF_RTT_TIMED,
  HALF_STARTED,
  HALF_SYN,
  HALF_WINDOW_SHUT,
} from './half-bits.ts';
import type { HalfStream } from './half-stream.ts';
import { isStartKnown, isStray, noteHandshakeAck, startMidStream, takeSyn } from './handshake.ts';
import { ASSUMED_MSS, CLOCK_STEP_NS, LINGER_AFTER_RST_NS, REORDER_NS } from './limits.ts';
import { isOrdinaryCourse, takeInCourse } from './ordinary-course.ts';
import { notePause } from './pause.ts';
import { isPlainOver, PlainFollower } from './plain-follower.ts';
import { breaksQuiet } from './quiet-fin.ts';
import { Reassembly } from './reassembly.ts';
import { ROW_CLOSED, ROW_DATA, ROW_MULTIPATH, ROW_PLAIN } from './row-bits.ts';
import { ALL_SHARDS, ShardMap } from './shards.ts';
import { timelineRow } from './timeline-row.ts';

/** Octets; see #isFarAway. */
const MAX_AHEAD = 1 << 26;

const FILE_TIMING: TcpTiming = { clockErrorNs: 0, lingerAfterRstNs: LINGER_AFTER_RST_NS };

/**
 * Segments → connections: finds each segment's connection, keeps the numbers of both sides, hands ordered payload to
 * the application stage, and writes down what the end of a connection will be judged by.
 *
 * The sequence of steps for one segment matters: a close is recorded before the segment changes any state (it is
 * held against how things stood), payload is delivered before the FIN behind it, and acknowledgements are taken in
 * before payload, so that a hole the peer has already passed is known as such.
 */
export class TcpStage {
  readonly #connections: Connections;
  readonly #streams: StreamSink;
  readonly #reassembly: Reassembly;
  readonly #closing: Closing;
  readonly #plain: PlainFollower | null;
  readonly #shards: ShardMap;
  readonly #copies: CopyFilter;
  readonly #timeline: TimelineSink | null;
  readonly #observer: SegmentObserver | null;
  /** Nobody follows single segments: those in the ordinary course may take the shortcut. */
  readonly #isUnwatched: boolean;
  readonly #followed: number;
  /** What the segment in hand turned out to be: MARK_ bits. */
  #marks = 0;
  segments = 0;

  /** `followed`: a bit for each shard whose connections are followed. For others' segments only time passes. */
  constructor(
    streams: StreamSink,
    sink: ConnectionSink,
    timeline: TimelineSink | null,
    words: WireWords,
    observer: SegmentObserver | null = null,
    timing: TcpTiming = FILE_TIMING,
    followed: number = ALL_SHARDS,
  ) {
    this.#followed = followed;
    this.#streams = streams;
    this.#shards = new ShardMap((address) => words.foldAddress(address));
    this.#copies = new CopyFilter(timing.clockErrorNs);
    this.#reassembly = new Reassembly(streams);
    this.#closing = new Closing(streams, this.#reassembly, words.escapeText);
    this.#timeline = timeline;
    this.#observer = observer;
    this.#isUnwatched = timeline === null && observer === null;
    this.#plain = this.#isUnwatched && streams.plain !== null ? new PlainFollower(streams.plain) : null;
    this.#connections = new Connections({
      streams,
      reassembly: this.#reassembly,
      closing: this.#closing,
      shards: this.#shards,
      plain: this.#plain,
      sink,
      words,
      timing,
      take: (segment) => this.#takeUnwatched(segment),
    });
  }

  /** Takes one TCP segment. It is borrowed. */
  push(segment: Segment): void {
    this.segments++;
    const connections = this.#connections;
    connections.advance(segment);
    const shard = this.#shards.of(segment);
    if (((this.#followed >>> shard) & 1) === 0) return;
    const isCopy = this.#copies.isCopy(segment, shard);
    if (!connections.select(segment, shard, isCopy)) return;
    const { row, half } = connections;
    if (row.has(ROW_PLAIN)) {
      if (!isCopy && this.#plain?.take(row, half, segment)) {
        if (isPlainOver(row)) connections.close(false);
        return;
      }
      connections.tellInFull();
    }
    if (this.#isUnwatched && !isCopy) {
      this.#takeUnwatched(segment);
      return;
    }
    this.#observer?.segment(row.id, half, segment, isCopy);
    this.#marks = 0;
    if (isCopy) {
      row.copies++;
      this.#marks = MARK_COPY;
      this.#countCopy(segment);
    } else {
      this.#take(segment);
    }
    if (this.#timeline?.wants(row.id)) {
      const { own, peer } = connections;
      this.#timeline.segment(row.id, timelineRow(segment, own, peer, this.#marks));
    }
  }

  /** Apart from `push`, where a function that looks at the segment would cost an object for each packet. */
  #countCopy(segment: Segment): void {
    const { own, story } = this.#connections;
    story?.closes.forEach((close) => {
      if (close.half === (own.index & 1) && segment.timeNs - close.facts.timeNs < REORDER_NS)
        close.facts.copies++;
    });
  }

  /** Takes an ICMP error that quotes a segment. */
  pushIcmpError(segment: Segment): void {
    this.#connections.advance(segment);
    this.#connections.noteIcmpError(segment);
  }

  /** Time goes on although no frame comes. `nowNs` counts as the frames' times do. */
  tick(nowNs: number): void {
    this.#connections.advance({ timeNs: nowNs, frameNumber: this.#connections.moment.frame });
  }

  /** Connections followed now, those that have ended and linger included. */
  get openConnections(): number {
    return this.#connections.live;
  }

  /** The capture is over: every connection left is reported. */
  end(): void {
    this.#connections.end();
  }

  /** When what is being told was found. */
  get moment(): Moment {
    return this.#connections.moment;
  }

  /** Number of the connection that a row of the table holds now. */
  idOf(row: number): number {
    return this.#connections.directory.idOf(row);
  }

  /** The connection behind a response; see Directory.behind. */
  behind(clientHalf: number): ResponseConnection {
    return this.#connections.directory.behind(clientHalf);
  }

  /** Holes given up early and connections dropped because a limit was hit. */
  get limitHits(): { readonly holes: number; readonly connections: number } {
    return { holes: this.#reassembly.overflows, connections: this.#connections.evicted };
  }

  #takeUnwatched(segment: Segment): void {
    const { row, own, peer, story } = this.#connections;
    if ((story === null || story.isBlank) && isOrdinaryCourse(row, own, peer, segment)) {
      takeInCourse(this.#connections, segment, this.#streams);
    } else {
      this.#marks = 0;
      this.#take(segment);
    }
  }

  #take(segment: Segment): void {
    const { row, own, peer } = this.#connections;
    countLocality(own, segment);
    const flags = segment.flags;
    const isOrdinary = (flags & (SYN | RST)) === 0;
    if (isOrdinary && (isStray(this.#connections, segment) || this.#isFarAway(segment))) {
      this.#closeSegment(segment);
      return;
    }
    if (this.#connections.story === null && breaksQuiet(segment)) {
      if (own.has(HALF_QUIET_FIN) || peer.has(HALF_QUIET_FIN)) this.#connections.makeStory();
    }
    this.#connections.story?.multipath?.take(own, peer, segment);
    if ((flags & (FIN | RST)) !== 0) this.#closing.note(this.#connections, segment);
    else if ((segment.options & OPT_DATA_FIN) !== 0 && row.has(ROW_MULTIPATH)) {
      this.#closing.noteDataFin(this.#connections, segment);
    }
    if ((flags & RST) === 0) {
      if ((flags & SYN) === 0) this.#takeOrdinary(segment);
      else if (!takeSyn(this.#connections, segment)) this.#marks |= MARK_RETRANSMISSION;
      if (acceptWindow(own, peer, segment)) this.#marks |= MARK_WINDOW_OPEN;
      else if (own.has(HALF_WINDOW_SHUT) && segment.window === 0) this.#marks |= MARK_ZERO_WINDOW;
      if (isProbe(own, segment)) this.#takeProbe();
      else if (segment.payloadLen > 0) this.#takePayload(segment);
      if ((flags & SYN) === 0 || own.isn === segment.seq) {
        own.maxSeq = seqMax(own.maxSeq, seqAdd(segment.seq, sequenceLengthOf(segment)));
      }
      if ((flags & FIN) !== 0) this.#closing.takeFin(this.#connections, segment);
      const story = this.#connections.story;
      if (story !== null) {
        if (story.closes.length > 0) followUp(story, own, peer, segment);
        this.#settle(segment.timeNs);
      }
    }
    this.#closing.judgeNow(this.#connections, segment);
    if (row.has(ROW_CLOSED)) this.#connections.reconsider();
    this.#closeSegment(segment);
  }

  /**
   * Ahead of its stream by more than any window (RFC 7323 §2.3: 1 GiB at most, a few MiB in practice) and not
   * acknowledged by the other side: damaged, or made up by somebody who does not know the numbers.
   */
  #isFarAway(segment: Segment): boolean {
    const { own, peer } = this.#connections;
    if (!own.has(HALF_STARTED) || seqDelta(segment.seq, own.maxSeq) <= MAX_AHEAD) return false;
    if (peer.has(HALF_ACKED) && seqDelta(peer.maxAck, segment.seq) >= 0) return false;
    this.#connections.makeStory().oddities.add('segment-far-ahead');
    return true;
  }

  /** Common bookkeeping, last because everything before compares with the segment before this one. */
  #closeSegment(segment: Segment): void {
    const { row, own } = this.#connections;
    const isBaseline = (segment.flags & (SYN | RST)) === 0;
    if (isBaseline) updateBaseline(own, segment);
    if (own.segments === 0) own.firstFrame = segment.frameNumber;
    own.segments++;
    own.lastFrame = segment.frameNumber;
    own.lastNs = segment.timeNs;
    if (segment.timeNs < row.lastNs - CLOCK_STEP_NS) row.clockSteps++;
    row.segments++;
    row.lastFrame = segment.frameNumber;
    // A frame from the past (a clock step, a damaged stamp) does not make the connection idle.
    row.lastNs = Math.max(row.lastNs, segment.timeNs);
  }

  #takeOrdinary(segment: Segment): void {
    const { own, peer } = this.#connections;
    if (!own.has(HALF_STARTED)) startMidStream(this.#connections, segment);
    if ((segment.flags & ACK) === 0) return;
    acceptAck(own, peer, segment);
    noteHandshakeAck(this.#connections, segment);
  }

  #takePayload(segment: Segment): void {
    const { row, own, peer } = this.#connections;
    const isSyn = (segment.flags & SYN) !== 0;
    const seq = isSyn ? seqAdd(segment.seq, 1) : segment.seq;
    const end = seqAdd(seq, segment.payloadLen);
    if (segment.payloadEnd - segment.payloadStart < segment.payloadLen) this.#marks |= MARK_CUT;
    if (!own.has(HALF_HAS_DATA) && !own.has(HALF_SYN) && !isStartKnown(row, own)) own.nextSeq = seq;
    row.set(ROW_DATA);
    const isBeyond = seqDelta(end, own.maxSeq) > 0;
    if (isBeyond) notePause(own, peer, segment.timeNs);
    if (seqDelta(seq, own.maxSeq) > 0) this.#marks |= MARK_GAP_BEFORE;
    const fresh = this.#place(segment, seq);
    if (fresh > 0) {
      this.#countFresh(segment, isBeyond);
      if (isBeyond) timeRoundTrip(own, end, segment.timeNs);
      else this.#countLate(segment);
    } else {
      if (isBeforeStart(own, seq)) this.#streams.gap(own.index, 0, own.offset, segment.timeNs);
      this.#countRetransmission(own, peer);
    }
  }

  /** Delivers the payload, or holds it while octets before it are missing. Returns how many octets are new. */
  #place(segment: Segment, seq: number): number {
    const { own, peer } = this.#connections;
    const story = this.#connections.story;
    const held = story === null ? null : story.held[(own.index & 1) as 0 | 1];
    const fresh = this.#reassembly.accept(own, held, segment, seq);
    if (fresh >= 0) return fresh;
    const holder = held ?? this.#connections.makeStory().held[(own.index & 1) as 0 | 1];
    return this.#reassembly.hold(own, peer, holder, segment, seq);
  }

  #countFresh(segment: Segment, isBeyond: boolean): void {
    const { own } = this.#connections;
    own.set(HALF_HAS_DATA);
    own.dataSegments++;
    own.lastDataFrame = segment.frameNumber;
    own.lastDataNs = segment.timeNs;
    if (segment.payloadLen > own.maxPayloadLen) own.maxPayloadLen = segment.payloadLen;
    if (!isBeyond) return;
    if (own.has(HALF_LAST_SMALL)) own.smallSegments++;
    if (segment.payloadLen * 4 < (own.mss || ASSUMED_MSS)) own.set(HALF_LAST_SMALL);
    else own.unset(HALF_LAST_SMALL);
  }

  /** Fills a hole: reordered when it comes right behind, else sent again after a loss before the capture point. */
  #countLate(segment: Segment): void {
    const { own } = this.#connections;
    if (segment.timeNs - own.lastNs < REORDER_NS) {
      own.outOfOrder++;
      this.#marks |= MARK_OUT_OF_ORDER;
      return;
    }
    own.retransmitted++;
    this.#marks |= MARK_RETRANSMISSION;
  }

  #countRetransmission(own: HalfStream, peer: HalfStream): void {
    own.retransmitted++;
    this.#marks |= MARK_RETRANSMISSION;
    own.unset(HALF_RTT_TIMED);
    if (seqDelta(own.maxSeq, peer.maxAck) > 0) own.finalRetransmissions++;
  }

  /** Against a shut window it asks for the window, else whether anybody is there. It carries no new octet. */
  #takeProbe(): void {
    const { own, peer } = this.#connections;
    if (peer.has(HALF_WINDOW_SHUT)) {
      this.#marks |= MARK_WINDOW_PROBE;
      return;
    }
    own.keepAlives++;
    own.unansweredProbes++;
    this.#marks |= MARK_KEEP_ALIVE;
  }

  /** Holes that the peer has passed, and closes whose place in the sequence has been reached. */
  #settle(nowNs: number): void {
    const { own, peer, story } = this.#connections;
    if (story === null) return;
    const ofOwn = story.held[(own.index & 1) as 0 | 1];
    const ofPeer = story.held[(peer.index & 1) as 0 | 1];
    if (ofOwn.list.length > 0) this.#reassembly.settle(own, peer, ofOwn, nowNs);
    if (ofPeer.list.length > 0) this.#reassembly.settle(peer, own, ofPeer, nowNs);
    this.#reassembly.reportFin(own, nowNs);
    this.#reassembly.reportFin(peer, nowNs);
  }
}

function sequenceLengthOf(segment: Segment): number {
  return sequenceLength(segment.payloadLen, (segment.flags & SYN) !== 0, (segment.flags & FIN) !== 0);
}

/** Octets that were never delivered, as the stream was first seen behind them: a capture that begins in the middle, or out of order. */
function isBeforeStart(own: HalfStream, seq: number): boolean {
  if (own.offset > MAX_AHEAD || seqDelta(seq, seqAdd(own.nextSeq, -own.offset)) >= 0) return false;
  return !own.has(HALF_SYN) || seqDelta(seq, own.isn) > 0;
}

/** Keep-alive: at most one octet, one below the next number, nothing else (RFC 9293 §3.8.4). */
function isProbe(own: HalfStream, segment: Segment): boolean {
  return (
    own.has(HALF_STARTED) &&
    segment.payloadLen <= 1 &&
    (segment.flags & (SYN | FIN | RST)) === 0 &&
    seqDelta(segment.seq, own.maxSeq) === -1
  );
}
