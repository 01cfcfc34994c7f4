import type { JoinCertainty } from '../model/explanation.ts';
import type { LogEvent } from '../model/log-event.ts';
import { addressCandidates, type Candidate, portCandidates, serverCandidates } from './candidates.ts';
import type { CaptureIndex } from './capture-index.ts';
import { type Clocks, clockOf } from './clocks.ts';
import { IMPOSSIBLE, likenessCost, timeCost } from './cost.ts';
import { type Joined, notJoined } from './joined.ts';
import { MAX_ALIKE } from './limits.ts';
import { captureSeconds, loggedSeconds, momentNs } from './moment.ts';
import type { Nearness } from './near.ts';
import { contradictionOf } from './story.ts';

/** Nats by which the best of several connections must fit better than the next, to be likely. */
const CLEAR_MARGIN = 3;
/** With nothing to set the clocks by: differences from a whole number of zones that are nothing strange. */
const NEAR_ZONE_SECONDS = 30;
const ZONE_STEP_SECONDS = 900;
/** UTC+14 is the zone farthest from UTC. */
const MAX_ZONE_SECONDS = 14.5 * 3_600;

/** Lines that name the other end with its port. Null: this line does not, or the capture has no such end. */
export function joinByAddress(
  event: LogEvent,
  index: CaptureIndex,
  clocks: Clocks,
  nearness: Nearness,
  epochSeconds: number,
): Joined | null {
  const picker = nearness.pickerFor(event);
  const exact = addressCandidates(event, index, picker);
  if (exact === null) return tooMany(event);
  if (exact.length > 0) return choose(event, exact, clocks, epochSeconds, index);
  const translated = portCandidates(event, index, picker)?.filter(
    (found) => event.path === null || likenessCost(event, found, index) < IMPOSSIBLE,
  );
  if (translated === undefined) return tooMany(event);
  if (translated.length > 0) return choose(event, translated, clocks, epochSeconds, index);
  const toServer = serverCandidates(event, index, picker);
  if (toServer === null) return tooMany(event);
  return toServer.length > 0 ? choose(event, toServer, clocks, epochSeconds, index) : null;
}

function tooMany(event: LogEvent): Joined {
  return notJoined(
    event,
    `more than ${MAX_ALIKE} connections of the capture have ${addressText(event)}, and there is no time to tell them apart by`,
  );
}

function choose(
  event: LogEvent,
  candidates: readonly Candidate[],
  clocks: Clocks,
  epochSeconds: number,
  index: CaptureIndex,
): Joined {
  const clock = clockOf(event, clocks);
  const rated = candidates
    .map((found) => ({ found, cost: timeCost(event, found, clock, epochSeconds) + misfit(event, found) }))
    .filter(({ cost }) => cost < IMPOSSIBLE)
    .sort((a, b) => a.cost - b.cost);
  const [best, next] = rated;
  if (best === undefined)
    return notJoined(event, `${addressText(event)} is in the capture, but at another time`);
  const isTimed = clock.isSettled && event.time !== null;
  const reasons = [REASONS[best.found.by](event)];
  if (isTimed) reasons.push('the time fits');
  const margin = next === undefined ? null : next.cost - best.cost;
  if (margin !== null) reasons.push(`${countText(rated.length)} connections have it; the one that fits best`);
  const certainty = certaintyOf(
    event,
    best.found,
    margin,
    isTimed,
    trustInTime(event, best.found, epochSeconds),
    index,
  );
  return { event, found: best.found, certainty, reasons };
}

/** No more are looked at. */
function countText(count: number): string {
  return count < MAX_ALIKE ? String(count) : `${MAX_ALIKE} or more`;
}

const REASONS: Readonly<Record<Candidate['by'], (event: LogEvent) => string>> = {
  addresses: () => 'both addresses and ports',
  peer: (event) => `the address ${addressText(event)}`,
  port: (event) => `port ${event.peer?.port}, seen with another address (translated in between?)`,
  http: () => 'the request',
  time: () => 'its time',
};

function addressText({ peer }: LogEvent): string {
  return peer === null ? '' : `${peer.ip}${peer.ip.includes(':') ? ' port ' : ':'}${peer.port}`;
}

/** What the line says does not fit how the connection ended. */
function misfit(event: LogEvent, { connection, writer }: Candidate): number {
  if (event.says.kind === 'ordinary') return 0;
  return contradictionOf(event, connection, writer) === null ? 0 : 2;
}

function certaintyOf(
  event: LogEvent,
  found: Candidate,
  margin: number | null,
  isTimed: boolean,
  trust: JoinCertainty,
  index: CaptureIndex,
): JoinCertainty {
  const isUnknownServer = found.by === 'peer' && found.writer === 'client';
  if (found.by === 'port' || isUnknownServer) {
    const isAlone = margin === null || margin >= CLEAR_MARGIN;
    const isAskedFor = event.path !== null && likenessCost(event, found, index) < CLEAR_MARGIN;
    return isAlone && (isTimed || isAskedFor) ? 'likely' : 'guess';
  }
  if (margin !== null) {
    if (margin < CLEAR_MARGIN) return 'guess';
    return isTimed && margin >= 2 * CLEAR_MARGIN ? 'certain' : 'likely';
  }
  if (isTimed) return 'certain';
  if (event.time !== null) return trust;
  // Without a time it may be of another day: an end that fits the words says that it is not.
  return event.says.kind !== 'ordinary' && misfit(event, found) === 0 ? 'certain' : 'likely';
}

/**
 * Without a clock to go by: a line whose time lies a zone away, give or take some seconds, is of that connection; one that
 * lies anywhere else within those hours may be by a clock that is wrong; one beyond them is most likely of another day.
 */
function trustInTime(
  event: LogEvent,
  { connection, exchange }: Candidate,
  epochSeconds: number,
): JoinCertainty {
  const logged = loggedSeconds(event);
  if (logged === null) return 'likely';
  const difference = logged - captureSeconds(epochSeconds, momentNs(event, connection, exchange));
  if (Math.abs(difference) > MAX_ZONE_SECONDS) return 'guess';
  const fromZone = difference - Math.round(difference / ZONE_STEP_SECONDS) * ZONE_STEP_SECONDS;
  return Math.abs(fromZone) <= NEAR_ZONE_SECONDS ? 'certain' : 'likely';
}
