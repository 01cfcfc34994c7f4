import { readFileSync } from 'node:fs';
import { runCapture } from '../../src/cli/run-analysis.ts';
import { CaptureIndex } from '../../src/explain/capture-index.ts';
import { explainLog } from '../../src/explain/explain-log.ts';
import { LogIndex } from '../../src/explain/log-index.ts';
import { LogReader } from '../../src/logs/log-reader.ts';
import type { Explanation } from '../../src/model/explanation.ts';
import type { LogEvent } from '../../src/model/log-event.ts';

/** What run_logs.py writes beside captures and logs. */
export interface StagedLog {
  readonly server: string;
  readonly network: string;
  /** By log and line number: the marker of the connection that the line is about. */
  readonly logs: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** By capture: the marker of each connection, in the order of their ids. */
  readonly captures: Readonly<Record<string, readonly (string | null)[]>>;
}

export interface LogJoinScore {
  /** Lines whose connection is known. */
  lines: number;
  right: number;
  wrong: number;
  wrongCertain: number;
  wrongLikely: number;
  /** Right, and said to be certain or likely. */
  sure: number;
  none: number;
}

/** Joins all logs of a staging, their clock shifted, with one of its captures. */
export async function joinScore(
  folder: string,
  staged: StagedLog,
  capture: string,
  shiftSeconds: number,
  isVerbose = false,
): Promise<LogJoinScore> {
  const explained = await explainStaged(folder, staged, capture, shiftSeconds);
  const markers = staged.captures[capture] ?? [];
  const score: LogJoinScore = {
    lines: 0,
    right: 0,
    wrong: 0,
    wrongCertain: 0,
    wrongLikely: 0,
    sure: 0,
    none: 0,
  };
  const truth = truthByLine(folder, staged);
  for (const { event, connection, certainty, reasons } of explained) {
    const wanted = truth.get(event.line);
    if (wanted === undefined || !markers.includes(wanted)) continue;
    score.lines++;
    const got = connection === null ? null : markers[connection.id];
    if (connection === null) score.none++;
    else if (got === wanted) {
      score.right++;
      if (certainty !== 'guess') score.sure++;
    } else {
      score.wrong++;
      if (certainty === 'certain') score.wrongCertain++;
      if (certainty === 'likely') score.wrongLikely++;
    }
    if (isVerbose && got !== wanted)
      console.log(
        `  ${shiftSeconds} ${certainty}: ${event.text.slice(0, 150)} | ${reasons.join('; ')} | got ${got} (id ${connection?.id}), not ${wanted} (id ${markers.indexOf(wanted)})`,
      );
  }
  return score;
}

/** The logs are read one after the other, as one. */
function logsOf(
  folder: string,
  staged: StagedLog,
): { readonly name: string; readonly lines: readonly string[] }[] {
  return Object.keys(staged.logs).map((name) => ({
    name,
    lines: readFileSync(`${folder}/${name}`, 'utf8').replace(/\n$/, '').split('\n'),
  }));
}

function truthByLine(folder: string, staged: StagedLog): Map<number, string> {
  const truth = new Map<number, string>();
  let before = 0;
  for (const { name, lines } of logsOf(folder, staged)) {
    for (const [line, marker] of Object.entries(staged.logs[name] ?? {}))
      truth.set(before + Number(line), marker);
    before += lines.length;
  }
  return truth;
}

async function explainStaged(
  folder: string,
  staged: StagedLog,
  capture: string,
  shiftSeconds: number,
): Promise<Explanation[]> {
  const log = new LogIndex();
  const reader = new LogReader(
    { reference: Date.now() / 1_000, pattern: null, zoneSeconds: null },
    { event: (event) => log.event(shifted(event, shiftSeconds)) },
  );
  for (const { lines } of logsOf(folder, staged)) for (const line of lines) reader.line(line);
  const index = new CaptureIndex(log);
  const { summary, inputError } = await runCapture({
    paths: [`${folder}/${capture}`],
    maxFrames: null,
    signal: new AbortController().signal,
    onProgress: () => {},
    sink: { connection: (judged) => index.connection(judged, true) },
    timeline: {
      wants: () => false,
      segment: () => {},
      landmark: () => {},
      exchange: (id, exchange) => index.exchange(id, exchange),
    },
  });
  if (inputError !== null) throw inputError;
  const explained: Explanation[] = [];
  const steps = explainLog(
    log,
    index,
    {
      epochNs: summary.capture.epochNs,
      clockOffsetSeconds: null,
      counts: reader.counts,
      wantsAll: true,
      timerNames: () => [],
    },
    (explanation) => explained.push(explanation),
  );
  while (steps.next().done !== true);
  return explained;
}

/** The same line by a clock that is ahead: times are written down to their notation's step. */
function shifted(event: LogEvent, seconds: number): LogEvent {
  const { time } = event;
  if (time === null) return event;
  const { precision } = time;
  // What the clock showed lies somewhere in the step; its middle, shifted, is written down.
  const shown = time.seconds + precision / 2 + seconds;
  return { ...event, time: { ...time, seconds: Math.floor(shown / precision) * precision } };
}
