import type { Endpoint } from './endpoint.ts';
import { offloadFrames, singleSegments } from './frame-cuts.ts';
import type { Random } from './random.ts';
import type { Story } from './schedule.ts';
import { ACK, FIN, RST, type Transfer, type Wire } from './wire.ts';

/** Linux's initial congestion window, in segments (RFC 6928). */
const INITIAL_WINDOW = 10;
/** Where the congestion window stops growing: some 370 kB in flight, enough for the round trips made here. */
const WINDOW_LIMIT = 256;
/** A full segment on a 1 Gbit/s link takes 12 µs. */
const SEGMENT_TIME_US = 12;
/** A host near the capture point answers in about this time. */
const LOCAL_ANSWER_US = 40;
/** Smallest window announced after the handshake, scaled by 7: 64,256 octets, as Linux starts with. */
const STARTING_WINDOW = 502;

/** Odds, for each data segment, of damage that capturing adds. The hosts themselves know nothing of it. */
export interface Noise {
  readonly swapped: number;
  readonly doubled: number;
  readonly lost: number;
}

/** Where a response stops short: once so many octets of it were acknowledged (client) or sent (server). */
export interface Stop {
  readonly by: 'client' | 'server';
  readonly afterOctets: number;
}

interface Flight {
  readonly dueUs: number;
  readonly ack: number;
  readonly timestamp: number;
  readonly endOffset: number;
  readonly isPushed: boolean;
}

/**
 * One TCP connection, seen from a capture point next to the server: the server's segments are recorded as they leave,
 * the client's answers one round trip later. Each method tells a part of its story; `now` is the time in microseconds.
 */
export class Conversation {
  readonly client: Endpoint;
  readonly server: Endpoint;
  now: number;
  private readonly wire: Wire;
  private readonly random: Random;
  private readonly roundTripUs: number;
  private readonly noise: Noise | null;
  private readonly isOffloaded: boolean;
  private congestionWindow = INITIAL_WINDOW;
  /** Segments recorded that the client has not answered yet, oldest first from `answered`. */
  private flights: Flight[] = [];
  private answered = 0;

  constructor(
    wire: Wire,
    random: Random,
    ends: { client: Endpoint; server: Endpoint; roundTripUs: number },
    startUs: number,
    noise: Noise | null = null,
    isOffloaded = false,
  ) {
    this.wire = wire;
    this.random = random;
    this.client = ends.client;
    this.server = ends.server;
    this.roundTripUs = ends.roundTripUs;
    this.now = startUs;
    this.noise = noise;
    this.isOffloaded = isOffloaded;
  }

  /** Lets time pass. */
  *pause(durationUs: number): Story {
    this.now += durationUs;
    yield this.now;
  }

  *connect(): Story {
    yield* this.callIn();
    this.server.ack = this.client.seq;
    yield* this.pause(LOCAL_ANSWER_US);
    this.wire.syn(this.now, this.server, this.client);
    this.client.ack = this.server.seq;
    this.client.recentTimestamp = this.server.timestampAt(this.now);
    yield* this.pause(this.roundTripUs);
    this.client.window = STARTING_WINDOW;
    this.server.window = STARTING_WINDOW + 7;
    this.clientSends(ACK);
  }

  /** A SYN to a port where nobody listens. */
  *beRefused(): Story {
    yield* this.callIn();
    this.server.ack = this.client.seq;
    yield* this.pause(LOCAL_ANSWER_US);
    this.wire.resetWithoutSocket(this.now, this.server, this.client, RST | ACK, 0);
  }

  /** The client sends a request of at most one segment; the server acknowledges it at once. */
  *request(message: Uint8Array): Story {
    const { client, server } = this;
    const transfer = this.transferOf(client, message);
    this.wire.data(this.now, client, server, transfer, 0);
    client.ipId = (client.ipId + 1) & 0xffff;
    client.seq = (client.seq + message.length) >>> 0;
    server.ack = client.seq;
    server.recentTimestamp = client.timestampAt(this.now);
    yield* this.pause(LOCAL_ANSWER_US);
    this.wire.control(this.now, server, client, ACK);
  }

