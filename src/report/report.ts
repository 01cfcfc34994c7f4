import type { AnalysisSummary, CaptureOverview } from '../model/analysis.ts';
import type { JudgedConnection } from '../model/verdict.ts';

/** One output format. Gets every connection once, as it ends, and then the summary; writes string chunks. */
export interface Report {
  /** `isSelected`: -Y lets it through. The others only count. */
  connection(judged: JudgedConnection, isSelected: boolean, overview: CaptureOverview): void;
  /** One more connection that ended well, of which nothing else is known; absent when a report needs every one. */
  uneventful?(): void;
  /** One more connection like `judged`; see AnalysisSink. Absent when a report needs every one. */
  alike?(judged: JudgedConnection, id: number): void;
  end(summary: AnalysisSummary): void;
}
