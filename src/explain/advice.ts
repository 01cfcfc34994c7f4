import type { SeenConnection, SeenExchange } from '../model/explanation.ts';
import type { LogEvent } from '../model/log-event.ts';
import { programOf, settingsFor } from './settings.ts';
import { type Situation, situationOf } from './situation.ts';

/** Names of defaults that fit a time; from outside, as they are the patterns' as well. */
export type TimerNames = (ns: number) => readonly string[];

const MEASURED: Readonly<Partial<Record<Situation, string>>> = {
  'server-closed-idle': 'of silence before the server closed',
  'client-closed-idle': 'of silence before the client closed',
  'client-gave-up-waiting': 'waited by the client',
  'client-left-in-response': 'into the exchange when the client left',
  'client-left-in-request': 'into the upload when the client left',
  'server-closed-in-response': 'into the exchange when the server closed',
  'server-closed-unanswered': 'without an answer when the server closed',
  'server-closed-in-request': 'of silence before the server closed',
  'cut-in-between': 'of silence before it was cut',
};

/** What to change: the time seen first, then the settings that have to do with it. */
export function adviceFor(
  event: LogEvent,
  connection: SeenConnection,
  exchange: SeenExchange | null,
  timerNames: TimerNames,
): readonly string[] {
  const situation = situationOf(connection, exchange);
  if (situation === null) return [];
  const program = programOf(event.program, connection.serverName);
  const settings = settingsFor(program, situation.kind);
  const { timerNs } = situation;
  const measured = MEASURED[situation.kind];
  if (timerNs === null || measured === undefined || timerNs <= 0) return settings;
  const names = timerNames(timerNs);
  const like = names.length === 0 ? '' : ` (the default of ${names.join('; ')})`;
  return [`Seen: ${secondsText(timerNs)} ${measured}${like}`, ...settings];
}

/** Timers are set in seconds: `75.0 s`, `0.81 s`. */
function secondsText(ns: number): string {
  const seconds = ns / 1e9;
  return `${seconds < 1 ? seconds.toPrecision(2) : seconds.toFixed(1)} s`;
}
