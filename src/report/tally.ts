import type { Group, JudgedConnection, Outcome, Position } from '../model/verdict.ts';
import { isBadEnd, isTooLate, needsALook } from './words.ts';

/** Counts of one line of the summary: connections that share a culprit, or an outcome without one. */
export interface TallyLine {
  count: number;
  harmless: number;
  undetermined: number;
  /** Ended well, but with a request that came too late. */
  tooLate: number;
  /** Of which only one direction was captured. */
  oneDirection: number;
  readonly positions: Map<Position, number>;
}

export type TallyKey = Group | Outcome;

/** Whose doing it was; or that of nobody, as far as can be told; or nobody's, but a request ran into the end. */
export type Culprit = Group | 'nobody' | 'too-late';

/** What happened, counted as the connections come. The text report prints it; the record has AnalysisSummary. */
export class Tally {
  readonly lines = new Map<TallyKey, TallyLine>();
  connections = 0;
  /** Ended badly, harmless or not. */
  bad = 0;
  /** Ended badly and may need somebody to act. */
  look = 0;
  readonly lookBy = new Map<Culprit, number>();
  lookUndetermined = 0;
  /** Closed without a sign of trouble, but only one direction was captured: how the answers ended does not show. */
  oneDirection = 0;

  /** `times` connections with the verdict of `judged`. */
  add(judged: JudgedConnection, times = 1): void {
    const { verdict, facts } = judged;
    this.connections += times;
    const line = this.#line(verdict.group ?? verdict.outcome);
    line.count += times;
    line.positions.set(verdict.position, (line.positions.get(verdict.position) ?? 0) + times);
    if (verdict.outcome === 'clean' && (facts.client.segments === 0 || facts.server.segments === 0)) {
      this.oneDirection += times;
      line.oneDirection += times;
    }
    if (!isBadEnd(verdict)) return;
    this.bad += times;
    if (isTooLate(verdict)) line.tooLate += times;
    if (verdict.isHarmless) line.harmless += times;
    if (verdict.certainty === 'undetermined') line.undetermined += times;
    if (!needsALook(judged)) return;
    this.look += times;
    if (verdict.certainty === 'undetermined') this.lookUndetermined += times;
    const who = verdict.group ?? (isTooLate(verdict) ? 'too-late' : 'nobody');
    this.lookBy.set(who, (this.lookBy.get(who) ?? 0) + times);
  }

  /** One more that ended well, of which nothing else is known. */
  addUneventful(): void {
    this.connections++;
    this.#line('clean').count++;
  }

  count(key: TallyKey): number {
    return this.lines.get(key)?.count ?? 0;
  }

  #line(key: TallyKey): TallyLine {
    let line = this.lines.get(key);
    if (line === undefined) {
      line = { count: 0, harmless: 0, undetermined: 0, tooLate: 0, oneDirection: 0, positions: new Map() };
      this.lines.set(key, line);
    }
    return line;
  }
}
