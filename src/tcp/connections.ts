import type { EndFacts } from '../model/facts.ts';
import type { Moment } from '../model/findings.ts';
import { ACK, type Segment, SYN } from '../model/segment.ts';
import type { StreamSink } from '../model/stream.ts';
import type { ConnectionSink, TcpTiming, WireWords } from './boundary.ts';
import { CaptureClock } from './capture-clock.ts';
import type { Closing } from './closing.ts';
import { ConnectionRow, makeConnectionTable } from './connection-row.ts';
import { Directory } from './directory.ts';
import { Evictions } from './eviction.ts';
import { buildFacts } from './facts-builder.ts';
import { FlowHash, FlowTable } from './flow-table.ts';
import { HALF_QUIET_FIN, HALF_RESET } from './half-bits.ts';
import { HalfStream, makeHalfStreamTable } from './half-stream.ts';
import { icmpErrorOf } from './icmp-error.ts';
import { LeavingSyn } from './leaving-syn.ts';
import { CONTEXT_SAMPLE, MAX_CONNECTIONS, MAX_ICMP_ERRORS } from './limits.ts';
import { isnOf, PastConnections, plainIsnOf } from './past-connections.ts';
import { isLoneSyn, isPlainOver, type PlainFollower } from './plain-follower.ts';
import { isUneventful } from './quiet-fin.ts';
import type { Reassembly } from './reassembly.ts';
import {
  ROW_CLOSED,
  ROW_DATA,
  ROW_FREE,
  ROW_IPV6,
  ROW_LASTING,
  ROW_PLAIN,
  ROW_RESET,
  ROW_SAMPLE,
} from './row-bits.ts';
import { rowsByAge } from './row-order.ts';
import { SHARDS, type ShardMap } from './shards.ts';
import { Story } from './story.ts';
import { Timers } from './timers.ts';

/** The other parts of the stage, and what it has from outside. */
interface Surroundings {
  readonly streams: StreamSink;
  readonly reassembly: Reassembly;
  readonly closing: Closing;
  readonly shards: ShardMap;
  /** Null when somebody follows single segments, so that no connection is plain. */
  readonly plain: PlainFollower | null;
  readonly sink: ConnectionSink;
  readonly words: WireWords;
  readonly timing: TcpTiming;
  /** The general path. */
  take(segment: Segment): void;
}

/**
 * The life of connections: which row a segment belongs to, when a connection is over, when its row may be used again.
 *
 *   open ──both FINs acknowledged, RST──▶ closed ──linger──▶ reported
 *     └──idle, evicted, end of capture, new SYN──────────────▶┘
 *
 * A closed connection lingers so that stragglers still count; both sides going on after a RST opens it again. A
 * reported one frees its row; its 4-tuple is remembered a while, so that a late segment does not look like a new
 * connection.
 */
