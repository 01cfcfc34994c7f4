import type { AnalysisSummary, CaptureOverview } from '../model/analysis.ts';
import type { JudgedConnection } from '../model/verdict.ts';
import { captureRecord, summaryRecord } from './capture-record.ts';
import type { Sha1 } from './community-id.ts';
import { connectionRecord } from './connection-record.ts';
import { jsonLine } from './json-line.ts';
import type { Report } from './report.ts';

/**
 * Characters of connection records held back so that the capture record, which comes first, can have its final counts.
 * 16 Mi hold some 5,000 connections; a larger capture gets its records as they come and a capture record marked
 * `"complete":false`.
 */
const HOLD_LIMIT = 16 * 1024 * 1024;

/** JSON Lines (docs/json.md): one capture record, the connection records, one summary record. */
export class JsonlReport implements Report {
  readonly #write: (chunk: string) => void;
  readonly #sha1: Sha1;
  readonly #holdLimit: number;
  #held: string[] = [];
  #heldLen = 0;
  #isStreaming = false;
  #selected = 0;

  constructor(write: (chunk: string) => void, sha1: Sha1, holdLimit: number = HOLD_LIMIT) {
    this.#write = write;
    this.#sha1 = sha1;
    this.#holdLimit = holdLimit;
  }

  connection(judged: JudgedConnection, isSelected: boolean, overview: CaptureOverview): void {
    if (!isSelected) return;
    this.#selected++;
    const line = jsonLine(connectionRecord(judged, overview, this.#sha1));
    if (this.#isStreaming) {
      this.#write(line);
      return;
    }
    this.#held.push(line);
    this.#heldLen += line.length;
    if (this.#heldLen > this.#holdLimit) this.#release(overview);
  }

  end(summary: AnalysisSummary): void {
    if (!this.#isStreaming) this.#release(summary.capture);
    this.#write(jsonLine(summaryRecord(summary, this.#selected)));
  }

  #release(overview: CaptureOverview): void {
    this.#write(jsonLine(captureRecord(overview)));
    for (const line of this.#held) this.#write(line);
    this.#held = [];
    this.#isStreaming = true;
  }
}
