import { escapeText } from '../bytes/escape-text.ts';
import type { AnalysisSink, AnalysisSummary, CaptureOverview } from '../model/analysis.ts';
import type { JudgedConnection } from '../model/verdict.ts';
import { LiveBoard } from '../report/live-board.ts';
import { countsLine, type LiveCounts } from '../report/live-counts.ts';
import type { Report } from '../report/report.ts';
import { TimelineRecorder } from '../report/timeline-recorder.ts';
import { isBadEnd } from '../report/words.ts';
import { callAfter } from './call-after.ts';
import { warnAbout } from './capture-warnings.ts';
import type { CommandContext } from './context.ts';
import { EXIT_DONE, EXIT_FOUND, EXIT_USAGE } from './exit-codes.ts';
import type { LiveMetrics } from './live-metrics.ts';
import type { LiveNotices } from './live-notices.ts';
import type { LiveOptions } from './live-options.ts';
import type { LiveOutlet } from './live-outlet.ts';
import { LiveProof } from './live-proof.ts';
import { LiveRun } from './live-run.ts';
import type { StartedCapture } from './live-start.ts';
import type { LiveView } from './live-view.ts';
import type { Options } from './options.ts';

/** Rows of one ladder, and of all together, that the screen has recorded. */
const MAX_LADDER_ROWS = 2_000;
const MAX_ALL_ROWS = 200_000;

/** Of a pipe nobody reads, and of one that somebody does. */
const PIPE_ERRORS = new Set(['ENXIO', 'ESPIPE']);

/** What a session is made of; everything is loaded before root is given up. */
export interface SessionParts {
  readonly report: Report;
  readonly notices: LiveNotices;
  /** Null: no screen. */
  readonly makeView: ((board: LiveBoard, title: string, onQuit: () => void) => LiveView) | null;
  /** Null: no metrics. */
  readonly makeMetrics: ((read: () => LiveCounts) => LiveMetrics) | null;
  /** Null: no OTLP. */
  readonly makeOtlp: ((read: () => LiveCounts) => LiveOutlet) | null;
}

/** A live capture from the open interface to the summary. */
export class LiveSession {
  readonly #options: Options;
  readonly #live: LiveOptions;
  readonly #context: CommandContext;
  readonly #parts: SessionParts;
  readonly #started: StartedCapture;
  readonly #board = new LiveBoard();
  readonly #recorder: TimelineRecorder | null;
  readonly #startedMs = performance.now();
  #run: LiveRun | null = null;
  #proof: LiveProof | null = null;
  readonly #outlets: LiveOutlet[] = [];
  #view: LiveView | null = null;
  #isFailure = false;

  constructor(options: Options, context: CommandContext, parts: SessionParts, started: StartedCapture) {
    this.#options = options;
    this.#live = options.live!;
    this.#context = context;
    this.#parts = parts;
    this.#started = started;
    this.#recorder =
      parts.makeView === null ? null : new TimelineRecorder(() => true, MAX_LADDER_ROWS, MAX_ALL_ROWS);
  }

