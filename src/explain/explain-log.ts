import type { Explanation, ExplanationSummary, JoinCertainty, SeenConnection } from '../model/explanation.ts';
import type { LogCounts, LogEvent } from '../model/log-event.ts';
import { adviceFor, type TimerNames } from './advice.ts';
import type { CaptureIndex } from './capture-index.ts';
import { estimateClocks } from './clock.ts';
import { type Clocks, clockOf } from './clocks.ts';
import { lateSeconds } from './cost.ts';
import { joinByAddress } from './join-by-address.ts';
import { joinByRequest } from './join-by-request.ts';
import { joinByTime } from './join-by-time.ts';
import type { Joined } from './joined.ts';
import type { LogIndex } from './log-index.ts';
import { epochSecondsOf, momentNs } from './moment.ts';
import { Nearness } from './near.ts';
import { contradictionOf, sawText } from './story.ts';

export interface ExplainOptions {
  readonly epochNs: bigint;
  /** How far the log's clock is ahead, as the user says; null: find out. */
  readonly clockOffsetSeconds: number | null;
  readonly counts: LogCounts;
  /** Every line, also those about exchanges that ended well. */
  readonly wantsAll: boolean;
  readonly timerNames: TimerNames;
}

/** Lines from which those that ended well are counted only: a few lines were given to be explained, each of them. */
const FEW_LINES = 20;

/**
 * Joins the lines of a log with a capture's connections and explains each; in the order of the lines. Yields now and then, so
 * that whoever asks for the next step can have other things done between them, or stop.
 */
export function* explainLog(
  log: LogIndex,
  index: CaptureIndex,
  options: ExplainOptions,
  explanation: (explanation: Explanation) => void,
): Generator<void, ExplanationSummary> {
  const read = log.events();
  const epochSeconds = epochSecondsOf(options.epochNs);
  const clocks = estimateClocks(read, index, epochSeconds, options.clockOffsetSeconds);
  const events = read.map((event) =>
    event.moment === 'either' ? { ...event, moment: clocks.either } : event,
  );
  yield;
  const joined = yield* joinAll(events, index, clocks, epochSeconds);
  const byCertainty: Record<JoinCertainty, number> = { certain: 0, likely: 0, guess: 0 };
  const mentioned = new Set<SeenConnection>();
  let uneventful = 0;
  let unmatched = 0;
  let explained = 0;
  const wantsEach = options.wantsAll || events.length <= FEW_LINES;
  for (const each of joined) {
    const { found, certainty } = each;
    if (certainty !== null) byCertainty[certainty]++;
    if (found === null) unmatched++;
    const isEventful = isAboutTrouble(each);
    if (found !== null && isEventful) mentioned.add(found.connection);
    if (!isEventful && !wantsEach) {
      uneventful += found === null ? 0 : 1;
      continue;
    }
    if (found !== null && !found.connection.isSelected) continue;
    explained++;
    explanation(explanationOf(each, clocks, epochSeconds, options));
  }
  return {
    log: options.counts,
    clocks: usedClocks(events, clocks),
    explained,
    byCertainty,
    uneventful,
    unmatched,
    unmentioned: index.connections.filter(
      (connection) =>
        connection.group !== null &&
        !connection.isHarmless &&
        connection.isSelected &&
        !mentioned.has(connection),
    ),
    linesLeftOut: log.leftOut,
    connectionsLeftOut: index.leftOut,
  };
}

function* joinAll(
  events: readonly LogEvent[],
  index: CaptureIndex,
  clocks: Clocks,
  epochSeconds: number,
): Generator<void, Joined[]> {
  const nearness = new Nearness(clocks, epochSeconds);
  const joined: Joined[] = [];
  const byRequest: LogEvent[] = [];
  const byTime: LogEvent[] = [];
  for (const event of events) {
    const byAddress = joinByAddress(event, index, clocks, nearness, epochSeconds);
    if (byAddress !== null) joined.push(byAddress);
    else if (event.path !== null) byRequest.push(event);
    else byTime.push(event);
    yield;
  }
  return [
    ...joined,
    ...(yield* joinByRequest(byRequest, index, clocks, epochSeconds)),
    ...(yield* joinByTime(byTime, index, clocks, epochSeconds)),
  ].sort((a, b) => a.event.line - b.event.line);
}

/** The line says that something went wrong, or its exchange is the one in which the connection ended badly. */
function isAboutTrouble({ event, found }: Joined): boolean {
  if (event.says.kind !== 'ordinary') return true;
  return found !== null && found.connection.group !== null && found.exchange?.isComplete === false;
}

function explanationOf(
  { event, found, certainty, reasons }: Joined,
  clocks: Clocks,
  epochSeconds: number,
  options: ExplainOptions,
) {
  if (found === null) {
    return {
      event,
      connection: null,
      exchange: null,
      writer: 'server' as const,
      certainty: null,
      reasons,
      lateNs: null,
      saw: null,
      contradiction: null,
      advice: [],
    };
  }
  const { connection, exchange, writer } = found;
  const moment = momentNs(event, connection, exchange);
  const late = lateSeconds(event, moment, clockOf(event, clocks), epochSeconds);
  return {
    event,
    connection,
    exchange,
    writer,
    certainty,
    reasons,
    lateNs: late === null ? null : Math.round(late * 1e9),
    saw: sawText(event, connection, writer),
    contradiction: contradictionOf(event, connection, writer),
    advice: adviceFor(event, connection, exchange, options.timerNames),
  };
}

function usedClocks(events: readonly LogEvent[], { zoned, unzoned }: Clocks) {
  const uses = (isZoneKnown: boolean): boolean =>
    events.some(({ time }) => time !== null && time.isZoneKnown === isZoneKnown);
  return [zoned, unzoned].filter(({ isZoneKnown }) => uses(isZoneKnown));
}