  /**
   * The server sends a response as the congestion window opens; the client acknowledges every second segment and the
   * last. With `stop`, the server stops sending, or the client stops answering: what is in flight then stays in flight.
   */
  *response(message: Uint8Array, stop: Stop | null = null): Story {
    const { server } = this;
    const transfer = this.transferOf(server, message);
    const all = transfer.starts.length;
    const count = stop?.by === 'server' ? framesBefore(transfer, stop.afterOctets) : all;
    const stopAfter = stop?.by === 'client' ? stop.afterOctets : Number.POSITIVE_INFINITY;
    let sent = 0;
    let swappedAt = -2;
    let sendAtUs = this.now;
    let ackedOffset = 0;
    let arrivedOffset = 0;
    while (ackedOffset < stopAfter) {
      const inFlightLen = endOf(transfer, sent) - arrivedOffset;
      const canSend = sent < count && inFlightLen <= this.congestionWindow * transfer.segmentLen;
      const flight = this.flights[this.answered];
      if (!canSend && flight === undefined) break;
      if (canSend && (flight === undefined || sendAtUs < flight.dueUs)) {
        this.now = Math.max(this.now, sendAtUs);
        yield this.now;
        if (swappedAt !== sent - 1 && sent + 1 < count && this.happens(this.noise?.swapped)) swappedAt = sent;
        const index = swappedAt === sent ? sent + 1 : swappedAt === sent - 1 ? sent - 1 : sent;
        this.sendSegment(transfer, index, sent);
        sent++;
        sendAtUs = this.now + SEGMENT_TIME_US;
      } else if (flight !== undefined) {
        this.now = Math.max(this.now, flight.dueUs);
        yield this.now;
        arrivedOffset = flight.endOffset;
        ackedOffset = this.answer(flight);
      }
    }
    const sentLen = transfer.starts[sent] ?? message.length;
    server.ipId = (server.ipId + Math.ceil(sentLen / transfer.segmentLen)) & 0xffff;
    server.seq = (transfer.seq + sentLen) >>> 0;
  }

  /** The server closes, and the client in turn. */
  *serverCloses(): Story {
    this.wire.control(this.now, this.server, this.client, FIN | ACK);
    const timestamp = this.server.timestampAt(this.now);
    yield* this.pause(this.roundTripUs + LOCAL_ANSWER_US);
    this.client.ack = this.server.seq;
    this.client.recentTimestamp = timestamp;
    this.clientSends(FIN | ACK);
    yield* this.pause(LOCAL_ANSWER_US);
    this.server.ack = this.client.seq;
    this.wire.control(this.now, this.server, this.client, ACK);
  }

  /** The client closes, and the server in turn. */
  *clientCloses(): Story {
    yield* this.clientFin();
    this.wire.control(this.now, this.server, this.client, FIN | ACK);
    const timestamp = this.server.timestampAt(this.now);
    yield* this.pause(this.roundTripUs);
    this.client.ack = this.server.seq;
    this.client.recentTimestamp = timestamp;
    this.clientSends(ACK);
  }

  /** The client's FIN alone. */
  *clientFin(): Story {
    this.clientSends(FIN | ACK);
    this.server.ack = this.client.seq;
    yield* this.pause(LOCAL_ANSWER_US);
  }

  /** An acknowledgement by the server, alone. */
  serverAcknowledges(): void {
    this.wire.control(this.now, this.server, this.client, ACK);
  }

  /** The server closes a socket with unread octets, or with linger time 0: RST+ACK from the socket. */
  serverResets(): void {
    this.wire.control(this.now, this.server, this.client, RST | ACK);
  }

  /**
   * The client closes a socket with unread octets: RST+ACK from the socket, then a bare RST for each segment that was
   * still on its way to it.
   */
  *clientResets(): Story {
    this.clientSends(RST | ACK);
    yield* this.clientRefusesFlights();
  }

