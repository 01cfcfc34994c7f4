import { counted, thousands } from '../bytes/number-text.ts';
import type { AnalysisSummary, CaptureOverview } from '../model/analysis.ts';
import type { JudgedConnection } from '../model/verdict.ts';
import { type LadderOptions, timelineLines } from '../report/timeline.ts';
import { TimelineRecorder } from '../report/timeline-recorder.ts';
import { isBadEnd } from '../report/words.ts';
import type { CaptureResult } from './capture-run.ts';
import { warnAboutCapture } from './capture-warnings.ts';
import type { CommandContext } from './context.ts';
import { EXIT_DONE, EXIT_FOUND, EXIT_USAGE } from './exit-codes.ts';
import { interrupted } from './interrupted.ts';
import type { Options } from './options.ts';
import { Progress } from './progress.ts';
import { textOptions } from './report-loading.ts';

/** Ladders are long: so many, unless --all is given. */
const MAX_UNASKED = 10;
const MAX_SELECTED = 100;

/** `whohungup timeline FILE`: connections segment by segment. Returns the exit code. */
export async function timelineCommand(options: Options, context: CommandContext): Promise<number> {
  return new TimelineRun(options, context, await ladderOptions(options)).run();
}

async function ladderOptions(options: Options): Promise<LadderOptions> {
  return { ...(await textOptions(options)), timeMode: options.timeMode, fileCount: options.files.length };
}

class TimelineRun {
  readonly #options: Options;
  readonly #context: CommandContext;
  readonly #ladder: LadderOptions;
  readonly #limit: number;
  readonly #progress: Progress;
  /** Connections that match, and those of them that are printed. */
  #matching = 0;
  readonly #chosen = new Set<number>();
  #isFailure = false;
  #printed = 0;

  constructor(options: Options, context: CommandContext, ladder: LadderOptions) {
    this.#options = options;
    this.#context = context;
    this.#ladder = ladder;
    const isAsked = options.selection !== null || options.peer !== null || options.conn !== null;
    this.#limit = options.isAll ? Number.POSITIVE_INFINITY : isAsked ? MAX_SELECTED : MAX_UNASKED;
    this.#progress = new Progress(context.isStderrTerminal && !options.isQuiet);
  }

  async run(): Promise<number> {
    const { conn, files } = this.#options;
    const isOnePass = conn !== null || !files.every((file) => this.#context.isSeekable(file));
    const { summary, inputError } = isOnePass ? await this.#onePass() : await this.#twoPasses();
    this.#progress.stop();
    const { signal, diagnostics } = this.#context;
    const isUndrawn = this.#printed === 0 && this.#matching > 0;
    const isCutShort = signal.aborted && (isUndrawn || !summary.capture.isComplete);
    if (!isCutShort && (inputError === null || summary.capture.frames > 0)) this.#closingWords(summary);
    if (!this.#options.isQuiet) warnAboutCapture(summary.capture, diagnostics);
    if (inputError !== null) {
      diagnostics.fault(inputError, this.#context.isDebug);
      return EXIT_USAGE;
    }
    if (isCutShort && this.#printed === 0)
      return interrupted(this.#context, 'the capture was being read: no timeline was drawn');
    if (isCutShort) diagnostics.say('warning: interrupted: there may be more than was drawn');
    if (conn !== null && this.#printed === 0 && this.#matching === 0) {
      diagnostics.say(this.#noSuchConnection(conn, summary));
      return EXIT_USAGE;
    }
    return this.#isFailure ? EXIT_FOUND : EXIT_DONE;
  }

  /** One known connection, or input that cannot be read again: record while judging. */
  async #onePass(): Promise<CaptureResult> {
    const { conn } = this.#options;
    const recorder = new TimelineRecorder((id) => conn === null || id === conn);
    const result = await this.#pass((judged, overview) => {
      if (this.#choose(judged)) this.#print(judged, recorder, overview);
      else recorder.take(judged.facts.id);
    }, recorder);
    if (recorder.refused.size > 0) {
      const count = counted(recorder.refused.size, 'connection');
      this.#context.diagnostics.say(
        `too many segments to keep in one pass: ${count} not recorded; read from a file instead of a pipe`,
      );
    }
    return result;
  }

  /** First find out which connections are wanted, then read again and record those. */
  async #twoPasses(): Promise<CaptureResult> {
    const first = await this.#pass((judged) => void this.#choose(judged));
    if (this.#chosen.size === 0 || this.#context.signal.aborted) return first;
    const recorder = new TimelineRecorder((id) => this.#chosen.has(id));
    return this.#pass((judged, overview) => {
      if (this.#chosen.has(judged.facts.id)) this.#print(judged, recorder, overview);
    }, recorder);
  }

  #pass(
    connection: (judged: JudgedConnection, overview: CaptureOverview) => void,
    timeline?: TimelineRecorder,
  ): Promise<CaptureResult> {
    return this.#context.run({
      paths: this.#options.files,
      maxFrames: this.#options.maxFrames,
      signal: this.#context.signal,
      onProgress: this.#progress.update,
      sink: { connection },
      ...(timeline === undefined ? {} : { timeline, wantsConditions: true }),
    });
  }

  #choose(judged: JudgedConnection): boolean {
    if (!this.#matches(judged)) return false;
    this.#matching++;
    const { group } = judged.verdict;
    if (group !== null && this.#options.failOn.has(group)) this.#isFailure = true;
    if (this.#chosen.size >= this.#limit) return false;
    this.#chosen.add(judged.facts.id);
    return true;
  }

  #matches(judged: JudgedConnection): boolean {
    const { conn, peer, selection } = this.#options;
    if (conn !== null && judged.facts.id !== conn) return false;
    if (peer !== null && !peer(judged)) return false;
    if (selection !== null) return selection(judged);
    return conn !== null || peer !== null || isBadEnd(judged.verdict);
  }

  #print(judged: JudgedConnection, recorder: TimelineRecorder, overview: CaptureOverview): void {
    this.#printed++;
    const timeline = recorder.take(judged.facts.id);
    for (const line of timelineLines(judged, timeline, overview, this.#ladder))
      this.#context.write(`${line}\n`);
  }

  #closingWords(summary: AnalysisSummary): void {
    const options = this.#options;
    const more = this.#matching - this.#printed;
    if (this.#printed === 0 && options.conn === null) {
      const isAsked = options.selection !== null || options.peer !== null;
      this.#context.write(`${noneText(summary, isAsked)}\n`);
    } else if (more > 0) {
      this.#context.write(`… and ${thousands(more)} more: use --all, or choose with -Y, --conn or --peer\n`);
    }
  }

  #noSuchConnection(conn: number, { connections }: AnalysisSummary): string {
    if (connections === 0) return `there is no connection ${conn}: the capture has none`;
    return `there is no connection ${conn}: the capture has ${counted(connections, 'connection')}, counted from 0`;
  }
}

function noneText({ connections, capture }: AnalysisSummary, isAsked: boolean): string {
  if (connections === 0)
    return `The capture holds no TCP connections${capture.unsupportedFrames > 0 ? ' that can be read' : ''}.`;
  if (connections === 1) return `The only connection ${isAsked ? 'does not match' : 'did not end badly'}.`;
  return `None of ${counted(connections, 'connection')} ${isAsked ? 'matches' : 'ended badly'}.`;
}
