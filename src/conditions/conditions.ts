import type { AnalysisSummary } from '../model/analysis.ts';
import type { Checklist, ConnectionConditions } from '../model/conditions.ts';
import type { ConnectionFacts } from '../model/facts.ts';
import type { SegmentObserver } from '../model/observer.ts';
import type { StreamSink } from '../model/stream.ts';
import type { JudgedConnection } from '../model/verdict.ts';
import { harmlessAnswer, whereAnswer, whoAnswer } from './answers/ends.ts';
import { inFlightAnswer } from './answers/in-flight.ts';
import { bufferingAnswer, tinyAnswer } from './answers/pace.ts';
import { httpAwareAnswer, networkAnswer, optimisationsAnswer, osAnswer } from './answers/path.ts';
import { overfullAnswer } from './answers/pipe.ts';
import { BusyStreams } from './busy-streams.ts';
import { CaptureTally } from './capture-tally.ts';
import { connectionConditions } from './connection-conditions.ts';
import { SegmentMeter } from './segment-meter.ts';

/**
 * Under which conditions connections ran. Costs nothing unless somebody asks for it: it looks at segments as an
 * observer and at streams as a stage in front of the application stage, and both are only attached then.
 */
export class Conditions {
  #streams: BusyStreams | null = null;
  readonly #meter: SegmentMeter;
  readonly #tally = new CaptureTally();
  /** Of connections that are over and wait for their verdict. */
  readonly #waiting = new Map<number, ConnectionConditions>();

  constructor() {
    this.#meter = new SegmentMeter({
      count: () => this.#streams?.busy ?? 0,
      isBusy: (id) => this.#streams?.isBusy(id) ?? false,
      drop: (id) => this.#streams?.drop(id),
    });
  }

  get observer(): SegmentObserver {
    return this.#meter;
  }

  /** The application stage with a count of busy connections in front. */
  watch(streams: StreamSink, idOf: (row: number) => number): StreamSink {
    this.#streams = new BusyStreams(streams, idOf);
    return this.#streams;
  }

  /** The connection is over; its verdict may take a while. */
  finish(facts: ConnectionFacts): void {
    const meter = this.#meter.take(facts.id);
    if (meter !== null) this.#waiting.set(facts.id, connectionConditions(facts, meter));
  }

  /** The conditions of a judged connection, which are counted with its verdict; null when it was not measured. */
  complete(judged: JudgedConnection): ConnectionConditions | null {
    const { id } = judged.facts;
    const conditions = this.#waiting.get(id) ?? null;
    this.#waiting.delete(id);
    this.#tally.add(judged, conditions);
    return conditions;
  }

  /** The user's questions, in their order. */
  checklist(summary: AnalysisSummary): Checklist {
    const tally = this.#tally;
    const peaks = { open: this.#meter.peakOpen, busy: this.#streams?.peak ?? 0 };
    return {
      answers: [
        whoAnswer(tally),
        whereAnswer(tally, summary),
        osAnswer(tally),
        networkAnswer(tally, summary),
        optimisationsAnswer(tally),
        httpAwareAnswer(tally),
        overfullAnswer(tally),
        inFlightAnswer(tally, peaks),
        tinyAnswer(tally),
        bufferingAnswer(tally, summary),
        harmlessAnswer(tally),
      ],
      connections: tally.connections,
      unmeasured: this.#meter.unmeasured,
    };
  }
}
