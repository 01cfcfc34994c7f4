import type { CaptureOverview } from '../model/analysis.ts';
import type { Explanation, ExplanationSummary } from '../model/explanation.ts';
import { captureRecord } from './capture-record.ts';
import { explanationRecord, explanationSummaryRecord } from './explain-record.ts';
import type { ExplainReport } from './explain-report.ts';
import { jsonLine } from './json-line.ts';

/** JSON Lines (docs/explain.md): the capture record, an explanation record for each line, an explanation-summary record. */
export class ExplainJsonl implements ExplainReport {
  readonly #write: (chunk: string) => void;
  readonly #overview: CaptureOverview;

  constructor(write: (chunk: string) => void, overview: CaptureOverview) {
    this.#write = write;
    this.#overview = overview;
    write(jsonLine(captureRecord(overview)));
  }

  explanation(explanation: Explanation): void {
    this.#write(jsonLine(explanationRecord(explanation, this.#overview)));
  }

  end(summary: ExplanationSummary): void {
    this.#write(jsonLine(explanationSummaryRecord(summary, this.#overview)));
  }
}
