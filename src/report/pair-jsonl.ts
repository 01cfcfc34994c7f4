import type { PairConnection, PairSummary } from '../model/pair.ts';
import { captureRecord } from './capture-record.ts';
import type { Sha1 } from './community-id.ts';
import { jsonLine } from './json-line.ts';
import { pairConnectionRecord, pairSummaryRecord } from './pair-record.ts';
import type { PairReport } from './pair-report.ts';
import { PairTally } from './pair-tally.ts';

/** JSON Lines (docs/pair.md): the two capture records, the pair-connection records, one pair-summary record. */
export class PairJsonl implements PairReport {
  readonly #write: (chunk: string) => void;
  readonly #sha1: Sha1;
  readonly #tally = new PairTally();
  #summary: PairSummary | null = null;

  constructor(write: (chunk: string) => void, sha1: Sha1) {
    this.#write = write;
    this.#sha1 = sha1;
  }

  begin(summary: PairSummary): void {
    this.#summary = summary;
    this.#write(jsonLine({ ...captureRecord(summary.a.capture), capture: 'a' }));
    this.#write(jsonLine({ ...captureRecord(summary.b.capture), capture: 'b' }));
  }

  connection(connection: PairConnection, isSelected: boolean): void {
    this.#tally.add(connection, isSelected);
    if (!isSelected || this.#summary === null) return;
    const base = (connection.basis === 'a' ? this.#summary.a : this.#summary.b).capture;
    this.#write(jsonLine(pairConnectionRecord(connection, base, this.#sha1)));
  }

  end(summary: PairSummary): void {
    this.#write(jsonLine(pairSummaryRecord(summary, this.#tally)));
  }
}
