import { ApplicationStage } from './app/application-stage.ts';
import { AddressBook } from './bytes/address-book.ts';
import { escapeText } from './bytes/escape-text.ts';
import { networkHash, networkHashOfIpv4 } from './bytes/ip-network.ts';
import { Conditions } from './conditions/conditions.ts';
import { FrameDecoder } from './decode/frame-decoder.ts';
import { MissedOctets } from './missed-octets.ts';
import type { AnalysisSink, AnalysisSummary, CaptureOverview } from './model/analysis.ts';
import type { ConnectionFacts } from './model/facts.ts';
import type { CaptureClock, CaptureInterface, CaptureWarning, Frame, FrameSink } from './model/frame.ts';
import type { SegmentObserver } from './model/observer.ts';
import type { Witness } from './model/pair.ts';
import type { CompletedResponse } from './model/responses.ts';
import { DECODED_ICMP_ERROR, DECODED_MALFORMED, DECODED_TCP, DECODED_UNSUPPORTED } from './model/segment.ts';
import type { TimelineSink } from './model/timeline.ts';
import type { JudgedConnection, Verdict } from './model/verdict.ts';
import { Summary } from './summary.ts';
import type { TcpTiming } from './tcp/boundary.ts';
import { TcpStage } from './tcp/tcp-stage.ts';
import { CaptureContextBuilder } from './verdict/capture-context.ts';
import { judge } from './verdict/judge.ts';
import { WEIGHTS_VERSION } from './verdict/weights.ts';

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

/** Connections reported with one and the same overview. */
const OVERVIEW_USES = 256;

/**
 * The wiring: frames → decoded segments → connections and streams → application state → facts → verdicts. The only
 * file that knows all stages.
 */
export class Analysis implements FrameSink {
  readonly #options: AnalysisOptions;
  readonly #sink: AnalysisSink;
  readonly #addresses = new AddressBook();
  readonly #decoder = new FrameDecoder(this.#addresses);
  readonly #tcp: TcpStage;
  readonly #context: CaptureContextBuilder;
  readonly #summary = new Summary();
  readonly #missed = new MissedOctets();
  readonly #addressOctets = new Uint8Array(16);
  readonly #conditions: Conditions | null;
  readonly #waiting: ConnectionFacts[] = [];
  readonly #warnings: CaptureWarning[] = [];
  readonly #interfaces: CaptureInterface[] = [];
  #other = 0;
  #malformed = 0;
  #unsupported = 0;
  #firstNs: number | null = null;
  /** NaN before the first frame: a plain float is stored without making an object. */
  #lastNs = Number.NaN;
  #isComplete = false;
  #overview: CaptureOverview | null = null;
  #overviewAge = 0;

