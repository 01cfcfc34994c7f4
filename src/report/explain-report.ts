import type { Explanation, ExplanationSummary } from '../model/explanation.ts';

/** One output format of `explain`: each line with its connection, then what holds for all. */
export interface ExplainReport {
  explanation(explanation: Explanation): void;
  end(summary: ExplanationSummary): void;
}