  /** The client's socket is gone: a bare RST for each segment that it has not answered. */
  *clientRefusesFlights(): Story {
    for (; this.answered < this.flights.length; this.answered++) {
      const flight = this.flights[this.answered]!;
      this.now = Math.max(this.now, flight.dueUs);
      yield this.now;
      this.wire.resetWithoutSocket(this.now, this.client, this.server, RST, this.server.ack);
    }
  }

  /** The server sends the first segment of a message, not waiting for anything. */
  sendWithoutWaiting(message: Uint8Array): void {
    const transfer = this.transferOf(this.server, message);
    this.sendSegment(transfer, 0, 0);
    this.server.ipId = (this.server.ipId + 1) & 0xffff;
    this.server.seq = (transfer.seq + Math.min(transfer.segmentLen, message.length)) >>> 0;
  }

  private *callIn(): Story {
    this.client.open(this.now, this.random);
    this.server.open(this.now, this.random);
    yield this.now;
    this.wire.syn(this.now, this.client, this.server);
    this.server.recentTimestamp = this.client.timestampAt(this.now);
  }

  private transferOf(sender: Endpoint, message: Uint8Array): Transfer {
    const { segmentLen, seq, ipId } = sender;
    const starts = this.isOffloaded
      ? offloadFrames(message.length, segmentLen, INITIAL_WINDOW, this.random)
      : singleSegments(message.length, segmentLen);
    return { message, starts, segmentLen, seq, ipId };
  }

  private sendSegment(transfer: Transfer, index: number, place: number): void {
    if (!this.happens(this.noise?.lost)) {
      this.wire.data(this.now, this.server, this.client, transfer, index);
      if (this.happens(this.noise?.doubled)) this.wire.writer.repeat();
    }
    // The client sees the order that was sent: `place`, not `index`, which noise may have exchanged in the capture.
    const endOffset = endOf(transfer, place);
    this.flights.push({
      dueUs: this.now + this.roundTripUs,
      ack: (transfer.seq + endOffset) >>> 0,
      timestamp: this.server.timestampAt(this.now),
      endOffset,
      // Whoever merges segments on their way in acknowledges what was merged at once.
      isPushed: this.isOffloaded || endOffset === transfer.message.length || place % 2 === 1,
    });
  }

  /** The client has received a segment. Returns how much of the message it has acknowledged, or 0 if it waits for more. */
  private answer(flight: Flight): number {
    this.answered++;
    if (this.answered === this.flights.length) {
      this.flights = [];
      this.answered = 0;
    }
    // Waits for the second segment; for a lone last one the delayed acknowledgement (RFC 1122 §4.2.3.2) runs at once.
    if (!flight.isPushed && this.flights.length > 0) return 0;
    this.congestionWindow = Math.min(this.congestionWindow + 2, WINDOW_LIMIT);
    const inFlightLen = this.congestionWindow * this.server.segmentLen;
    this.client.window = Math.max(STARTING_WINDOW, (2 * inFlightLen) >> this.client.windowScale);
    this.client.ack = flight.ack;
    this.client.recentTimestamp = flight.timestamp;
    this.clientSends(ACK);
    return flight.endOffset;
  }

  private clientSends(flags: number): void {
    this.wire.control(this.now, this.client, this.server, flags);
    this.server.recentTimestamp = this.client.timestampAt(this.now);
  }

  private happens(probability: number | undefined): boolean {
    return probability !== undefined && this.random.chance(probability);
  }
}

/** Offset behind the last octet of frame number `index`. */
function endOf({ starts, message }: Transfer, index: number): number {
  return starts[index + 1] ?? message.length;
}

/** Frames that begin before an offset. */
function framesBefore({ starts }: Transfer, offset: number): number {
  const next = starts.findIndex((start) => start >= offset);
  return next < 0 ? starts.length : next;
}
