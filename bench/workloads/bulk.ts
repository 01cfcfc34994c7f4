import type { CaptureWriter } from './capture-writer.ts';
import { Conversation, type Noise } from './conversation.ts';
import { HttpMessages } from './http-messages.ts';
import { Population } from './population.ts';
import { Random } from './random.ts';
import { Schedule, type Story } from './schedule.ts';
import { emptyTally, type Tally } from './tally.ts';
import { Wire } from './wire.ts';

export interface BulkParameters {
  readonly kind: 'bulk';
  readonly seed: number;
  readonly connections: number;
  /** Open at the same time. */
  readonly lanes: number;
  readonly smallestLen: number;
  readonly largestLen: number;
  readonly noise: Noise;
  /** Frames of several segments, as the capture point sees them where the network card cuts or joins them (TSO, GRO). */
  readonly isOffloaded?: boolean;
}

const CLIENTS = 40;
const CHUNKED_SHARE = 0.3;

/** Large downloads: one response to a connection, most of it full segments. */
export function writeBulk(writer: CaptureWriter, parameters: BulkParameters): Tally {
  const random = new Random(parameters.seed);
  const messages = new HttpMessages(random);
  const population = new Population(random, CLIENTS, 0, 2_000, 40_000);
  const wire = new Wire(writer);
  const tally = emptyTally();
  const schedule = new Schedule();

  function* download(startUs: number): Story<number> {
    const { smallestLen, largestLen, noise, isOffloaded } = parameters;
    const talk = new Conversation(wire, random, population.newPair(), startUs, noise, isOffloaded);
    yield* talk.connect();
    yield* talk.request(messages.request(true));
    yield* talk.pause(random.between(500, 5_000));
    // u^2.5: small ones are more frequent, the mean is 2/7 of the way up. Math.sqrt is exact everywhere, pow is not.
    const u = random.fraction();
    const bodyLen = smallestLen + Math.floor(u * u * Math.sqrt(u) * (largestLen - smallestLen));
    const framing = random.chance(CHUNKED_SHARE) ? 'chunked' : 'content-length';
    yield* talk.response(messages.response(talk.now, bodyLen, framing, true));
    yield* talk.serverCloses();
    tally.connections++;
    tally.requests++;
    return talk.now;
  }

  let left = parameters.connections;
  function* lane(startUs: number): Story {
    let now = startUs;
    while (left > 0) {
      left--;
      now = yield* download(now + random.between(1_000, 20_000));
    }
  }

  for (let i = 0; i < parameters.lanes; i++) schedule.start(lane(i * 3_000));
  schedule.run();
  return tally;
}
