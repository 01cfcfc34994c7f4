import { counted, thousands } from './bytes/number-text.ts';
import type { AnalysisSummary, CaptureOverview } from './model/analysis.ts';
import type { LoneSyn } from './model/lone-syn.ts';
import type { CompletedResponse } from './model/responses.ts';
import type { ClosedBy, Group, JudgedConnection, Outcome, Position } from './model/verdict.ts';
import { Patterns } from './patterns/patterns.ts';
import { durationText, percentText } from './report/quantity.ts';
import { utcTimeOfDay } from './report/wall-time.ts';
import { needsALook } from './report/words.ts';

/** Counts verdicts as they come; keeps none of them, and of patterns only counts within bounds. */
export class Summary {
  #connections = 0;
  #undetermined = 0;
  #harmless = 0;
  #exchanges = 0;
  readonly #byOutcome: Record<Outcome, number> = {
    clean: 0,
    aborted: 0,
    truncated: 0,
    refused: 0,
    'timed-out': 0,
    open: 0,
    scan: 0,
  };
  readonly #byGroup: Record<Group, number> = { 'client-abort': 0, intermediary: 0, server: 0 };
  readonly #byClosedBy: Record<ClosedBy, number> = {
    client: 0,
    server: 0,
    intermediary: 0,
    both: 0,
    none: 0,
  };
  readonly #patterns = new Patterns({
    counted,
    thousands,
    duration: durationText,
    percent: percentText,
    timeOfDay: (capture, ns) => utcTimeOfDay(capture, ns, 0),
  });
  readonly #byPosition: Partial<Record<Position, number>> = {};

  add(judged: JudgedConnection): void {
    this.#patterns.add(judged, needsALook(judged));
    this.#count(judged);
  }

  /** One more connection with the verdict of `judged`: all that was seen of either is a SYN. */
  addAlike(judged: JudgedConnection, syn: LoneSyn): void {
    this.#patterns.addAlike(judged, syn, needsALook(judged));
    this.#count(judged);
  }

  #count({ facts, verdict }: JudgedConnection): void {
    this.#connections++;
    this.#byOutcome[verdict.outcome]++;
    this.#exchanges += facts.app.requestsBegun;
    if (verdict.isHarmless && verdict.outcome !== 'clean' && verdict.outcome !== 'open') this.#harmless++;
    if (verdict.group === null) return;
    this.#byGroup[verdict.group]++;
    this.#byClosedBy[verdict.closedBy]++;
    this.#byPosition[verdict.position] = (this.#byPosition[verdict.position] ?? 0) + 1;
    if (verdict.certainty === 'undetermined') this.#undetermined++;
  }

  /** A response was completed; `networkHash` tells its client's network (bytes/ip-network.ts). */
  complete(response: CompletedResponse, startNs: number, idleNs: number, networkHash: number): void {
    this.#patterns.complete(response, startNs, idleNs, networkHash);
  }

  /** A connection that ended with both FINs and every request answered. */
  addUneventful(requests: number): void {
    this.#connections++;
    this.#byOutcome.clean++;
    this.#exchanges += requests;
  }

  result(capture: CaptureOverview): AnalysisSummary {
    return {
      connections: this.#connections,
      byOutcome: this.#byOutcome,
      byGroup: this.#byGroup,
      undetermined: this.#undetermined,
      byPosition: this.#byPosition,
      byClosedBy: this.#byClosedBy,
      harmless: this.#harmless,
      exchanges: this.#exchanges,
      ...this.#patterns.result(capture),
      capture,
    };
  }
}
