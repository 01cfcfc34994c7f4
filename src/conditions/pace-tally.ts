import type { PaceConditions } from '../model/conditions.ts';
import { Census } from './census.ts';
import { Distribution } from './distribution.ts';

/** At what pace the servers of a capture answered. Sums over all answers. */
export class PaceTally {
  answers = 0;
  segments = 0;
  bytes = 0;
  writes = 0;
  smallSegments = 0;
  tinyAnswers = 0;
  readonly tiny = new Census();
  readonly stalled = new Census();
  stalls = 0;
  stallNs = 0;
  thinkNs = 0;
  readonly longestThink = new Distribution();
  spreadNs = 0;
  serverGapNs = 0;
  networkNs = 0;
  tinyNetworkNs = 0;
  windowNs = 0;
  lossNs = 0;
  /** The answer with most small segments, and its connection. */
  worst: PaceConditions | null = null;
  worstId = -1;
  /** Connections that waited longest for the server's next piece, and by how much. */
  readonly gaps = new Distribution();
  /** Of connections whose response was cut. */
  cutSpreadNs = 0;
  cutAvoidableNs = 0;

  add(id: number, pace: PaceConditions, isCut: boolean): void {
    if (pace.answers === 0) return;
    this.answers += pace.answers;
    this.segments += pace.segments;
    this.bytes += pace.bytes;
    this.writes += pace.writes;
    this.smallSegments += pace.smallSegments;
    this.tinyAnswers += pace.tinyAnswers;
    if (pace.tinyAnswers > 0) {
      this.tiny.add('answers in tiny segments', id, [pace.worstFrame]);
      if (pace.worstSegments > (this.worst?.worstSegments ?? 0)) {
        this.worst = pace;
        this.worstId = id;
      }
    }
    this.stalls += pace.stalls;
    this.stallNs += pace.stallNs;
    if (pace.stalls > 0)
      this.stalled.add('small segments that waited for a delayed ACK', id, [pace.stallFrame]);
    this.thinkNs += pace.thinkNs;
    this.longestThink.add(pace.longestThinkNs, id);
    this.spreadNs += pace.spreadNs;
    this.serverGapNs += pace.serverGapNs;
    this.networkNs += pace.networkNs;
    this.tinyNetworkNs += pace.tinyNetworkNs;
    this.windowNs += pace.windowNs;
    this.lossNs += pace.lossNs;
    if (pace.serverGapNs > 0) this.gaps.add(pace.serverGapNs, id);
    if (!isCut) return;
    this.cutSpreadNs += pace.spreadNs;
    this.cutAvoidableNs += avoidableNs(pace);
  }
}

/** Time inside answers that would not have been, had the server sent each in one go. */
export function avoidableNs({
  serverGapNs,
  stallNs,
  tinyNetworkNs,
}: Pick<PaceConditions, 'serverGapNs' | 'stallNs' | 'tinyNetworkNs'>): number {
  return serverGapNs + stallNs + tinyNetworkNs;
}
