import type { CaptureOverview, ResponseFigures } from './analysis.ts';
import type { Group } from './verdict.ts';

/** A share of a count, with its interval (Wilson, 95 %). */
export interface RateFigures {
  readonly count: number;
  readonly of: number;
  readonly rate: number;
  readonly low: number;
  readonly high: number;
}

/** The same share in two captures. */
export interface RateChange {
  readonly before: RateFigures;
  readonly after: RateFigures;
  /** After minus before, with its interval (Newcombe, 95 %). */
  readonly difference: number;
  readonly differenceLow: number;
  readonly differenceHigh: number;
  /** Probability of a difference at least so large if there is none (Fisher's exact test, two-sided). */
  readonly pValue: number;
}

/** Clients that left for each second that a response was on the wire (exact Poisson interval, 95 %). */
export interface HazardFigures {
  readonly departures: number;
  /** Seconds. */
  readonly exposure: number;
  readonly hazard: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

export interface ComparedCapture {
  readonly capture: CaptureOverview;
  readonly connections: number;
  readonly responses: ResponseFigures;
  readonly hazard: HazardFigures;
}

/** What the estimate for responses written in one go, made from the first capture, says about the second. */
export interface Forecast {
  /** Departures expected among the second capture's responses, and 95 %. */
  readonly expected: number;
  readonly low: number;
  readonly high: number;
  readonly seen: number;
  readonly of: number;
  readonly isWithin: boolean;
}

export type ChangeVerdict = 'fewer' | 'more' | 'unclear' | 'nothing-to-compare';

/** Two captures of the same service, before and after a change. */
export interface Comparison {
  readonly before: ComparedCapture;
  readonly after: ComparedCapture;
  /** Connections that ended badly, by whose doing it was. */
  readonly byGroup: Readonly<Record<Group, RateChange>>;
  /** Responses cut while they were being sent, and while they were awaited. */
  readonly cut: RateChange;
  readonly unanswered: RateChange;
  /** Probability that the departures per second on the wire differ so much by chance. */
  readonly hazardPValue: number;
  /** Null where the first capture has no estimate. */
  readonly forecast: Forecast | null;
  readonly verdict: ChangeVerdict;
}
