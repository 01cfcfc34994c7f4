import { Analysis } from '../analyze.ts';
import { CaptureState } from '../capture/capture-state.ts';
import type { ByteSource } from '../io/byte-source.ts';
import type { LiveSource } from '../io/live/live-source.ts';
import { Pace } from '../io/pace.ts';
import { readSource } from '../io/read-source.ts';
import type { AnalysisSink, AnalysisSummary, CaptureOverview } from '../model/analysis.ts';
import type { CaptureInterface, CaptureWarning, Frame, FrameSink } from '../model/frame.ts';
import type { SegmentObserver } from '../model/observer.ts';
import type { TimelineSink } from '../model/timeline.ts';

/** Without frames time goes on by the wall clock, in such steps. */
const TICK_MS = 1_000;
/** By how much the wall clock is ahead of the frames that a capture program may still hold (tcpdump: 1 s at most). */
const TICK_LAG_MS = 2_000;
/** An orderly end takes a moment: what is in the kernel's buffer still comes. Beyond it the capture is cut off. */
const MAX_STOPPING_MS = 4_000;
/** How often the capture process is asked for its drops, in ticks. */
const DROPS_EVERY = 5;
const NS_PER_MS = 1e6;

/** Sees each frame after the analysis has seen it. Borrowed. */
export interface FrameWatcher {
  frame(frame: Frame): void;
}

export interface LiveRunOptions {
  readonly device: string;
  readonly maxFrames: number | null;
  readonly lingerAfterRstNs: number;
  readonly sink: AnalysisSink;
  readonly timeline: TimelineSink | null;
  readonly observer: SegmentObserver | null;
  readonly watcher: FrameWatcher | null;
  readonly onTick: () => void;
}

/** A live capture being analysed, from its first octet to its last. */
export class LiveRun implements FrameSink {
  readonly #options: LiveRunOptions;
  readonly #source: LiveSource;
  readonly #state = new CaptureState();
  readonly #analysis: Analysis;
  readonly #maxFrames: number;
  #interface: CaptureInterface | null = null;
  #isStopping = false;
  #isAbandoned = false;
  #framesAtTick = 0;
  #ticks = 0;
  #hasBegun = false;
  /** True when what came was no capture: nothing was read. */
  isRefused = false;

  constructor(source: LiveSource, options: LiveRunOptions) {
    this.#source = source;
    this.#options = options;
    this.#maxFrames = options.maxFrames ?? Number.POSITIVE_INFINITY;
    const { device, lingerAfterRstNs, sink, timeline, observer } = options;
    const { timestampSource, clockErrorNs } = source;
    const analysisOptions = {
      clock: this.#state.clock,
      fileOf: () => device,
      files: () => [device],
      frames: () => Math.min(this.#state.frames, this.#maxFrames),
      patience: 0,
      live: { timestampSource, clockErrorNs, lingerAfterRstNs },
    };
    this.#analysis = new Analysis(analysisOptions, sink, timeline, observer);
  }

  /** Reads until the capture ends. Faults of the stream become warnings. */
  async run(): Promise<AnalysisSummary> {
    const pace = new Pace(
      () => this.#isAbandoned,
      () => {},
    );
    const clock = setInterval(() => this.#tick(), TICK_MS);
    try {
      await readSource(this.#options.device, this.#octets(), this, this.#state, pace);
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'CaptureInputError') throw error;
      // Why nothing came at all, the end of the process tells.
      if (this.#hasBegun) this.#refuse();
    } finally {
      clearInterval(clock);
    }
    if (!this.#isStopping) this.#expectEnd();
    const end = await this.#source.ended;
    this.#updateDrops();
    if (end !== null && !this.#isStopping && !this.isRefused) this.#noteEnd(end.clause);
    return this.#analysis.end();
  }

  /** Ends the capture; `run` resolves soon after. */
  stop(): void {
    if (this.#isStopping) return;
    this.#isStopping = true;
    this.#source.stop();
    setTimeout(() => this.#abandon(), MAX_STOPPING_MS).unref();
  }

  overview(): CaptureOverview {
    this.#updateDrops();
    return this.#analysis.overview();
  }

  get openConnections(): number {
    return this.#analysis.openConnections;
  }

  frame(frame: Frame): void {
    if (frame.frameNumber > this.#maxFrames) {
      this.stop();
      return;
    }
    this.#analysis.frame(frame);
    this.#options.watcher?.frame(frame);
  }

  interfaceFound(found: CaptureInterface): void {
    this.#interface = found;
    this.#analysis.interfaceFound(found);
  }

  /** That the last record is not whole says no more than that the capture process ended, which is said anyway. */
  warning(warning: CaptureWarning): void {
    if (warning.kind !== 'cut-record') this.#analysis.warning(warning);
  }

  #tick(): void {
    if (this.#ticks++ % DROPS_EVERY === 0) this.#source.askForDrops();
    this.#updateDrops();
    // Frames carry the time with them; ahead of those still on their way nothing may expire.
    if (this.#state.frames === this.#framesAtTick && this.#state.isClockSet) {
      const nowNs = (Date.now() - TICK_LAG_MS) * NS_PER_MS - Number(this.#state.clock.epochNs);
      this.#analysis.tick(nowNs);
    }
    this.#framesAtTick = this.#state.frames;
    this.#options.onTick();
  }

  #updateDrops(): void {
    if (this.#interface !== null && this.#source.drops !== null) this.#interface.dropped = this.#source.drops;
  }

  /** The stream is over, and the process that wrote it should be. */
  #expectEnd(): void {
    setTimeout(() => this.#abandon(), MAX_STOPPING_MS).unref();
  }

  #abandon(): void {
    this.#isAbandoned = true;
    this.#source.abandon();
  }

  /** Those of the source, of which it is noted that they come. */
  #octets(): ByteSource {
    const { octets } = this.#source;
    return {
      totalLen: octets.totalLen,
      read: async (into) => {
        const len = await octets.read(into);
        if (len > 0) this.#hasBegun = true;
        return len;
      },
      rewind: () => octets.rewind(),
      close: () => octets.close(),
    };
  }

  /** Who writes something else may go on for ever, or wait for ever to be read. */
  #refuse(): void {
    this.isRefused = true;
    this.#note(
      `The capture process (${this.#source.provider}) writes what is no capture: nothing can be read.`,
    );
    this.#abandon();
  }

  #noteEnd(clause: string): void {
    this.#note(`The capture process ${clause}: the results are those up to then.`);
  }

  #note(text: string): void {
    const frameNumber = this.#state.frames === 0 ? null : this.#state.frames;
    this.#analysis.warning({ kind: 'capture-ended', text, file: null, byteOffset: null, frameNumber });
  }
}
