import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { CaptureIndex } from '../explain/capture-index.ts';
import { explainLog } from '../explain/explain-log.ts';
import { LogIndex } from '../explain/log-index.ts';
import { fileStatus } from '../io/file-source.ts';
import { readLines } from '../io/read-lines.ts';
import { LogReader } from '../logs/log-reader.ts';
import type { AnalysisSummary } from '../model/analysis.ts';
import type { Explanation } from '../model/explanation.ts';
import type { TimelineSink } from '../model/timeline.ts';
import { knownTimers } from '../patterns/known-timers.ts';
import type { CaptureResult } from './capture-run.ts';
import { warnAboutCapture } from './capture-warnings.ts';
import type { CommandContext } from './context.ts';
import { EXIT_DONE, EXIT_FOUND, EXIT_USAGE } from './exit-codes.ts';
import type { ExplainOptions } from './explain-options.ts';
import { interrupted } from './interrupted.ts';
import { LineBlocks } from './line-blocks.ts';
import type { Options } from './options.ts';
import { Progress } from './progress.ts';
import { explainReport } from './report-loading.ts';
import { UsageError } from './usage-error.ts';

/** `whohungup explain CAPTURE --log LOG`, and `whohungup explain WORD`. Returns the exit code. */
export async function explainCommand(options: Options, context: CommandContext): Promise<number> {
  const { explain } = options;
  if (explain === null) return EXIT_USAGE;
  if (explain.log === null) return (await import('./explain-word.ts')).explainWords(options, context);
  const log = new LogIndex();
  const reader = await readLog(explain.log, explain, options, context, log);
  if (context.signal.aborted) return interrupted(context, 'the log was being read: nothing was explained');
  const index = new CaptureIndex(log);
  const { summary, inputError } = await readCapture(options, context, index);
  if (!options.isQuiet) warnAboutCapture(summary.capture, context.diagnostics);
  if (inputError !== null) context.diagnostics.fault(inputError, context.isDebug);
  if (inputError !== null && summary.connections === 0) return EXIT_USAGE;
  if (context.signal.aborted && summary.connections === 0)
    return interrupted(context, 'the capture was being read: nothing was explained');
  const isFailure = await report(log, index, reader, summary, options, context);
  if (isFailure === null)
    return interrupted(context, 'lines and connections were being joined: nothing was explained');
  if (inputError !== null) return EXIT_USAGE;
  return isFailure ? EXIT_FOUND : EXIT_DONE;
}

async function report(
  log: LogIndex,
  index: CaptureIndex,
  reader: LogReader,
  { capture }: AnalysisSummary,
  options: Options,
  context: CommandContext,
): Promise<boolean | null> {
  const output = await explainReport(options, capture, context.write);
  let isFailure = false;
  const steps = explainLog(
    log,
    index,
    {
      epochNs: capture.epochNs,
      clockOffsetSeconds: options.explain?.clockOffsetSeconds ?? null,
      counts: reader.counts,
      wantsAll: options.isAll,
      timerNames: (ns) => knownTimers(ns, 'idle', EVERY_OWNER),
    },
    (explanation: Explanation) => {
      const group = explanation.connection?.group ?? null;
      if (group !== null && options.failOn.has(group)) isFailure = true;
      output.explanation(explanation);
    },
  );
  const explained = await inTurns(steps, context.signal);
  if (explained === null) return null;
  output.end(explained);
  return isFailure;
}

/** Work on lines goes on for this long before signals have their turn. */
const TURN_MS = 50;

/** What `steps` come to; null when Ctrl-C comes in between. (If it has come before, to end the reading, they are taken to the end.) */
async function inTurns<Result>(steps: Generator<void, Result>, signal: AbortSignal): Promise<Result | null> {
  const wasAborted = signal.aborted;
  let turnStart = performance.now();
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (performance.now() - turnStart < TURN_MS) continue;
    await setImmediate();
    if (signal.aborted && !wasAborted) return null;
    turnStart = performance.now();
  }
}

const EVERY_OWNER = new Set(['server', 'client', 'between'] as const);

async function readCapture(
  options: Options,
  context: CommandContext,
  index: CaptureIndex,
): Promise<CaptureResult> {
  const progress = new Progress(context.isStderrTerminal && !options.isQuiet);
  const result = await context.run({
    paths: options.files,
    maxFrames: options.maxFrames,
    signal: context.signal,
    onProgress: progress.update,
    sink: { connection: (judged) => index.connection(judged, options.selection?.(judged) ?? true) },
    timeline: onlyExchanges(index),
  });
  progress.stop();
  return result;
}

/** No ladders: the exchanges are what is wanted. */
function onlyExchanges(index: CaptureIndex): TimelineSink {
  return {
    wants: () => false,
    segment: () => {},
    landmark: () => {},
    exchange: (id, exchange) => index.exchange(id, exchange),
  };
}

async function readLog(
  log: string,
  explain: ExplainOptions,
  options: Options,
  context: CommandContext,
  index: LogIndex,
): Promise<LogReader> {
  const isFile = log === '-' || fileStatus(log) !== null;
  if (!isFile && !/[\s:"{]/.test(log))
    throw new UsageError(`--log: there is no file "${log}", and it is no log line`);
  // Backtracking without end in a pattern of the user's: V8 then goes on with its matcher of linear time.
  if (explain.pattern !== null)
    setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks');
  const reader = new LogReader(
    {
      reference: await aboutWhen(options, context),
      pattern: explain.pattern,
      zoneSeconds: explain.zoneSeconds,
    },
    index,
  );
  const lines = new LineBlocks(reader, explain.pattern !== null);
  if (isFile) await readFile(log, lines, options, context);
  else for (const line of log.split('\n')) lines.push(line.replace(/\r$/, ''));
  lines.flush();
  const { lines: count, understood } = reader.counts;
  if (understood === 0 && !options.isQuiet && !context.signal.aborted)
    context.diagnostics.say(
      count === 0
        ? 'warning: the log is empty'
        : `warning: no line of the log was understood${hint(explain)}`,
    );
  return reader;
}

async function readFile(
  log: string,
  lines: LineBlocks,
  options: Options,
  context: CommandContext,
): Promise<void> {
  if (fileStatus(log)?.isDirectory() === true)
    throw new UsageError(`--log: "${log}" is a directory: name a file in it`);
  const damage = await readLines(log, context.signal, (line) => lines.push(line));
  if (damage !== null && !options.isQuiet) context.diagnostics.say(`warning: ${log}: ${damage}`);
}

function hint({ log, pattern }: ExplainOptions): string {
  if (pattern !== null) return '; does --log-pattern fit them?';
  return log === '-' ? '' : '; --log-pattern reads other forms';
}

/** When the capture begins, for dates without a year; now, for what can be read only once. */
async function aboutWhen(options: Options, context: CommandContext): Promise<number> {
  const now = Date.now() / 1_000;
  const [first = '-'] = options.files;
  if (!context.isSeekable(first)) return now;
  const { summary } = await context.run({
    paths: [first],
    maxFrames: 1,
    signal: context.signal,
    onProgress: () => {},
    sink: { connection: () => {} },
  });
  const { epochNs, firstNs } = summary.capture;
  return firstNs === null ? now : Number(epochNs / 1_000_000_000n) + firstNs / 1e9;
}
