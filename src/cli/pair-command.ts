import { escapeText } from '../bytes/escape-text.ts';
import type { CaptureLetter, PairConnection, PairSink, PairSummary } from '../model/pair.ts';
import type { JudgedConnection } from '../model/verdict.ts';
import { CaptureSide, type ReadCapture } from '../pair/capture-side.ts';
import { compareCaptures } from '../pair/compare-captures.ts';
import type { PairReport } from '../report/pair-report.ts';
import type { CaptureResult } from './capture-run.ts';
import { warnAboutCapture, warnOfOneFile } from './capture-warnings.ts';
import type { CommandContext } from './context.ts';
import { EXIT_DONE, EXIT_FOUND, EXIT_USAGE } from './exit-codes.ts';
import { interrupted } from './interrupted.ts';
import type { Options } from './options.ts';
import { Progress } from './progress.ts';
import { pairReport } from './report-loading.ts';

/** `whohungup pair A B`: two captures of the same traffic. Returns the exit code. */
export async function pairCommand(options: Options, context: CommandContext): Promise<number> {
  if (!options.isQuiet) warnOfOneFile(options.files, context.diagnostics);
  const a = await read('a', options, context);
  if (a === null) return EXIT_USAGE;
  const b = await read('b', options, context);
  // What had not been read by then would count as missing.
  if (context.signal.aborted)
    return interrupted(context, 'the captures were being read: nothing was compared');
  if (b === null) return EXIT_USAGE;
  const sink = new Selecting(options, await pairReport(options, context.write));
  const compared = compareCaptures(
    a.capture,
    b.capture,
    {
      nearClient: options.placeOfA === null ? null : options.placeOfA === 'client' ? 'a' : 'b',
      wantsLadder: (idOfA) => options.isLadder && (options.conn === null || idOfA === options.conn),
    },
    sink,
  );
  sink.end(compared);
  return closingWords(a, b, compared, sink, options, context);
}

interface ReadResult extends Pick<CaptureResult, 'inputError'> {
  readonly capture: ReadCapture;
}

/** Null when nothing of it could be read; that has then been said. */
async function read(
  letter: CaptureLetter,
  { files, maxFrames, isQuiet }: Options,
  context: CommandContext,
): Promise<ReadResult | null> {
  const side = new CaptureSide(letter);
  const progress = new Progress(context.isStderrTerminal && !isQuiet);
  const path = files[letter === 'a' ? 0 : 1] ?? '';
  const { summary, inputError, judgeAgain } = await context.run({
    paths: [path],
    maxFrames,
    signal: context.signal,
    onProgress: progress.update,
    sink: { connection: (judged) => side.add(judged) },
    observer: side.log,
  });
  progress.stop();
  if (!isQuiet) warnAboutCapture(summary.capture, context.diagnostics);
  if (inputError !== null) context.diagnostics.fault(inputError, context.isDebug);
  if (inputError !== null && summary.connections === 0) return null;
  return { inputError, capture: { side, summary, rejudge: judgeAgain } };
}

function closingWords(
  a: ReadResult,
  b: ReadResult,
  compared: PairSummary,
  sink: Selecting,
  { conn, isQuiet }: Options,
  { diagnostics }: CommandContext,
): number {
  const refused = a.capture.side.log.refused + b.capture.side.log.refused;
  if (!isQuiet && refused + compared.leftOut > 0)
    diagnostics.say(
      `warning: too much to keep it all: ${refused} packets and ${compared.leftOut} connections were not compared; filter the captures first`,
    );
  if (compared.matched === 0) {
    diagnostics.say(escapeText(nothingInCommon(compared)));
    return EXIT_USAGE;
  }
  if (conn !== null && !sink.isFound) {
    diagnostics.say(`there is no connection ${conn} in the first capture`);
    return EXIT_USAGE;
  }
  if (a.inputError !== null || b.inputError !== null) return EXIT_USAGE;
  return sink.isFailure ? EXIT_FOUND : EXIT_DONE;
}

function nothingInCommon({ a, b, onlyA, onlyB }: PairSummary): string {
  if (onlyA === 0 || onlyB === 0) {
    const empty = onlyA === 0 ? a : b;
    return `nothing to compare: ${empty.capture.files.join(', ')} holds no TCP connections`;
  }
  return `no connection is in both captures (${onlyA} in the first, ${onlyB} in the second): are they of the same traffic?`;
}

/** Lets through what -Y and --conn select, and notes what --fail-on waits for. */
class Selecting implements PairSink {
  readonly #options: Options;
  readonly #report: PairReport;
  isFailure = false;
  isFound = false;

  constructor(options: Options, report: PairReport) {
    this.#options = options;
    this.#report = report;
  }

  begin(summary: PairSummary): void {
    this.#report.begin(summary);
  }

  connection(connection: PairConnection): void {
    const { selection, failOn } = this.#options;
    const isSelected = this.#isWanted(connection) && (selection?.(judgedByBoth(connection)) ?? true);
    if (isSelected && connection.verdict.group !== null && failOn.has(connection.verdict.group))
      this.isFailure = true;
    this.#report.connection(connection, isSelected);
  }

  end(summary: PairSummary): void {
    this.#report.end(summary);
  }

  #isWanted({ a }: PairConnection): boolean {
    const { conn } = this.#options;
    if (conn === null) return true;
    if (a?.facts.id !== conn) return false;
    this.isFound = true;
    return true;
  }
}

/** The connection as its basis shows it, with the verdict of both. */
function judgedByBoth({ a, b, basis, verdict }: PairConnection): JudgedConnection {
  const judged = (basis === 'a' ? a : b)!;
  return { ...judged, verdict };
}
