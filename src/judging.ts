import { AlikeSyns } from './alike-syns.ts';
import type { AnalysisOptions } from './analyze.ts';
import type { Conditions } from './conditions/conditions.ts';
import { MissedOctets } from './missed-octets.ts';
import type { AnalysisSink, AnalysisSummary, CaptureOverview } from './model/analysis.ts';
import type { ConnectionFacts } from './model/facts.ts';
import type { FindingSink, FrameCounts, LimitHits } from './model/findings.ts';
import type { CaptureInterface, CaptureWarning } from './model/frame.ts';
import type { LoneSyn } from './model/lone-syn.ts';
import type { Witness } from './model/pair.ts';
import type { CompletedResponse } from './model/responses.ts';
import type { JudgedConnection, Verdict } from './model/verdict.ts';
import { Summary } from './summary.ts';
import { CaptureContextBuilder } from './verdict/capture-context.ts';
import { judge } from './verdict/judge.ts';
import { WEIGHTS_VERSION } from './verdict/weights.ts';

/** Connections reported with one and the same overview. */
const OVERVIEW_USES = 256;

/** The second half of the wiring: facts → verdicts and patterns. All that looks across connections is here. */
export class Judging implements FindingSink {
  readonly #options: AnalysisOptions;
  readonly #sink: AnalysisSink;
  readonly #counts: () => FrameCounts;
  readonly #context: CaptureContextBuilder;
  readonly #summary = new Summary();
  readonly #missed = new MissedOctets();
  readonly #conditions: Conditions | null;
  readonly #waiting: ConnectionFacts[] = [];
  readonly #warnings: CaptureWarning[] = [];
  readonly #interfaces: CaptureInterface[] = [];
  #isComplete = false;
  #overview: CaptureOverview | null = null;
  #overviewAge = 0;
  /** Only there when the sink does not want every connection. */
  readonly uneventful?: (requests: number, id: number) => void;
  readonly #alikeSyns = new AlikeSyns();
  /** Only there when the sink takes connections that are like others. */
  readonly loneSyn?: (syn: LoneSyn) => boolean;

  /** `counts`: where the reading stood when what is being told was found. */
  constructor(
    options: AnalysisOptions,
    sink: AnalysisSink,
    counts: () => FrameCounts,
    conditions: Conditions | null,
  ) {
    this.#options = options;
    this.#sink = sink;
    this.#counts = counts;
    this.#conditions = conditions;
    this.#context = new CaptureContextBuilder(options.live?.clockErrorNs);
    if (sink.uneventful === undefined || conditions !== null) return;
    this.uneventful = (requests, id) => {
      this.#summary.addUneventful(requests);
      this.#sink.uneventful?.(id);
    };
    if (sink.alike !== undefined) this.loneSyn = (syn) => this.#isAlike(syn);
  }

  interfaceFound(found: CaptureInterface): void {
    this.#interfaces.push(found);
  }

  warning(warning: CaptureWarning): void {
    this.#warnings.push(warning);
  }

  connection(facts: ConnectionFacts): void {
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

  complete(response: CompletedResponse, startNs: number, idleNs: number, networkHash: number): void {
    this.#summary.complete(response, startNs, idleNs, networkHash);
  }

  /** What is known of the capture so far. */
  overview(): CaptureOverview {
    const counts = this.#counts();
    const { firstNs, lastNs, drops } = counts;
    return {
      files: this.#options.files(),
      isComplete: this.#isComplete,
      linkTypes: [...new Set(this.#interfaces.map((each) => each.linkType))],
      frames: counts.frames,
      tcpSegments: counts.tcpSegments,
      otherFrames: counts.otherFrames,
      malformedFrames: counts.malformedFrames,
      unsupportedFrames: counts.unsupportedFrames,
      epochNs: this.#options.clock.epochNs,
      digits: this.#options.clock.digits,
      firstNs: Number.isNaN(firstNs) ? null : firstNs,
      lastNs: Number.isNaN(lastNs) ? null : lastNs,
      drops: Number.isNaN(drops) ? null : drops,
      timestampSource: this.#options.live?.timestampSource ?? null,
      clockErrorNs: this.#context.clockErrorNs,
      warnings: this.#warnings,
      vantage: this.#context.vantage,
      weights: WEIGHTS_VERSION,
    };
  }

  /** Every connection has been told: reports what is left and sums up. */
  end(limitHits: LimitHits): AnalysisSummary {
    this.#isComplete = true;
    this.#warnOfLimits(limitHits);
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

  /** Counts a connection that is like one before it. */
  #isAlike(syn: LoneSyn): boolean {
    const judged = this.#alikeSyns.find(syn);
    if (judged === null) return false;
    this.#context.add(judged.facts);
    this.#summary.addAlike(judged, syn);
    // What is known of the capture gets as old between two looks as if each connection were told.
    this.#overviewNow();
    this.#sink.alike?.(judged, syn.id);
    return true;
  }

  #report(facts: ConnectionFacts): void {
    const { drops } = this.#counts();
    this.#context.drops = drops > 0 ? drops : 0;
    const judged: JudgedConnection = {
      file: this.#options.fileOf(facts.firstFrame),
      facts,
      verdict: judge(facts, this.#context),
    };
    this.#alikeSyns.learn(judged);
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

  #warnOfLimits({ holes, connections }: LimitHits): void {
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
