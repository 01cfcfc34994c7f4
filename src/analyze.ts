import { Conditions } from './conditions/conditions.ts';
import { Following } from './following.ts';
import { Judging } from './judging.ts';
import type { AnalysisSink, AnalysisSummary, CaptureOverview } from './model/analysis.ts';
import type { ConnectionFacts } from './model/facts.ts';
import type { CaptureClock, CaptureInterface, CaptureWarning, Frame, FrameSink } from './model/frame.ts';
import type { SegmentObserver } from './model/observer.ts';
import type { Witness } from './model/pair.ts';
import type { TimelineSink } from './model/timeline.ts';
import type { Verdict } from './model/verdict.ts';
import type { TcpTiming } from './tcp/boundary.ts';

export interface AnalysisOptions {
  /** Set by the capture readers; times of the facts count from it. */
  readonly clock: CaptureClock;
  /** Name of the file that a frame lies in. */
  fileOf(frameNumber: number): string;
  files(): readonly string[];
  /** Frames numbered so far: as in Wireshark, a few pcapng blocks without a packet have a number too. */
  frames(): number;
  /**
   * Connections that did not end well wait for the rest of the capture to be read, at most this many at a time: what
   * other connections show (where the capture was taken, how a host's TTL usually is) makes their verdicts better.
   * 0 for live use.
   */
  readonly patience: number;
  /** Of a live capture; without it the capture is a file. */
  readonly live?: LiveTiming;
  /** Also finds out under which conditions connections ran. Then every connection gets facts and a verdict. */
  readonly wantsConditions?: boolean;
}

export interface LiveTiming extends TcpTiming {
  readonly timestampSource: 'kernel' | 'userspace';
}

/** The wiring: frames → facts ({@link Following}) → verdicts ({@link Judging}), both in this thread. */
export class Analysis implements FrameSink {
  readonly #following: Following;
  readonly #judging: Judging;

  constructor(
    options: AnalysisOptions,
    sink: AnalysisSink,
    timeline: TimelineSink | null = null,
    observer: SegmentObserver | null = null,
  ) {
    const conditions = options.wantsConditions === true ? new Conditions() : null;
    const judging = new Judging(
      options,
      timeline === null ? sink : { connection: sink.connection.bind(sink) },
      () => this.#following,
      conditions,
    );
    const frames = (): number => options.frames();
    const surroundings = { frames, timing: options.live, timeline, observer, conditions };
    this.#judging = judging;
    this.#following = new Following(surroundings, judging);
  }

  frame(frame: Frame): void {
    this.#following.frame(frame);
  }

  /** Time goes on although no frame comes: connections that linger or idle are reported. Counts as the frames' times do. */
  tick(nowNs: number): void {
    this.#following.tick(nowNs);
  }

  /** Connections followed now, those that have ended and may yet show why included. */
  get openConnections(): number {
    return this.#following.openConnections;
  }

  interfaceFound(found: CaptureInterface): void {
    this.#following.interfaceFound(found);
    this.#judging.interfaceFound(found);
  }

  warning(warning: CaptureWarning): void {
    this.#judging.warning(warning);
  }

  /** What is known of the capture so far. */
  overview(): CaptureOverview {
    return this.#judging.overview();
  }

  /** The capture is over: reports what is left and sums up. */
  end(): AnalysisSummary {
    this.#following.end();
    return this.#judging.end(this.#following.limitHits);
  }

  /** The verdict with all that the capture has shown by now, and with what another capture says about it. */
  judgeAgain(facts: ConnectionFacts, witness: Witness | null): Verdict {
    return this.#judging.judgeAgain(facts, witness);
  }
}
