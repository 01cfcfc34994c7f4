import type { CompletedResponse } from '../model/responses.ts';
import { CountSketch } from './count-sketch.ts';
import { LogHistogram } from './log-histogram.ts';
import { TimeBins } from './time-bins.ts';

/** Multiplying is faster than dividing. */
const US_PER_NS = 1e-3;
const MS_PER_NS = 1e-6;
/** Status codes have three digits. */
const STATUSES = 1000;
/** RFC 6928: the first flight is ten segments. The size of a segment is the usual one, as most paths carry it. */
const FIRST_FLIGHT = 10 * 1448;

/**
 * All responses that were complete, in numbers: what those that were not are held against. One call a response, on the way of
 * every connection: it allocates nothing and only counts.
 */
export class ResponseCounts {
  total = 0;
  /** Responses to a request that was not the first on its connection. */
  reused = 0;
  /** First to last octet, summed: how long they could be cut. */
  exposureNs = 0;
  /** Microseconds from the first to the last octet. */
  readonly exposures = new LogHistogram();
  /** Microseconds from the end of the request to the last octet. */
  readonly sinceRequest = new LogHistogram();
  /** Microseconds from the start of the connection to the last octet. */
  readonly ages = new LogHistogram();
  /** Milliseconds that connections had been unused before a request that was answered. */
  readonly idles = new LogHistogram();
  readonly sizes = new LogHistogram();
  readonly byStatus = new Float64Array(STATUSES);
  readonly byPath = new CountSketch();
  readonly byNetwork = new CountSketch();
  readonly times = new TimeBins();

  add(response: CompletedResponse, startNs: number, idleNs: number, network: number): void {
    const { responseStartNs, responseEndNs, status, index } = response;
    const bodyBytes = response.bodyBytes + response.bodyNotCaptured;
    this.total++;
    if (index > 1) this.reused++;
    if (idleNs >= 0) this.idles.add(idleNs * MS_PER_NS);
    const exposureNs = responseEndNs > responseStartNs ? responseEndNs - responseStartNs : 0;
    this.exposureNs += exposureNs;
    this.exposures.add(exposureNs * US_PER_NS);
    this.ages.add((responseEndNs - startNs) * US_PER_NS);
    this.sizes.add(bodyBytes);
    this.byStatus[status < STATUSES ? status : 0]!++;
    this.byNetwork.add(network);
    if (response.requestFrame < 0) {
      this.times.complete(responseEndNs, responseEndNs);
      return;
    }
    const { requestEndNs } = response;
    this.sinceRequest.add((responseEndNs - requestEndNs) * US_PER_NS);
    this.byPath.add(response.pathHash());
    this.times.complete(requestEndNs, responseEndNs);
  }
}

/**
 * Round trips between the first and the last octet of a response that is written at once: ten segments, then twice as
 * many each round trip (slow start, RFC 5681 §3.1), while nothing is lost and the client keeps up.
 */
export function roundTripsAtOnce(octets: number): number {
  let trips = 0;
  for (let sent = FIRST_FLIGHT; sent < octets; sent = 2 * sent + FIRST_FLIGHT) trips++;
  return trips;
}
