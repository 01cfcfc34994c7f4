import { seqAdd, seqDelta } from '../bytes/seq.ts';
import type { SegmentObserver } from '../model/observer.ts';
import { ACK, CWR, ECE, FIN, OPT_MSS, OPT_WINDOW_SCALE, RST, type Segment, SYN } from '../model/segment.ts';
import { beginAnswer, continueAnswer, countSegment } from './answer-meter.ts';
import { ConnectionMeter } from './connection-meter.ts';
import { segmentSize, takeAck, takeFlight, takeWindow } from './flight.ts';
import { MAX_MEASURED } from './limits.ts';
import type { SideMeter } from './side-meter.ts';
import { optionOrder } from './syn-options.ts';

/** ECN field of the ToS octet: congestion was experienced (RFC 3168 §5). */
const ECN_MASK = 3;
const CONGESTION_EXPERIENCED = 3;
/** Ahead of everything sent by more than any window in practice: damaged, or made up. */
const MAX_AHEAD = 1 << 26;

/** How many connections are busy now, and whether this one is. */
export interface BusyCount {
  count(): number;
  isBusy(connectionId: number): boolean;
  /** The connection is over, whatever it was busy with. */
  drop(connectionId: number): void;
}

/** Measures connections as their segments pass. Only attached when somebody asks for conditions. */
export class SegmentMeter implements SegmentObserver {
  readonly #meters = new Map<number, ConnectionMeter>();
  readonly #busy: BusyCount;
  #lastId = -1;
  #last: ConnectionMeter | null = null;
  /** Connections open now, and most at a time. */
  open = 0;
  peakOpen = 0;
  /** Connections that found no room. */
  unmeasured = 0;

  constructor(busy: BusyCount) {
    this.#busy = busy;
  }

  segment(connectionId: number, half: number, segment: Segment, isCopy: boolean): void {
    const meter = connectionId === this.#lastId ? this.#last : this.#find(connectionId);
    if (meter === null) return;
    // Copies were captured elsewhere, which shows more of the way.
    if (segment.vlan !== 0) meter.isVlan = true;
    if (segment.tunnelDepth > meter.tunnelDepth) meter.tunnelDepth = segment.tunnelDepth;
    if (isCopy) return;
    const own = meter.sides[half === 0 ? 0 : 1];
    const peer = meter.sides[half === 0 ? 1 : 0];
    if (own.segments++ === 0) own.firstFrame = segment.frameNumber;
    this.#noteOpen(meter, peer, segment);
    if ((segment.flags & RST) !== 0) {
      this.#noteReset(connectionId, meter, own, segment);
      return;
    }
    if ((segment.flags & SYN) !== 0) takeSyn(meter, own, segment);
    else noteOrdinary(meter, own, peer, segment);
    takeAck(own, peer, segment);
    takeWindow(own, peer, segment);
    if (segment.payloadLen > 0 && (segment.flags & SYN) === 0) takePayload(meter, own, peer, segment, half);
    if ((segment.flags & FIN) !== 0) this.#noteFin(connectionId, meter, own, half, segment);
  }

  /** Hands over what was measured of a connection that is over; null when nothing was. */
  take(connectionId: number): ConnectionMeter | null {
    const meter = this.#meters.get(connectionId) ?? null;
    if (meter === null) {
      this.unmeasured++;
      return null;
    }
    this.#meters.delete(connectionId);
    this.#lastId = -1;
    this.#last = null;
    this.#close(meter);
    return meter;
  }

  #find(connectionId: number): ConnectionMeter | null {
    let meter = this.#meters.get(connectionId) ?? null;
    if (meter === null && this.#meters.size < MAX_MEASURED) {
      meter = new ConnectionMeter();
      this.#meters.set(connectionId, meter);
    }
    this.#lastId = connectionId;
    this.#last = meter;
    return meter;
  }

  /** Open: both sides have spoken, or there is data. */
  #noteOpen(meter: ConnectionMeter, peer: SideMeter, segment: Segment): void {
    if (meter.wasOpen || (peer.segments === 0 && segment.payloadLen === 0)) return;
    meter.wasOpen = true;
    meter.isOpen = true;
    this.open++;
    if (this.open > this.peakOpen) this.peakOpen = this.open;
  }

  #close(meter: ConnectionMeter): void {
    if (!meter.isOpen) return;
    meter.isOpen = false;
    this.open--;
  }

  #noteReset(id: number, meter: ConnectionMeter, own: SideMeter, segment: Segment): void {
    if (own.rstFrame === 0) {
      own.rstFrame = segment.frameNumber;
      own.rstOpen = this.open;
      own.rstBusy = this.#busy.count();
      own.rstIsBusy = this.#busy.isBusy(id);
    }
    this.#close(meter);
    this.#busy.drop(id);
  }

  #noteFin(id: number, meter: ConnectionMeter, own: SideMeter, half: number, segment: Segment): void {
    if (own.finFrame === 0) {
      own.finFrame = segment.frameNumber;
      own.finOpen = this.open;
      own.finBusy = this.#busy.count();
      own.finIsBusy = this.#busy.isBusy(id);
    }
    if (half === 0) meter.hasFin0 = true;
    else meter.hasFin1 = true;
    if (!meter.hasFin0 || !meter.hasFin1) return;
    this.#close(meter);
    this.#busy.drop(id);
  }
}

