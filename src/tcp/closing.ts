import { seqAdd, seqDelta } from '../bytes/seq.ts';
import { FIN, RST, type Segment, SYN } from '../model/segment.ts';
import type { StreamSink } from '../model/stream.ts';
import { recordClose } from './close-record.ts';
import type { ConnectionRow } from './connection-row.ts';
import type { Connections } from './connections.ts';
import { HALF_FIN, HALF_FIN_ACKED, HALF_ISN, HALF_QUIET_FIN, HALF_RESET, HALF_STARTED } from './half-bits.ts';
import type { HalfStream } from './half-stream.ts';
import { MAX_CLOSES } from './limits.ts';
import { lostFinNs } from './lost-fin.ts';
import { isQuiet, noteQuietly, recordQuietFins } from './quiet-fin.ts';
import type { Reassembly } from './reassembly.ts';
import type { CloseRecord, Story } from './story.ts';

/** Numbers that carry no octet. */
const SYN_AND_FIN = 2;

/**
 * FINs and RSTs: records each, and takes the application's state at its place **in the sequence space**, not in the
 * file: octets of the closing side below its FIN count even when they are captured later, and so do octets of the
 * other side that the closing segment acknowledges.
 */
export class Closing {
  readonly #streams: StreamSink;
  readonly #reassembly: Reassembly;
  readonly #escapeText: (text: string) => string;

  constructor(streams: StreamSink, reassembly: Reassembly, escapeText: (text: string) => string) {
    this.#streams = streams;
    this.#reassembly = reassembly;
    this.#escapeText = escapeText;
  }