  constructor(
    options: AnalysisOptions,
    sink: AnalysisSink,
    timeline: TimelineSink | null = null,
    observer: SegmentObserver | null = null,
  ) {
    this.#options = options;
    this.#sink = sink;
    this.#context = new CaptureContextBuilder(options.live?.clockErrorNs);
    this.#conditions = options.wantsConditions === true ? new Conditions() : null;
    const streams = new ApplicationStage(
      timeline === null
        ? null
        : {
            landmark: (half, frame, text) => {
              const id = this.#tcp.idOf(half >> 1);
              if (timeline.wants(id)) timeline.landmark(id, { frame, half: half & 1, text });
            },
            exchange: (half, exchange) => timeline.exchange?.(this.#tcp.idOf(half >> 1), exchange),
          },
      { complete: (half, response, idleNs) => this.#complete(half, response, idleNs) },
    );
    const connection = (facts: ConnectionFacts): void => this.#finished(facts);
    const uneventful = (requests: number, id: number): void => this.#uneventful(requests, id);
    const wantsEvery = sink.uneventful === undefined || timeline !== null || this.#conditions !== null;
    const words = {
      escapeText,
      formatAddress: (address: number, isIpv6: boolean) => this.#addresses.format(address, isIpv6 ? 6 : 4),
      retainAddress: (address: number) => this.#addresses.retain(address),
      releaseAddress: (address: number) => this.#addresses.release(address),
      foldAddress: (address: number) => this.#addresses.fold(address),
    };
    const ends = wantsEvery ? { connection } : { connection, uneventful };
    this.#tcp = new TcpStage(
      this.#conditions?.watch(streams, (row) => this.#tcp.idOf(row)) ?? streams,
      ends,
      timeline,
      words,
      this.#conditions?.observer ?? observer,
      options.live,
    );
  }

  frame(frame: Frame): void {
    if (this.#firstNs === null) this.#firstNs = frame.timeNs;
    this.#lastNs = frame.timeNs;
    const result = this.#decoder.decode(frame);
    if (result === DECODED_TCP) this.#tcp.push(this.#decoder.segment);
    else if (result === DECODED_ICMP_ERROR) {
      this.#other++;
      this.#tcp.pushIcmpError(this.#decoder.segment);
    } else if (result === DECODED_MALFORMED) this.#malformed++;
    else if (result === DECODED_UNSUPPORTED) this.#unsupported++;
    else this.#other++;
  }

  /** Time goes on although no frame comes: connections that linger or idle are reported. Counts as the frames' times do. */
  tick(nowNs: number): void {
    // NaN when no frame has set the clock.
    if (!(nowNs > this.#lastNs)) return;
    this.#tcp.tick(nowNs);
  }

  /** Connections followed now, those that have ended and may yet show why included. */
  get openConnections(): number {
    return this.#tcp.openConnections;
  }

  interfaceFound(found: CaptureInterface): void {
    this.#interfaces.push(found);
  }

  warning(warning: CaptureWarning): void {
    this.#warnings.push(warning);
  }

  /** What is known of the capture so far. */
  overview(): CaptureOverview {
    const context = this.#context;
    return {
      files: this.#options.files(),
      isComplete: this.#isComplete,
      linkTypes: [...new Set(this.#interfaces.map((each) => each.linkType))],
      frames: this.#options.frames(),
      tcpSegments: this.#tcp.segments,
      otherFrames: this.#other,
      malformedFrames: this.#malformed,
      unsupportedFrames: this.#unsupported,
      epochNs: this.#options.clock.epochNs,
      digits: this.#options.clock.digits,
      firstNs: this.#firstNs,
      lastNs: Number.isNaN(this.#lastNs) ? null : this.#lastNs,
      drops: this.#drops(),
      timestampSource: this.#options.live?.timestampSource ?? null,
      clockErrorNs: this.#context.clockErrorNs,
      warnings: this.#warnings,
      vantage: context.vantage,
      weights: WEIGHTS_VERSION,
    };
  }

  /** The capture is over: reports what is left and sums up. */
  end(): AnalysisSummary {
    this.#tcp.end();
    this.#isComplete = true;
    this.#warnOfLimits();
    const missed = this.#missed.warning();
    if (missed !== null) this.#warnings.push(missed);
    for (const facts of this.#waiting.splice(0)) this.#report(facts);
    const summary = this.#summary.result(this.overview());
    return this.#conditions === null
      ? summary
      : { ...summary, checklist: this.#conditions.checklist(summary) };
  }

  /** The verdict with all that the capture has shown by now, and with what another capture says about it. */
  judgeAgain(facts: ConnectionFacts, witness: Witness | null): Verdict {
    return judge(facts, this.#context, witness);
  }

  #finished(facts: ConnectionFacts): void {
    this.#context.add(facts);
    this.#missed.add(facts);
    this.#conditions?.finish(facts);
    if (this.#options.patience === 0 || facts.closes.every((close) => close.kind === 'FIN')) {
      this.#report(facts);
      return;
    }
    this.#waiting.push(facts);
    if (this.#waiting.length > this.#options.patience) this.#report(this.#waiting.shift()!);
  }

  #uneventful(requests: number, id: number): void {
    this.#summary.addUneventful(requests);
    this.#sink.uneventful?.(id);
  }

  #complete(half: number, response: CompletedResponse, idleNs: number): void {
    const { startNs, clientAddress, isIpv6 } = this.#tcp.behind(half);
    const network = isIpv6 ? this.#networkOfIpv6(clientAddress) : networkHashOfIpv4(clientAddress);
    this.#summary.complete(response, startNs, idleNs, network);
  }

  #networkOfIpv6(address: number): number {
    const octets = this.#addressOctets;
    return networkHash(octets, this.#addresses.copyOctets(address, 6, octets));
  }

  #report(facts: ConnectionFacts): void {
    this.#context.drops = this.#drops() ?? 0;
    const judged: JudgedConnection = {
      file: this.#options.fileOf(facts.firstFrame),
      facts,
      verdict: judge(facts, this.#context),
    };
    this.#summary.add(judged);
    const conditions = this.#conditions?.complete(judged) ?? null;
    this.#sink.connection(conditions === null ? judged : { ...judged, conditions }, this.#overviewNow());
  }

  /** Made anew only now and then: a report needs the clock of each connection, and the counts of hardly any. */
  #overviewNow(): CaptureOverview {
    if (this.#overview === null || this.#overviewAge++ >= OVERVIEW_USES) {
      this.#overview = this.overview();
      this.#overviewAge = 0;
    }
    return this.#overview;
  }

  #drops(): number | null {
    let sum: number | null = null;
    for (const { dropped } of this.#interfaces) if (dropped !== null) sum = (sum ?? 0) + dropped;
    return sum;
  }

  #warnOfLimits(): void {
    const { holes, connections } = this.#tcp.limitHits;
    if (holes > 0) {
      this.#addWarning('reassembly-limit', `Gave up ${holes} holes in streams early, to stay within memory.`);
    }
    if (connections > 0) {
      this.#addWarning(
        'connection-limit',
        `More connections were open at once than are followed; ${connections} were judged by what had been seen of them.`,
      );
    }
  }

  #addWarning(kind: string, text: string): void {
    this.#warnings.push({ kind, text, file: null, byteOffset: null, frameNumber: null });
  }
}
