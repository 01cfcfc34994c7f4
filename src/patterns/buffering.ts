import type { BufferingEstimate, ResponseFigures } from '../model/analysis.ts';
import type { Group, JudgedConnection } from '../model/verdict.ts';
import { nextCountInterval, poissonInterval } from '../statistics/intervals.ts';
import type { Ending } from './ending.ts';
import { LogHistogram } from './log-histogram.ts';
import { type ResponseCounts, roundTripsAtOnce } from './response-counts.ts';

const NS_PER_US = 1000;
/** Share of the time on the wire that must be pauses of the server: else the network or the client set the pace. */
const MIN_PAUSED_SHARE = 0.5;
/** Writing in one go must at least halve the time on the wire to be worth a word. */
const MIN_GAIN = 2;
/** Connections whose round trip was measured: a median of fewer is no figure. */
const MIN_ROUND_TRIPS = 5;

/** Responses smaller than this are one flight, whatever their exact size. */
const MIN_SIZED = 4096;
/** Octets on the wire may exceed those of the bodies by heads and chunk headers, not by more. */
const MAX_WIRE_PER_BODY = 1.25;

/** Who sets the pace of responses, from the connections of which all facts are gathered. */
export class Buffering {
  /** Microseconds between the ends, by the smallest seen on each connection. */
  readonly roundTrips = new LogHistogram();
  exposureNs = 0;
  /** Of it, pauses in which the server could have sent. */
  pausedNs = 0;
  #wireBytes = 0;
  #bodyBytes = 0;

  add({ facts, verdict }: JudgedConnection): void {
    const { client, server } = facts;
    const toClientNs = client.minResponseNs;
    const toServerNs = server.minResponseNs;
    if (toClientNs !== null || toServerNs !== null)
      this.roundTrips.add(((toClientNs ?? 0) + (toServerNs ?? 0)) / NS_PER_US);
    const killer = facts.closes.find(({ frame }) => frame === verdict.killerFrame) ?? null;
    const exchange = killer?.app.exchange ?? facts.app.exchange;
    if (exchange?.responseStartNs === null || exchange?.responseStartNs === undefined) return;
    if (exchange.isResponseComplete && facts.app.requestsBegun === 1 && server.bytes >= MIN_SIZED) {
      this.#wireBytes += server.bytes;
      this.#bodyBytes += exchange.bodyBytes + exchange.bodyBytesNotCaptured;
    }
    const endNs = exchange.responseEndNs ?? killer?.timeNs ?? null;
    if (endNs === null || endNs <= exchange.responseStartNs) return;
    const exposureNs = endNs - exchange.responseStartNs;
    // A pause that the end cut short has no segment behind it that would have told of it.
    const isWaiting = !exchange.isResponseComplete && server.bytesUnacked === 0;
    const lastPauseNs = isWaiting ? (killer?.sinceDataNs ?? 0) : 0;
    this.exposureNs += exposureNs;
    this.pausedNs += Math.min(exposureNs, server.pausedNs + lastPauseNs);
  }

  /** False when the capture cuts segments so that octets of chunked bodies cannot be counted. */
  get areSizesKnown(): boolean {
    return this.#wireBytes <= MAX_WIRE_PER_BODY * this.#bodyBytes;
  }
}

/** Time on the wire of all responses, and what writing them in one go would change. `departures`: those of the pattern. */
export function responseFigures(
  endings: readonly Ending[],
  departures: readonly Ending[] | null,
  responses: ResponseCounts,
  buffering: Buffering,
): ResponseFigures {
  const cut = endings.filter(({ exposureNs }) => exposureNs !== null);
  const cutByGroup: Record<Group, number> = { 'client-abort': 0, intermediary: 0, server: 0 };
  for (const { group } of cut) if (group !== null) cutByGroup[group]++;
  const exposureNs = cut.reduce((sum, ending) => sum + (ending.exposureNs ?? 0), responses.exposureNs);
  const us = responses.exposures;
  return {
    completed: responses.total,
    cut: cut.length,
    unanswered: endings.filter(
      (ending) => ending.exposureNs === null && ending.sinceRequestNs !== null && !ending.isLate,
    ).length,
    cutByGroup,
    exposureNs,
    medianExposureNs: us.total === 0 ? null : us.quantile(0.5) * NS_PER_US,
    p95ExposureNs: us.total === 0 ? null : us.quantile(0.95) * NS_PER_US,
    buffering:
      departures === null ? null : estimate(departures.length, cut, exposureNs, responses, buffering),
  };
}

/**
 * Departures to be expected if every response were written at once. Assumed: clients leave at the rate seen for as long as a
 * response is on the wire, and one written at once is there for the round trips of slow start alone.
 */
function estimate(
  departures: number,
  cut: readonly Ending[],
  exposureNs: number,
  responses: ResponseCounts,
  buffering: Buffering,
): BufferingEstimate | null {
  const { roundTrips, pausedNs } = buffering;
  if (roundTrips.total < MIN_ROUND_TRIPS || buffering.exposureNs <= 0 || !buffering.areSizesKnown)
    return null;
  const pausedShare = pausedNs / buffering.exposureNs;
  if (pausedShare < MIN_PAUSED_SHARE) return null;
  const roundTripNs = roundTrips.quantile(0.5) * NS_PER_US;
  const trips = tripsOf(cut, responses);
  const count = responses.total + cut.length;
  const atOnceNs = trips * roundTripNs;
  if (atOnceNs * MIN_GAIN > exposureNs) return null;
  const hazard = departures / exposureNs;
  const rate = poissonInterval(departures);
  const next = nextCountInterval(departures, atOnceNs / exposureNs);
  return {
    departures,
    responses: count,
    expected: hazard * atOnceNs,
    expectedLow: next.low,
    expectedHigh: next.high,
    hazard: hazard * 1e9,
    hazardLow: (rate.low / exposureNs) * 1e9,
    hazardHigh: (rate.high / exposureNs) * 1e9,
    exposureNs: exposureNs / count,
    exposureAtOnceNs: atOnceNs / count,
    roundTripNs,
    pausedShare,
  };
}

/** Round trips of all responses written at once. Of one that was cut: of its declared length, else as many as the mean. */
function tripsOf(cut: readonly Ending[], { sizes, total }: ResponseCounts): number {
  let trips = 0;
  for (const { low, high, count } of sizes.classes()) trips += roundTripsAtOnce((low + high) / 2) * count;
  const mean = total === 0 ? 0 : trips / total;
  for (const { bodyLength, bodyBytes } of cut)
    trips += bodyLength === null ? Math.max(mean, roundTripsAtOnce(bodyBytes)) : roundTripsAtOnce(bodyLength);
  return trips;
}
