import type { CaptureWriter } from './capture-writer.ts';
import { Conversation } from './conversation.ts';
import { HttpMessages } from './http-messages.ts';
import { type Pair, Population } from './population.ts';
import { Random } from './random.ts';
import { Schedule, type Story } from './schedule.ts';
import { emptyTally, type Tally } from './tally.ts';
import { Wire } from './wire.ts';

/** So many of the responses have a body of `from` ≤ length < `to` octets; shares add up to 1. */
interface BodyRange {
  readonly share: number;
  readonly from: number;
  readonly to: number;
}

export interface WebParameters {
  readonly kind: 'web';
  readonly seed: number;
  readonly connections: number;
  readonly clients: number;
  /** Between two new connections, on average: this and the round trips say how many are open at once. */
  readonly intervalUs: number;
  readonly ipv6Share: number;
  readonly reusedShare: number;
  /** Connections that end before they are through; in equal parts by each of EARLY_ENDS. */
  readonly earlyShare: number;
  readonly bodies: readonly BodyRange[];
}

const EARLY_ENDS = [
  'refused',
  'client-resets-waiting',
  'client-closes-waiting',
  'client-resets-in-body',
  'server-resets-waiting',
  'server-resets-in-body',
  'server-closes-in-body',
] as const;
type EarlyEnd = (typeof EARLY_ENDS)[number];

const CHUNKED_SHARE = 0.25;
/** Requests on a connection, each of these as likely as the others. */
const REQUESTS = [1, 1, 2, 2, 2, 3];
const SERVER_CLOSES_SHARE = 0.5;
/** Linux gives a port in TIME_WAIT to a new connection with time stamps after one second. */
const REUSE_AFTER_US = 1_000_000;
/** A body that the first congestion window (10 segments) does not hold, so that its sender is stopped midway. */
const STOPPED_BODY = { from: 30_000, to: 60_000 };
const STOP_AFTER = { from: 3_000, to: 8_000 };

/** Short connections of 1 to 3 requests each, many side by side, some of which end early. */
export function writeWeb(writer: CaptureWriter, parameters: WebParameters): Tally {
  return new Web(writer, parameters).write();
}

class Web {
  private readonly parameters: WebParameters;
  private readonly random: Random;
  private readonly messages: HttpMessages;
  private readonly population: Population;
  private readonly wire: Wire;
  private readonly schedule = new Schedule();
  private readonly tally = emptyTally();
  /** Pairs whose connection has ended, the oldest first; only as many as may be wanted again. */
  private readonly ended: Pair[] = [];

  constructor(writer: CaptureWriter, parameters: WebParameters) {
    this.parameters = parameters;
    this.random = new Random(parameters.seed);
    this.messages = new HttpMessages(this.random);
    this.population = new Population(this.random, parameters.clients, parameters.ipv6Share, 5_000, 150_000);
    this.wire = new Wire(writer);
  }

  write(): Tally {
    this.schedule.start(this.arrivals());
    this.schedule.run();
    return this.tally;
  }

  private *arrivals(): Story {
    const { random, schedule, parameters } = this;
    let now = 0;
    for (let i = 0; i < parameters.connections; i++) {
      now += random.between(1, 2 * parameters.intervalUs);
      yield now;
      schedule.start(this.connection(now));
    }
  }

  private *connection(startUs: number): Story {
    const { random, tally } = this;
    const pair = this.pairAt(startUs);
    const talk = new Conversation(this.wire, random, pair, startUs);
    tally.connections++;
    if (pair.client.host.ip.length === 16) tally.ipv6++;
    if (random.chance(this.parameters.earlyShare)) yield* this.endsEarly(talk, random.pick(EARLY_ENDS));
    else yield* this.endsWell(talk);
    pair.endUs = talk.now;
    if (random.chance(2 * this.parameters.reusedShare)) this.ended.push(pair);
  }

  private pairAt(nowUs: number): Pair {
    const oldest = this.ended[0];
    const isReused =
      oldest !== undefined &&
      nowUs - oldest.endUs > REUSE_AFTER_US &&
      this.random.chance(this.parameters.reusedShare);
    if (!isReused) return this.population.newPair();
    this.tally.reused++;
    this.ended.shift();
    return oldest;
  }

  private *endsWell(talk: Conversation): Story {
    const { random } = this;
    const requests = random.pick(REQUESTS);
    const serverCloses = random.chance(SERVER_CLOSES_SHARE);
    yield* talk.connect();
    for (let i = 1; i <= requests; i++) {
      const isLast = i === requests && serverCloses;
      yield* this.ask(talk, isLast);
      yield* talk.response(this.answer(talk, this.bodyLen(), isLast));
      if (i < requests) yield* talk.pause(random.between(1_000, 300_000));
    }
    if (serverCloses) {
      yield* talk.serverCloses();
      return;
    }
    yield* talk.pause(random.between(1_000, 200_000));
    yield* talk.clientCloses();
  }

  private *endsEarly(talk: Conversation, end: EarlyEnd): Story {
    const { random, tally } = this;
    if (end === 'client-closes-waiting' || end === 'server-closes-in-body') tally.closedEarly++;
    else tally.resetEarly++;
    if (end === 'refused') {
      yield* talk.beRefused();
      return;
    }
    yield* talk.connect();
    yield* this.ask(talk, false);
    switch (end) {
      case 'client-resets-waiting':
        yield* talk.clientResets();
        return;
      case 'client-closes-waiting':
        yield* talk.clientFin();
        talk.serverAcknowledges();
        yield* talk.pause(random.between(10_000, 500_000));
        talk.sendWithoutWaiting(this.answer(talk, this.bodyLen(), false));
        yield* talk.clientRefusesFlights();
        return;
      case 'server-resets-waiting':
        talk.serverResets();
        return;
      case 'client-resets-in-body':
        yield* this.stoppedResponse(talk, 'client');
        yield* talk.clientResets();
        return;
      case 'server-resets-in-body':
        yield* this.stoppedResponse(talk, 'server');
        talk.serverResets();
        return;
      case 'server-closes-in-body':
        yield* this.stoppedResponse(talk, 'server');
        yield* talk.serverCloses();
    }
  }

  private *stoppedResponse(talk: Conversation, by: 'client' | 'server'): Story {
    const { random } = this;
    const message = this.answer(talk, random.between(STOPPED_BODY.from, STOPPED_BODY.to), false);
    yield* talk.response(message, { by, afterOctets: random.between(STOP_AFTER.from, STOP_AFTER.to) });
  }

  private *ask(talk: Conversation, isLast: boolean): Story {
    this.tally.requests++;
    yield* talk.request(this.messages.request(isLast));
    yield* talk.pause(this.random.between(200, 80_000));
  }

  private answer(talk: Conversation, bodyLen: number, isLast: boolean): Uint8Array {
    const framing = this.random.chance(CHUNKED_SHARE) ? 'chunked' : 'content-length';
    return this.messages.response(talk.now, bodyLen, framing, isLast);
  }

  private bodyLen(): number {
    let left = this.random.fraction();
    for (const { share, from, to } of this.parameters.bodies) {
      if (left < share) return from === to ? from : this.random.between(from, to);
      left -= share;
    }
    return 0;
  }
}
