import type { LogClock } from '../model/explanation.ts';
import type { LogEvent } from '../model/log-event.ts';
import {
  addressCandidates,
  type Candidate,
  endCandidates,
  portCandidates,
  targetCandidates,
} from './candidates.ts';
import type { CaptureIndex } from './capture-index.ts';
import { type Difference, densest, heaviest, JITTER_SECONDS, type Window } from './clock-window.ts';
import type { Clocks } from './clocks.ts';
import { IMPOSSIBLE, likenessCost } from './cost.ts';
import { requestCost } from './join-by-request.ts';
import { MAX_ALIKE_FOR_CLOCK, MAX_CLOCK_LOOKS, MAX_CLOCK_PAIRS } from './limits.ts';
import { captureSeconds, loggedSeconds, momentNs } from './moment.ts';
import type { Picker } from './near.ts';
import { contradictionOf } from './story.ts';

/** Zones differ by whole quarters of an hour. */
const ZONE_STEP_SECONDS = 900;
/** A program that sends now and then notices so much later that nobody is there; the earliest lines tell the clock. */
const NOTICE_SECONDS = 1;
const EARLY_SHARE = 0.1;

/**
 * How far the log's clock is ahead of the capture's: the difference that most lines have in common with connections or
 * exchanges that they may be about. Right pairs all differ by the same; wrong ones by anything. Times with and without a
 * zone have each their own, as a zone nobody named may be hours off.
 */
export function estimateClocks(
  events: readonly LogEvent[],
  index: CaptureIndex,
  epochSeconds: number,
  given: number | null,
): Clocks {
  if (given !== null)
    return { zoned: givenClock(true, given), unzoned: givenClock(false, given), either: 'end' };
  const pairs = clockPairs(events, index);
  const byEnd = bestWindows(pairs, 'end', index, epochSeconds);
  const hasEither = events.some(({ moment }) => moment === 'either');
  const byStart = hasEither ? bestWindows(pairs, 'start', index, epochSeconds) : byEnd;
  const either = byStart.cost < byEnd.cost ? 'start' : 'end';
  const { zoned, unzoned } = either === 'start' ? byStart : byEnd;
  return {
    zoned: clockFrom(true, zoned, unzoned),
    unzoned: clockFrom(false, unzoned, zoned),
    either,
  };
}

interface Pair {
  readonly event: LogEvent;
  readonly found: Candidate;
  readonly weight: number;
}

function clockPairs(events: readonly LogEvent[], index: CaptureIndex): Pair[] {
  const pairs: Pair[] = [];
  const ends = endCandidates(index);
  const looks = { left: MAX_CLOCK_LOOKS };
  for (const event of events) {
    if (event.time === null) continue;
    const found = clockCandidates(event, index, ends, looks);
    if (found.length === 0 || found.length > MAX_ALIKE_FOR_CLOCK) continue;
    if (pairs.length + found.length > MAX_CLOCK_PAIRS) break;
    for (const each of found) pairs.push({ event, found: each, weight: 1 / found.length });
  }
  return pairs;
}

/** What has more of its kind says too little. */
const FEW: Picker = {
  connections: (connections) => (connections.length > MAX_ALIKE_FOR_CLOCK ? null : connections),
  exchange: (exchanges) => exchanges.at(-1),
};

function clockCandidates(
  event: LogEvent,
  index: CaptureIndex,
  ends: readonly Candidate[],
  looks: { left: number },
): Candidate[] {
  const byAddress = addressCandidates(event, index, FEW);
  if (byAddress === null) return [];
  if (byAddress.length > 0) return byAddress;
  looks.left -= event.path === null ? 0 : index.withTarget(event.path).length;
  if (looks.left < 0) return [];
  const byTarget = targetCandidates(event, index).filter(
    (found) => likenessCost(event, found, index) < IMPOSSIBLE,
  );
  if (byTarget.length > 0) return byTarget;
  const byPort = portCandidates(event, index, FEW);
  if (byPort === null) return [];
  if (byPort.length > 0) return byPort;
  if (event.says.kind === 'ordinary' || event.path !== null) return [];
  looks.left -= ends.length;
  if (looks.left < 0) return [];
  // Nothing but what it says: the right end is among those that ended so.
  return ends.filter((found) => contradictionOf(event, found.connection, 'server') === null);
}

interface BothWindows {
  readonly zoned: Window | null;
  readonly unzoned: Window | null;
  /** Nats by which the lines fit ill with these clocks. */
  readonly cost: number;
}

function bestWindows(
  pairs: readonly Pair[],
  either: 'start' | 'end',
  index: CaptureIndex,
  epochSeconds: number,
): BothWindows {
  let cost = 0;
  const bestOf = (isZoneKnown: boolean): Window | null => {
    const own = pairs
      .filter(({ event }) => event.time?.isZoneKnown === isZoneKnown)
      .map((pair) => (pair.event.moment === 'either' ? withMoment(pair, either) : pair));
    const exact = own.filter(({ found }) => found.by !== 'http' && found.by !== 'time');
    const isExact = exact.reduce((sum, { weight }) => sum + weight, 0) >= MIN_EXACT_LINES;
    if (isExact) return densestOf(exact, epochSeconds);
    const requests = own.filter(({ found }) => found.by === 'http');
    const best = requests.length === 0 ? null : bestAligned(requests, index, epochSeconds);
    if (best === null) return densestOf(own, epochSeconds);
    cost += best.cost;
    return best.window;
  };
  return { zoned: bestOf(true), unzoned: bestOf(false), cost };
}