export class Connections {
  readonly #table = makeConnectionTable();
  readonly #halves = makeHalfStreamTable();
  /** Any connection by its row. */
  readonly directory = new Directory(this.#table);
  /** Followed connections only: few enough for a processor's cache, where every segment asks. */
  readonly #hash = new FlowHash();
  readonly #flows = new FlowTable(this.directory);
  readonly #stories: (Story | undefined)[] = [];
  readonly #free: number[] = [];
  readonly #clock = new CaptureClock();
  readonly #timers: Timers;
  readonly #evictions = new Evictions((row) => this.#shardOf(row));
  readonly #past: PastConnections;
  /** By shard, as what follows. */
  readonly #liveOf = new Int32Array(SHARDS);
  readonly #openedOf = new Int32Array(SHARDS);
  /** No segment comes any more. */
  #isOver = false;
  /** Row 0 is nobody's: its half-streams serve connections that leave before theirs have been used. */
  #rows = 1;

  readonly #around: Surroundings;

  /**
   * The connection of the segment in hand; `own` is its sender's half-stream, `peer` the other (with ROW_PLAIN, neither
   * says anything), `half` the sender's number.
   */
  readonly row = new ConnectionRow(this.#table);
  half = 0;
  readonly own = new HalfStream(this.#halves);
  readonly peer = new HalfStream(this.#halves);
  story: Story | null = null;
  /** Views for connections that leave while another is in hand. */
  readonly #leaving = new ConnectionRow(this.#table);
  readonly #leavingSyn: LeavingSyn;
  readonly #half0 = new HalfStream(this.#halves);
  readonly #half1 = new HalfStream(this.#halves);

  /** Connections so far. */
  count = 0;
  /** Connections dropped because the table was full. */
  evicted = 0;

  constructor(around: Surroundings) {
    this.#around = around;
    this.#past = new PastConnections(around.words);
    this.#leavingSyn = new LeavingSyn(around.words);
    this.#timers = new Timers(this.#leaving, around.timing.lingerAfterRstNs, (index, reason) =>
      this.#leave(index, reason),
    );
    this.moment = this.#timers.moment;
    this.#table.reserve(1);
    this.#halves.reserve(2);
  }

  /**
   * Points row, own, peer and story at the segment's connection; makes it if needed. False when the segment is a
   * straggler of a connection that has been reported.
   */
  select(segment: Segment, shard: number, isCopy: boolean): boolean {
    const hash = this.#hashOf(segment);
    let index = this.#find(segment, hash);
    if (index >= 0) {
      this.#point(index, segment);
      if (!isCopy && (segment.flags & (SYN | ACK)) === SYN && this.#startsAnew(segment)) {
        this.#leave(index, 'reused');
        index = -1;
      }
    } else if (this.#past.isStraggler(segment, hash, shard, isCopy)) return false;
    if (index < 0) {
      index = this.#open(segment, hash, shard, isCopy);
      this.#point(index, segment);
    }
    this.story = this.row.has(ROW_PLAIN) ? null : (this.#stories[index] ?? null);
    return true;
  }

  /**
   * A SYN with another number than this side's is a new connection on the same 4-tuple, as Wireshark counts. One with
   * the same number is the old SYN again, even after a RST (Windows repeats a refused SYN so).
   */
  #startsAnew(segment: Segment): boolean {
    const { row, half } = this;
    const isn = row.has(ROW_PLAIN) ? plainIsnOf(row, half) : isnOf(this.own);
    return isn !== null && isn !== segment.seq;
  }

  /** The story of the connection in hand, made if it has none. */
  makeStory(): Story {
    if (this.story === null) {
      this.story = new Story(this.#shardOf(this.row));
      this.#stories[this.row.index] = this.story;
      this.#around.closing.speakUp(this.row, this.own, this.peer, this.story);
    }
    return this.story;
  }

  /** Nothing need be told of it if it ends well: it is no part of the sample, and nobody asks for every connection. */
  get mayBeUntold(): boolean {
    return this.#around.sink.uneventful !== undefined && !this.row.has(ROW_SAMPLE);
  }

  /** The connection in hand has ended; it is reported after its linger time. */
  close(isReset: boolean): void {
    if (this.row.has(ROW_CLOSED)) return;
    this.row.set(isReset ? ROW_CLOSED | ROW_RESET : ROW_CLOSED);
    this.row.sinceNs = this.#clock.nowNs;
    this.#timers.close(this.row, isReset);
  }

  /** A connection closed by a RST on which both sides went on was not closed. */
  reconsider(): void {
    if (!this.row.has(ROW_RESET)) return;
    const hasGone = this.story?.closes.every(
      (close) =>
        !close.isReset ||
        (close.facts.senderContinuedFrame !== null && close.facts.peerContinuedFrame !== null),
    );
    if (hasGone !== true) return;
    this.row.unset(ROW_CLOSED | ROW_RESET);
    this.row.sinceNs = this.#clock.nowNs;
    this.own.unset(HALF_RESET);
    this.peer.unset(HALF_RESET);
  }

  /** Lets time pass to that of a segment (a bare number would be an object for each packet): reports who leaves. */
  advance(at: { readonly timeNs: number; readonly frameNumber: number }): void {
    this.#clock.advance(at.timeNs);
    this.#timers.advance(this.#clock.nowNs, at.frameNumber);
  }

  /** When what is being told was found. */
  readonly moment: Moment;

  /** Connections followed now, those that have ended and linger included. */
  get live(): number {
    return this.#liveOf.reduce((sum, live) => sum + live);
  }

  /** Reports every connection left, in the order of their numbers. */
  end(): void {
    this.#isOver = true;
    rowsByAge(this.#leaving, this.#rows).forEach((index) => {
      this.#leaving.move(index);
      this.#timers.atEnd(this.#leaving.firstFrame);
      this.#leave(index, 'capture-end');
    });
  }

  noteIcmpError(segment: Segment): void {
    const index = this.#find(segment, this.#hashOf(segment));
    if (index < 0) return;
    this.#point(index, segment);
    if (this.row.has(ROW_PLAIN)) this.tellInFull();
    this.story = this.#stories[index] ?? null;
    const errors = this.makeStory().icmpErrors;
    if (errors.length < MAX_ICMP_ERRORS) errors.push(icmpErrorOf(segment, this.half, this.#around.words));
  }

  #hashOf({ src, srcPort, dst, dstPort }: Segment): number {
    return this.#hash.of(src, srcPort, dst, dstPort);
  }

  #find({ src, srcPort, dst, dstPort, ipVersion }: Segment, hash: number): number {
    return this.#flows.find(hash, src, srcPort, dst, dstPort, ipVersion === 6 ? 1 : 0);
  }

  #point(index: number, segment: Segment): void {
    const { row } = this;
    row.move(index);
    if (!row.has(ROW_CLOSED)) row.sinceNs = this.#clock.nowNs;
    this.half = row.address0 === segment.src && row.port0 === segment.srcPort ? 0 : 1;
    // Nothing is written down of a plain connection's sides, and looking at them costs something.
    if (!row.has(ROW_PLAIN)) this.#pointAtHalves();
  }

  #pointAtHalves(): void {
    const own = 2 * this.row.index + this.half;
    this.own.move(own);
    this.peer.move(own ^ 1);
  }

  /** The connection in hand is plain no more: the general path takes all its segments so far, from half-stream `first` on. */
  tellInFull(first = 2 * this.row.index): void {
    const { row, own, peer, half } = this;
    const { sinceNs } = row;
    own.move(first);
    peer.move(first + 1);
    own.clear();
    peer.clear();
    this.story = null;
    row.bits &= ROW_LASTING;
    row.segments = 0;
    row.lastNs = row.startNs;
    this.#around.plain?.replay(row, row.has(ROW_IPV6) ? 6 : 4, this.#takeAgain);
    // If it was closed, it has been since then and not just now.
    row.sinceNs = sinceNs;
    own.move(first + half);
    peer.move(first + (half ^ 1));
  }

  readonly #takeAgain = (segment: Segment, half: number): void => {
    this.own.move((this.own.index & ~1) + half);
    this.peer.move(this.own.index ^ 1);
    this.#around.take(segment);
  };

  #open(segment: Segment, hash: number, shard: number, isCopy: boolean): number {
    if (this.#liveOf[shard]! >= MAX_CONNECTIONS) this.#evict(shard);
    this.#liveOf[shard]!++;
    const index = this.#free.pop() ?? this.#rows++;
    this.#table.reserve(this.#rows);
    this.#halves.reserve(2 * this.#rows);
    this.#stories[index] = undefined;
    const row = this.row;
    row.move(index);
    row.begin(this.count++, segment);
    this.#around.sink.opened?.(segment.frameNumber);
    if (this.#openedOf[shard]!++ < CONTEXT_SAMPLE) row.set(ROW_SAMPLE);
    this.#timers.open(index);
    this.#evictions.opened(shard, row);
    const isIpv6 = row.bits & ROW_IPV6;
    this.#flows.put(hash, segment.src, segment.srcPort, segment.dst, segment.dstPort, isIpv6, index);
    if (isIpv6 !== 0) {
      this.#around.words.retainAddress(segment.src);
      this.#around.words.retainAddress(segment.dst);
    }
    const { plain } = this.#around;
    if (plain === null || isCopy || row.has(ROW_SAMPLE) || !plain.begin(row, segment)) {
      this.#half0.move(2 * index);
      this.#half0.clear();
      this.#half1.move(2 * index + 1);
      this.#half1.clear();
    }
    return index;
  }

  /** Makes room. */
  #evict(shard: number): void {
    const oldest = this.#evictions.next(shard, this.#leaving, this.#rows);
    if (oldest < 0) return;
    this.evicted++;
    this.#leave(oldest, 'evicted');
  }

  /** Hands over the facts, and frees the row. */
  #leave(index: number, reason: EndFacts['reason']): void {
    const row = this.#leaving;
    row.move(index);
    if (row.has(ROW_FREE)) return;
    // A flood of SYNs would fill two records for each.
    const halves = row.has(ROW_PLAIN) && !row.has(ROW_DATA) ? 0 : 2 * index;
    if (row.has(ROW_PLAIN)) {
      const { sink } = this.#around;
      if (isPlainOver(row) && sink.uneventful !== undefined) {
        sink.uneventful(this.#around.plain?.requests(row) ?? 0, row.id);
        this.#retire(index, row.plainIsn(0), row.plainIsn(1));
        return;
      }
      if (isLoneSyn(row) && this.#isAlike(row)) {
        this.#retire(index, row.plainIsn(0), null);
        return;
      }
      this.row.move(index);
      this.tellInFull(halves);
    }
    this.#half0.move(halves);
    this.#half1.move(halves + 1);
    const isn0 = isnOf(this.#half0);
    const isn1 = isnOf(this.#half1);
    if (this.#stories[index] === undefined && isUneventful(this.#half0, this.#half1)) {
      this.#around.sink.uneventful?.(this.#around.streams.requestsBegun(index), row.id);
      this.#retire(index, isn0, isn1);
      return;
    }
    const story = this.#storyOfLeaving(index);
    this.#around.closing.finish(story, row, this.#half0, this.#half1, this.#clock.nowNs);
    const app = this.#around.streams.snapshot(index);
    const end = row.has(ROW_CLOSED) ? 'closed' : reason;
    const facts = buildFacts(
      row,
      this.#half0,
      this.#half1,
      story,
      app,
      {
        reason: end,
        silenceNs: Math.max(0, this.#clock.nowNs - row.lastNs),
      },
      this.#around.words,
    );
    if (story !== null) {
      this.#around.reassembly.forget(story.held[0]);
      this.#around.reassembly.forget(story.held[1]);
    }
    this.#retire(index, isn0, isn1);
    this.#around.sink.connection(facts);
  }

  /** Has another connection been told with which all is said of this one, of which nothing but a SYN has come? */
  #isAlike(row: ConnectionRow): boolean {
    const { sink, plain } = this.#around;
    if (plain === null || sink.loneSyn === undefined) return false;
    return sink.loneSyn(this.#leavingSyn.take(row, plain.directionOfSyn(row), this.#clock.nowNs));
  }

  #storyOfLeaving(index: number): Story | null {
    const known = this.#stories[index];
    const isNoted = this.#half0.has(HALF_QUIET_FIN) || this.#half1.has(HALF_QUIET_FIN);
    if (known !== undefined || !isNoted) return known ?? null;
    const story = new Story(this.#shardOf(this.#leaving));
    this.#around.closing.speakUp(this.#leaving, this.#half0, this.#half1, story);
    return story;
  }

  /** The row is free from now on; its 4-tuple is remembered. */
  #retire(index: number, isn0: number | null, isn1: number | null): void {
    this.#stories[index] = undefined;
    const row = this.#leaving;
    if (row.has(ROW_PLAIN)) this.#around.plain?.drop(row);
    else this.#around.streams.release(index);
    row.set(ROW_FREE);
    const shard = this.#shardOf(row);
    this.#liveOf[shard]!--;
    this.#free.push(index);
    if (this.#isOver) return;
    const { address0, port0, address1, port1 } = row;
    const hash = this.#hash.of(address0, port0, address1, port1);
    this.#flows.remove(hash, index);
    this.#past.add(row, hash, shard, isn0, isn1);
  }

  #shardOf({ address0, port0, address1, port1, bits }: ConnectionRow): number {
    return this.#around.shards.between(address0, port0, address1, port1, (bits & ROW_IPV6) !== 0);
  }
}
