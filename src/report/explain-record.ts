import { escapeText } from '../bytes/escape-text.ts';
import type {
  Explanation,
  ExplanationSummary,
  LogClock,
  SeenConnection,
  SeenExchange,
} from '../model/explanation.ts';
import type { LogEvent, LogTime } from '../model/log-event.ts';
import { SCHEMA_VERSION } from './schema-version.ts';
import { secondsOrNull } from './seconds.ts';
import { rfc3339, type TimeBase } from './wall-time.ts';

const STEPS = 1e6;
const PROBABILITY_STEPS = 10_000;

/** One log line with the connection behind it (docs/explain.md). `log.text`, `path` and the addresses are as in the log. */
export function explanationRecord(explanation: Explanation, base: TimeBase) {
  const { event, connection, exchange, certainty, reasons, lateNs } = explanation;
  return {
    type: 'explanation' as const,
    schema: SCHEMA_VERSION,
    log: logRecord(event),
    join: {
      certainty,
      writer: connection === null ? null : explanation.writer,
      reasons: reasons.map(escapeText),
      late: secondsOrNull(lateNs),
    },
    connection: connection === null ? null : seenRecord(connection, exchange, base),
    saw: explanation.saw === null ? null : escapeText(explanation.saw),
    contradiction: explanation.contradiction === null ? null : escapeText(explanation.contradiction),
    advice: explanation.advice.map(escapeText),
  };
}

function logRecord(event: LogEvent) {
  const { says, time, peer, local, upstream } = event;
  return {
    line: event.line,
    text: event.text,
    program: event.program,
    kind: says.kind,
    errno: says.errno,
    code: says.code,
    time: time === null ? null : logTime(time),
    moment: event.moment,
    peer,
    local,
    upstream,
    method: event.method,
    path: event.path,
    status: event.status,
    bytes: event.bytes,
    duration: event.duration,
  };
}

function logTime({ seconds: at, precision, isZoneKnown }: LogTime) {
  return { seconds: Math.round(at * STEPS) / STEPS, precision, isZoneKnown };
}

function seenRecord(connection: SeenConnection, exchange: SeenExchange | null, base: TimeBase) {
  return {
    file: connection.file,
    id: connection.id,
    client: connection.client,
    server: connection.server,
    start: rfc3339(base, connection.startNs),
    ended: rfc3339(base, connection.killNs),
    outcome: connection.outcome,
    group: connection.group,
    certainty: connection.certainty,
    confidence:
      connection.confidence === null
        ? null
        : Math.round(connection.confidence * PROBABILITY_STEPS) / PROBABILITY_STEPS,
    closedBy: connection.closedBy,
    kind: connection.kind,
    killerFrame: connection.killerFrame,
    position: connection.position,
    headline: escapeText(connection.headline),
    matters: escapeText(connection.matters),
    isHarmless: connection.isHarmless,
    exchange:
      exchange === null
        ? null
        : {
            index: exchange.index,
            method: exchange.method,
            target: exchange.target,
            status: exchange.status,
            bodyBytes: exchange.bodyBytes,
            isComplete: exchange.isComplete,
          },
  };
}

/** The last record: how the log was read, the clocks, and what no line speaks of. */
export function explanationSummaryRecord(summary: ExplanationSummary, base: TimeBase) {
  return {
    type: 'explanation-summary' as const,
    schema: SCHEMA_VERSION,
    lines: summary.log.lines,
    understood: summary.log.understood,
    byProgram: summary.log.byProgram,
    explained: summary.explained,
    byCertainty: summary.byCertainty,
    uneventful: summary.uneventful,
    unmatched: summary.unmatched,
    clocks: summary.clocks.map(clockRecord),
    unmentioned: summary.unmentioned.map((connection) => seenRecord(connection, connection.exchange, base)),
    linesLeftOut: summary.linesLeftOut,
    connectionsLeftOut: summary.connectionsLeftOut,
  };
}

function clockRecord(clock: LogClock) {
  return {
    isZoneKnown: clock.isZoneKnown,
    offset: clock.offsetSeconds === null ? null : Math.round(clock.offsetSeconds * STEPS) / STEPS,
    spread: Math.round(clock.spreadSeconds * STEPS) / STEPS,
    lines: clock.lines,
    from: clock.from,
    isSettled: clock.isSettled,
  };
}
