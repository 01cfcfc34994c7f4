import type { LogClock, SeenExchange } from '../model/explanation.ts';
import type { LogEvent } from '../model/log-event.ts';
import { type Candidate, isUpstreamLeg } from './candidates.ts';
import type { CaptureIndex } from './capture-index.ts';
import { captureSeconds, isHandedOver, isWholeOf, loggedSeconds, momentNs } from './moment.ts';

/**
 * How ill a candidate fits its line, in nats: each part is about the negative logarithm of how likely such a difference is
 * for the right one. Infinite: it cannot be. Half a nat of one part is nothing, three are a lot.
 */
export const IMPOSSIBLE = Number.POSITIVE_INFINITY;

/** A line cannot be older than what it is about; clocks that are set now and then make up for less than this. */
const MAX_EARLY_SECONDS = 3;
/** A program notices an end when it next reads or writes; who sends nothing for longer than this is not waited for. */
const MAX_LATE_SECONDS = 120;
/** A line about a complete exchange is written at once. */
const MAX_LATE_COMPLETE_SECONDS = 10;

/** By time. 0 where there is none to compare, or the clocks' difference is not known. */
export function timeCost(
  event: LogEvent,
  { connection, exchange }: Candidate,
  clock: LogClock,
  epochSeconds: number,
): number {
  const late = lateSeconds(event, momentNs(event, connection, exchange), clock, epochSeconds);
  if (late === null || event.time === null) return 0;
  const room = event.time.precision / 2 + clock.spreadSeconds + 0.01;
  const near = (0.5 * Math.abs(late)) / room;
  if (Math.abs(late) <= room) return near;
  if (late < 0) return -late - room > MAX_EARLY_SECONDS ? IMPOSSIBLE : near + (-late - room) / 0.1;
  const over = late - room;
  const isPatient = event.moment === 'written' || (event.moment !== 'start' && exchange?.isComplete !== true);
  if (isPatient) return over > MAX_LATE_SECONDS ? IMPOSSIBLE : 0.5 + Math.min(over / 0.5, 3 + over / 10);
  return over > MAX_LATE_COMPLETE_SECONDS ? IMPOSSIBLE : 0.5 + over / 0.1;
}

/** The line's time minus `momentNs`, both by the capture's clock. */
export function lateSeconds(
  event: LogEvent,
  moment: number,
  clock: LogClock,
  epochSeconds: number,
): number | null {
  const logged = loggedSeconds(event);
  if (logged === null || clock.offsetSeconds === null || !clock.isSettled) return null;
  return logged - clock.offsetSeconds - captureSeconds(epochSeconds, moment);
}

/** By what was asked and answered, and by address. */
export function likenessCost(event: LogEvent, found: Candidate, index: CaptureIndex): number {
  const { exchange } = found;
  if (exchange === null) return IMPOSSIBLE;
  if (event.method !== null && exchange.method !== null && event.method !== exchange.method)
    return IMPOSSIBLE;
  return (
    addressCost(event, found, index) +
    statusCost(event, exchange) +
    bytesCost(event, exchange) +
    durationCost(event, exchange)
  );
}

/** An address that the capture knows is that client's, or another's; one it does not know was translated. */
function addressCost(event: LogEvent, { connection }: Candidate, index: CaptureIndex): number {
  if (isUpstreamLeg(event, connection)) return 0;
  const { peer } = event;
  if (peer === null || peer.ip === connection.client.ip) return 0;
  return index.hasClient(peer.ip) ? IMPOSSIBLE : 1;
}

const WITHOUT_ANSWER: ReadonlySet<number> = new Set([400, 408, 460, 499, 500, 502, 503, 504]);

function statusCost({ status, says }: LogEvent, exchange: SeenExchange): number {
  if (status === null) {
    // An error line is about an exchange that failed.
    return exchange.isComplete && says.kind !== 'ordinary' ? 5 : 0;
  }
  if (exchange.status === null) return WITHOUT_ANSWER.has(status) ? 0 : 1.5;
  if (exchange.status === status) return 0;
  // A proxy that gives up has told its client another status than the server behind it told the proxy.
  return !exchange.isComplete && WITHOUT_ANSWER.has(status) ? 3 : IMPOSSIBLE;
}

/** More than this beyond the body are no chunk heads. */
const CHUNKED_FACTOR = 2;

function bytesCost(event: LogEvent, exchange: SeenExchange): number {
  const { bytes, moment } = event;
  if (isHandedOver(event, exchange)) return 0.5;
  if (bytes === null || moment === 'head') return 0.5;
  const { bodyBytes, isComplete, isChunked } = exchange;
  if (isComplete && !isChunked) {
    if (!isWholeOf(event, exchange, bodyBytes)) return IMPOSSIBLE;
    return exchange.headBytes === null && bytes !== bodyBytes ? 0.5 : 0;
  }
  // What crossed the wire was written by the program first; heads (of chunks, of the response) come on top.
  if (bytes < bodyBytes) return isComplete ? IMPOSSIBLE : 2 + Math.min(6, (bodyBytes - bytes) / 1_000);
  if (isComplete && bytes > CHUNKED_FACTOR * bodyBytes + 8_192) return IMPOSSIBLE;
  const slack = isComplete ? 300 + bodyBytes * 0.05 : 16_384 + bodyBytes * 0.25;
  return Math.min(3, (bytes - bodyBytes) / slack);
}

function durationCost({ duration }: LogEvent, { requestNs, endNs, isComplete }: SeenExchange): number {
  if (duration === null || requestNs === null) return 0;
  const difference = duration - (endNs - requestNs) / 1e9;
  // The program may have noticed the end late, never early.
  if (!isComplete && difference > 0) return Math.min(4, difference / 1);
  return Math.min(8, Math.abs(difference) / 0.1);
}