function takeSyn(meter: ConnectionMeter, own: SideMeter, segment: Segment): void {
  const isAnswer = (segment.flags & ACK) !== 0;
  if (own.synFrame !== 0) {
    // Sent again: which of the two was answered cannot be told (Karn's problem, RFC 6298 §3).
    if (isAnswer) meter.synAckNs = Number.NaN;
    else meter.synNs = Number.NaN;
    return;
  }
  own.synFrame = segment.frameNumber;
  own.synTtl = segment.ttl;
  own.synWindow = segment.window;
  own.synMss = (segment.options & OPT_MSS) !== 0 ? segment.mss : 0;
  own.synScale = (segment.options & OPT_WINDOW_SCALE) !== 0 ? segment.windowScale : -1;
  own.synFlags = segment.flags;
  own.synOptions = segment.options;
  own.synIpId = segment.ipId;
  own.synDontFragment = segment.dontFragment;
  own.synOrder = optionOrder(segment);
  own.maxSeq = seqAdd(segment.seq, 1);
  own.isStarted = true;
  if (!isAnswer) {
    meter.synNs = segment.timeNs;
    return;
  }
  meter.synAckNs = segment.timeNs;
  if (segment.timeNs > meter.synNs) own.handshakeNs = segment.timeNs - meter.synNs;
}

function noteOrdinary(meter: ConnectionMeter, own: SideMeter, peer: SideMeter, segment: Segment): void {
  if (own.laterTtl === 0) {
    own.laterTtl = segment.ttl;
    own.laterTtlFrame = segment.frameNumber;
  }
  if (segment.sackCount > 0 && own.sackFrame === 0) own.sackFrame = segment.frameNumber;
  const isMarked = (segment.tos & ECN_MASK) === CONGESTION_EXPERIENCED;
  if (own.congestionFrame === 0 && (isMarked || (segment.flags & (ECE | CWR)) === ECE))
    own.congestionFrame = segment.frameNumber;
  if (meter.isHandshakeTimed || peer.synFrame === 0 || (peer.synFlags & ACK) === 0) return;
  meter.isHandshakeTimed = true;
  if (segment.timeNs > meter.synAckNs) own.handshakeNs = segment.timeNs - meter.synAckNs;
}

function takePayload(
  meter: ConnectionMeter,
  own: SideMeter,
  peer: SideMeter,
  segment: Segment,
  half: number,
): void {
  const end = seqAdd(segment.seq, segment.payloadLen);
  const ahead = own.isStarted ? seqDelta(end, own.maxSeq) : 1;
  if (ahead > MAX_AHEAD) return;
  if (ahead <= 0) {
    // A probe is no loss (RFC 9293 §3.8.4): one octet that was sent before, at the edge of what was sent.
    const isProbe = segment.payloadLen === 1 && ahead === 0;
    own.isLossPending ||= !isProbe;
    own.isRttTimed = false;
    return;
  }
  own.isStarted = true;
  if (meter.speaker === half) continueAnswer(own, peer, segment);
  else {
    beginAnswer(own, peer, segment, meter.speaker >= 0);
    meter.speaker = half;
  }
  countSegment(own, peer, segment);
  if (segment.payloadLen > own.maxPayloadLen) own.maxPayloadLen = segment.payloadLen;
  if (peer.synMss > 0 && segment.payloadLen > segmentSize(peer)) {
    own.oversized++;
    if (own.oversizedFrame === 0) own.oversizedFrame = segment.frameNumber;
  }
  takeFlight(own, peer, segment, end);
  own.lastDataNs = segment.timeNs;
  own.lastPayloadLen = segment.payloadLen;
}