  /** A FIN or RST has come; nothing of its segment has been taken in yet. */
  note(connections: Connections, segment: Segment): void {
    const { row, own, peer } = connections;
    const isReset = (segment.flags & RST) !== 0;
    if (!isReset && own.has(HALF_FIN)) return;
    const mayBeQuiet = connections.story === null && connections.mayBeUntold;
    if (mayBeQuiet && isQuiet(own, peer, segment) && this.#streams.isAtRest(row.index)) {
      noteQuietly(own, segment);
      return;
    }
    const story = connections.makeStory();
    if (isReset) story.resetCount++;
    if (story.closes.length >= MAX_CLOSES && isKnownKind(story, own.index & 1, isReset)) return;
    const close = recordClose(row, own, peer, segment, this.#escapeText);
    story.closes.push(close);
    story.pendingSnapshots++;
    if (!isReset || !looksEffective(close)) return;
    this.#flushHeld(story, own, peer, segment.timeNs);
    // Octets that were acknowledged did cross, whether they were captured or not: the place of the RST is behind them.
    this.#reassembly.flushAcked(own, peer, segment.timeNs);
    this.#reassembly.flushAcked(peer, own, segment.timeNs);
    own.set(HALF_RESET);
    connections.close(true);
  }

  /**
   * A DATA_FIN has come on a connection of Multipath TCP: its side has nothing more to send, on whatever path (RFC 8684
   * §3.3.3). It takes no number of the subflow, whose own FIN may come much later. Only the first of each side counts.
   */
  noteDataFin(connections: Connections, segment: Segment): void {
    const { row, own, peer } = connections;
    const story = connections.makeStory();
    const isKnown = story.closes.some(({ half, isReset }) => half === (own.index & 1) && !isReset);
    if (isKnown || own.has(HALF_FIN) || story.closes.length >= MAX_CLOSES) return;
    story.closes.push(recordClose(row, own, peer, segment, this.#escapeText));
    story.pendingSnapshots++;
  }

  /** FINs that were only noted become records, because something else has happened or will be told. */
  speakUp(row: ConnectionRow, half0: HalfStream, half1: HalfStream, story: Story): void {
    if (!half0.has(HALF_QUIET_FIN) && !half1.has(HALF_QUIET_FIN)) return;
    const app = this.#streams.snapshot(row.index);
    story.closes.push(...recordQuietFins(row, half0, half1, app, this.#escapeText));
  }

  /** The FIN's segment has been taken in: its number is now part of the sequence space. */
  takeFin(connections: Connections, segment: Segment): void {
    const { own } = connections;
    if (own.has(HALF_FIN)) {
      own.retransmitted++;
      return;
    }
    own.set(HALF_FIN);
    own.finSeq = seqAdd(segment.seq, segment.payloadLen + ((segment.flags & SYN) !== 0 ? 1 : 0));
    this.#reassembly.reportFin(own, segment.timeNs);
  }

  /** After a segment: closes whose place has been reached, and the end of the connection by FINs. */
  judgeNow(connections: Connections, segment: Segment): void {
    const { story, own, peer } = connections;
    if (story === null && !own.has(HALF_FIN)) return;
    if (story !== null && story.pendingSnapshots > 0)
      this.#takeSnapshots(story, connections.row, own, peer, segment.timeNs);
    if ((segment.flags & (FIN | RST)) !== 0 || own.has(HALF_FIN)) {
      if (own.has(HALF_FIN_ACKED) && peer.has(HALF_FIN_ACKED)) connections.close(false);
    }
  }

  /** The connection leaves: what is held is given up, and every close gets its state. */
  finish(story: Story | null, row: ConnectionRow, half0: HalfStream, half1: HalfStream, nowNs: number): void {
    if (story !== null) this.#flushHeld(story, half0, half1, nowNs);
    this.#reassembly.flushAcked(half0, half1, nowNs);
    this.#reassembly.flushAcked(half1, half0, nowNs);
    this.#reassembly.reportFin(half0, nowNs);
    this.#reassembly.reportFin(half1, nowNs);
    if (lostFinNs(half0, half1, story) !== null) this.#reassembly.reportLostFin(half0, nowNs);
    if (lostFinNs(half1, half0, story) !== null) this.#reassembly.reportLostFin(half1, nowNs);
    if (story === null || story.pendingSnapshots === 0) return;
    for (const close of story.closes) close.facts.app ??= this.#streams.snapshot(row.index);
    story.pendingSnapshots = 0;
  }

  #takeSnapshots(story: Story, row: ConnectionRow, own: HalfStream, peer: HalfStream, nowNs: number): void {
    for (const close of story.closes) {
      if (close.facts.app !== null) continue;
      const sender = (own.index & 1) === close.half ? own : peer;
      const receiver = sender === own ? peer : own;
      if (!isReached(close, sender, receiver)) continue;
      this.#tellUnseen(sender, close.seq, nowNs);
      if (close.ack !== null) this.#tellUnseen(receiver, close.ack, nowNs);
      close.facts.app = this.#streams.snapshot(row.index);
      story.pendingSnapshots--;
    }
  }

  /** A side of which no octet has come had sent some before `until`: the stream was first seen behind them. */
  #tellUnseen(half: HalfStream, until: number, nowNs: number): void {
    if (!half.has(HALF_STARTED) || !half.has(HALF_ISN) || half.offset > 0) return;
    if (seqDelta(until, half.isn) > SYN_AND_FIN) this.#streams.gap(half.index, 0, 0, nowNs);
  }

  #flushHeld(story: Story, a: HalfStream, b: HalfStream, nowNs: number): void {
    this.#reassembly.flush(a, b, story.held[(a.index & 1) as 0 | 1], nowNs);
    this.#reassembly.flush(b, a, story.held[(b.index & 1) as 0 | 1], nowNs);
  }
}

function isKnownKind(story: Story, half: number, isReset: boolean): boolean {
  return story.closes.some((close) => close.half === half && close.isReset === isReset);
}

/**
 * By its numbers the receiver would act on it. A first answer, for the linger time only: close-effect.ts has the
 * last word, with all that followed in view.
 */
function looksEffective(close: CloseRecord): boolean {
  if (close.facts.hasSignature) return false;
  if (close.answersSyn) return close.facts.ackMinusPeerNext === 0;
  return (
    close.facts.seqMinusNext === 0 || close.facts.seqMinusPeerAck === 0 || close.facts.triggerFrame !== null
  );
}

/** Both streams have got to where the closing segment stands. */
function isReached(close: CloseRecord, sender: HalfStream, receiver: HalfStream): boolean {
  if (sender.has(HALF_STARTED)) {
    const isAhead = seqDelta(close.seq, sender.nextSeq) > 0;
    if (isAhead && seqDelta(close.seq, sender.maxSeq) <= 0) return false;
  }
  if (close.ack === null) return true;
  // Its segments may yet come, and show what the octets were that have been acknowledged.
  if (!receiver.has(HALF_STARTED)) return !receiver.has(HALF_ISN) || seqDelta(close.ack, receiver.isn) <= 1;
  const ack =
    receiver.has(HALF_FIN) && seqDelta(close.ack, receiver.finSeq) > 0 ? receiver.finSeq : close.ack;
  return seqDelta(ack, receiver.nextSeq) <= 0;
}