  /** Returns the exit code. */
  async run(): Promise<number> {
    if (!this.#openProof() || !(await this.#openMetrics())) {
      this.#started.source.abandon();
      return EXIT_USAGE;
    }
    const { makeOtlp } = this.#parts;
    if (makeOtlp !== null) this.#outlets.push(makeOtlp(() => this.#counts()));
    const run = this.#makeRun();
    this.#run = run;
    const disconnect = this.#connect(run);
    if (!this.#options.isQuiet) this.#context.diagnostics.say(this.#beginning());
    this.#openView(run);
    const summary = await run.run();
    disconnect();
    this.#close();
    this.#parts.report.end(summary);
    this.#context.flush();
    await Promise.all(this.#outlets.map((outlet) => outlet.close()));
    if (!this.#options.isQuiet) this.#lastWords(summary);
    if (run.isRefused) return EXIT_USAGE;
    return this.#isFailure ? EXIT_FOUND : EXIT_DONE;
  }

  #makeRun(): LiveRun {
    return new LiveRun(this.#started.source, {
      device: this.#live.device,
      maxFrames: this.#options.maxFrames,
      lingerAfterRstNs: this.#live.lingerAfterRstNs,
      sink: this.#sink(),
      timeline: this.#recorder,
      observer: this.#proof?.observer ?? null,
      watcher: this.#proof,
      onTick: () => this.#tick(),
    });
  }

  #sink(): AnalysisSink {
    const { report } = this.#parts;
    const connection = (judged: JudgedConnection, overview: CaptureOverview): void =>
      this.#ended(judged, overview);
    if (report.uneventful === undefined || this.#options.selection !== null) return { connection };
    const uneventful = (id: number): void => {
      this.#proof?.forget(id);
      this.#board.tally.addUneventful();
      for (const outlet of this.#outlets) outlet.uneventful();
      report.uneventful?.();
    };
    return { connection, uneventful };
  }

  #ended(judged: JudgedConnection, overview: CaptureOverview): void {
    const { group, kind } = judged.verdict;
    const isSelected = this.#options.selection === null || this.#options.selection(judged);
    if (isSelected && group !== null && this.#options.failOn.has(group)) this.#isFailure = true;
    if (this.#recorder === null) this.#board.tally.add(judged);
    else
      this.#board.add({ judged, base: overview, timeline: this.#recorder.take(judged.facts.id) }, isSelected);
    this.#parts.report.connection(judged, isSelected, overview);
    const isListed = isSelected && isBadEnd(judged.verdict);
    for (const outlet of this.#outlets) outlet.ended(judged, isListed, overview);
    this.#proof?.ended(judged, isListed, overview);
    this.#context.flush();
    if (this.#live.isUntilReset && isSelected && kind === 'RST') this.#run?.stop();
  }

  #tick(): void {
    this.#context.flush();
    if (this.#view === null) return;
    const counts = this.#counts();
    this.#board.rate = counts.frames - this.#board.counts.frames;
    this.#board.counts = counts;
    this.#board.elapsedNs = Math.round((performance.now() - this.#startedMs) / 1e3) * 1e9;
    this.#view.update();
  }

  /** False when the file of -w cannot be made, which is said. */
  #openProof(): boolean {
    const { save, device } = this.#live;
    if (save === null) return true;
    const proof = new LiveProof(save, device, (text) => this.#parts.notices.say(`warning: ${text}`));
    try {
      proof.open();
    } catch (error) {
      const { identity } = this.#started;
      const code = codeOf(error);
      const who =
        identity === null ? '' : `; it is written as user ${identity.name}: choose another place, or -Z`;
      const why = PIPE_ERRORS.has(code) ? 'is a pipe: name a file' : `cannot be made (${code})${who}`;
      this.#context.diagnostics.say(`-w: ${escapeText(save.path)} ${why}`);
      return false;
    }
    this.#proof = proof;
    return true;
  }

  /** False when the port cannot be had, which is said. */
  async #openMetrics(): Promise<boolean> {
    const address = this.#live.metrics;
    if (address === null || this.#parts.makeMetrics === null) return true;
    const metrics = this.#parts.makeMetrics(() => this.#counts());
    try {
      await metrics.listen(address);
    } catch (error) {
      this.#context.diagnostics.say(
        `--metrics: ${address.host} port ${address.port} cannot be listened on (${codeOf(error)})`,
      );
      return false;
    }
    this.#outlets.push(metrics);
    return true;
  }

  #openView(run: LiveRun): void {
    const { makeView, notices } = this.#parts;
    if (makeView === null) return;
    this.#view = makeView(this.#board, this.#title(), () => run.stop());
    notices.showOn((text) => {
      this.#board.notice = text;
    });
    this.#view.start();
  }

  #close(): void {
    this.#view?.stop();
    this.#parts.notices.release();
    this.#proof?.close();
  }

  /** Signals and the time limit, until the returned function is called. */
  #connect(run: LiveRun): () => void {
    const { signal } = this.#context;
    const stop = (): void => run.stop();
    const tell = (): void => this.#parts.notices.say(countsLine(this.#counts(), this.#board.tally));
    const { durationMs } = this.#live;
    const forget = durationMs === null ? null : callAfter(durationMs, stop);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    process.on('SIGUSR1', tell);
    return () => {
      forget?.();
      signal.removeEventListener('abort', stop);
      process.off('SIGUSR1', tell);
    };
  }

  #counts(): LiveCounts {
    const overview = this.#run?.overview();
    return {
      frames: overview?.frames ?? 0,
      drops: overview?.drops ?? null,
      open: this.#run?.openConnections ?? 0,
      memoryLen: process.memoryUsage.rss(),
    };
  }

  #title(): string {
    const { device, filter } = this.#live;
    const what = filter === '' ? device : `${device} (${filter})`;
    return escapeText(`${what} with ${this.#started.source.provider}`);
  }

  #beginning(): string {
    const { source, identity } = this.#started;
    const who = identity === null ? '' : `, read as user ${identity.name}`;
    const clock =
      source.timestampSource === 'kernel'
        ? ''
        : `; its times may be ${source.clockErrorNs / 1e6} ms off and its drops are not known (--via tcpdump: both exact)`;
    return `capturing on ${this.#title()}${who}${clock}; Ctrl-C ends it`;
  }

  #lastWords(summary: AnalysisSummary): void {
    const { diagnostics, isStdoutTerminal } = this.#context;
    if (this.#proof !== null) diagnostics.say(this.#proof.sum());
    // A terminal has just been shown the warnings by the text report.
    const isShown = this.#options.format === 'text' && isStdoutTerminal;
    if (!isShown) warnAbout(summary.capture.warnings, diagnostics);
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}