/** Lines with addresses from which no others are asked. */
const MIN_EXACT_LINES = 3;

function withMoment(pair: Pair, moment: 'start' | 'end'): Pair {
  return { ...pair, event: { ...pair.event, moment } };
}

function differencesOf(pairs: readonly Pair[], epochSeconds: number): Difference[] {
  return pairs.map(({ event, found, weight }) => {
    const moment = captureSeconds(epochSeconds, momentNs(event, found.connection, found.exchange));
    return { seconds: (loggedSeconds(event) ?? 0) - moment, weight };
  });
}

function precisionOf(pairs: readonly Pair[]): number {
  return pairs.reduce((most, { event }) => Math.max(most, event.time?.precision ?? 0), 0);
}

function densestOf(pairs: readonly Pair[], epochSeconds: number): Window | null {
  const differences = differencesOf(pairs, epochSeconds);
  const precision = precisionOf(pairs);
  const isOnlyNoticed = pairs.every(({ event }) => event.moment === 'written');
  const narrow = densest(differences, precision + JITTER_SECONDS, isOnlyNoticed ? EARLY_SHARE : 0.5);
  if (!isOnlyNoticed || narrow?.isSettled === true) return narrow;
  return densest(differences, precision + NOTICE_SECONDS, EARLY_SHARE);
}

/**
 * Where many lines are alike, a difference that many pairs share may be chance: the few best ones are tried, and the one
 * counts with which the lines can be paired best, in their order and with their sizes.
 */
function bestAligned(
  pairs: readonly Pair[],
  index: CaptureIndex,
  epochSeconds: number,
): { readonly window: Window; readonly cost: number } | null {
  const lines = [...new Map(pairs.map(({ event }) => [event.line, event])).values()].slice(0, LINES_TRIED);
  const precision = precisionOf(pairs);
  const isZoneKnown = lines[0]?.time?.isZoneKnown === true;
  const costOf = (offset: number): number => {
    const tried = { ...givenClock(isZoneKnown, offset), spreadSeconds: JITTER_SECONDS / 4 };
    return requestCost(lines, index, { zoned: tried, unzoned: tried, either: 'end' }, epochSeconds);
  };
  const width = precision + JITTER_SECONDS;
  const rough = heaviest(differencesOf(pairs, epochSeconds), width, OFFSETS_TRIED).map((offset) => ({
    offset,
    cost: costOf(offset),
  }));
  let best = rough.reduce((a, b) => (b.cost < a.cost ? b : a));
  for (let step = width / 4; step > width / 40; step /= 2)
    for (const offset of [best.offset - step, best.offset + step]) {
      const cost = costOf(offset);
      if (cost < best.cost) best = { offset, cost };
    }
  const { offset, cost } = best;
  const others = rough.filter((other) => Math.abs(other.offset - offset) > width * 0.75);
  const next = others.reduce((least, other) => Math.min(least, other.cost), Number.POSITIVE_INFINITY);
  const isSettled = lines.length >= MIN_LINES_ALIGNED && next - cost >= MIN_GAIN_NATS;
  const spread = Math.max(0.01, width / 20);
  return { window: { offset, spread, weight: lines.length, isSettled }, cost };
}

const LINES_TRIED = 300;
const OFFSETS_TRIED = 8;
const MIN_LINES_ALIGNED = 3;
/** As sure as a thousand to one. */
const MIN_GAIN_NATS = 7;

function clockFrom(isZoneKnown: boolean, own: Window | null, other: Window | null): LogClock {
  if (own?.isSettled === true) return clock(isZoneKnown, own, own.offset, 'lines', true);
  if (other?.isSettled === true) {
    // Both are written by one machine: they differ by a zone at most.
    const zones =
      own === null ? 0 : Math.round((own.offset - other.offset) / ZONE_STEP_SECONDS) * ZONE_STEP_SECONDS;
    const offset = other.offset + zones;
    const isNear = own !== null && Math.abs(own.offset - offset) < 3;
    return clock(isZoneKnown, { ...other, weight: 0 }, offset, 'other-clock', isNear || zones === 0);
  }
  if (own !== null) return clock(isZoneKnown, own, own.offset, 'lines', false);
  return { isZoneKnown, offsetSeconds: null, spreadSeconds: 0, lines: 0, from: 'nothing', isSettled: false };
}

function clock(
  isZoneKnown: boolean,
  { spread, weight }: Window,
  offset: number,
  from: LogClock['from'],
  isSettled: boolean,
): LogClock {
  return {
    isZoneKnown,
    offsetSeconds: offset,
    spreadSeconds: spread,
    lines: Math.max(from === 'lines' ? 1 : 0, Math.round(weight)),
    from,
    isSettled,
  };
}

function givenClock(isZoneKnown: boolean, offsetSeconds: number): LogClock {
  return { isZoneKnown, offsetSeconds, spreadSeconds: 0.05, lines: 0, from: 'user', isSettled: true };
}
