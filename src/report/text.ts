import { escapeText } from '../bytes/escape-text.ts';
import { counted, thousands } from '../bytes/number-text.ts';
import type { AnalysisSummary, CaptureOverview } from '../model/analysis.ts';
import type { JudgedConnection } from '../model/verdict.ts';
import { findingTable } from './finding-table.ts';
import { Findings } from './findings.ts';
import { wrap } from './layout.ts';
import { overviewText } from './overview-text.ts';
import type { Report } from './report.ts';
import { Tally } from './tally.ts';
import type { TextOptions } from './text-options.ts';
import { isBadEnd } from './words.ts';

/** Entries of the table without --all: about two screens. */
const MAX_ENTRIES = 20;

/** The report for a person: is it worth worrying, what was read, what happened, and what did not end well. */
export class TextReport implements Report {
  readonly #write: (chunk: string) => void;
  readonly #options: TextOptions;
  readonly #tally = new Tally();
  readonly #findings: Findings;
  #selected = 0;
  /** Connections like this one that are not in the tally yet. */
  #alikeTo: JudgedConnection | null = null;
  #alikeCount = 0;
  /** Each by itself is wanted with --all. */
  readonly alike?: (judged: JudgedConnection, id: number) => void;

  constructor(write: (chunk: string) => void, options: TextOptions) {
    this.#write = write;
    this.#options = options;
    this.#findings = new Findings(options.isAll);
    if (options.isAll) return;
    this.alike = (judged, id) => {
      if (judged !== this.#alikeTo) this.#tallyAlike(judged);
      this.#alikeCount++;
      this.#selected++;
      if (isBadEnd(judged.verdict)) this.#findings.add(judged, id);
    };
  }

  connection(judged: JudgedConnection, isSelected: boolean, _overview: CaptureOverview): void {
    this.#tally.add(judged);
    if (!isSelected) return;
    this.#selected++;
    // Who selects connections wants to see them, however they ended.
    if (isBadEnd(judged.verdict) || this.#options.selection !== null) this.#findings.add(judged);
  }

  /** Those counted as like one before; from now on they are like `next`. */
  #tallyAlike(next: JudgedConnection | null): void {
    if (this.#alikeTo !== null) this.#tally.add(this.#alikeTo, this.#alikeCount);
    this.#alikeTo = next;
    this.#alikeCount = 0;
  }

  uneventful(): void {
    this.#tally.addUneventful();
  }

  end(summary: AnalysisSummary): void {
    this.#tallyAlike(null);
    this.#writeLines(overviewText(summary, this.#tally, this.#options));
    const { selection, width, isQuiet } = this.#options;
    if (selection !== null) {
      const matching = `${thousands(this.#selected)} of ${counted(this.#tally.connections, 'connection')}`;
      this.#writeLines(['', ...wrap(`Selected by -Y '${escapeText(selection)}': ${matching}`, width)]);
    }
    if (!isQuiet) this.#writeFindings(summary);
  }

  #writeFindings(summary: AnalysisSummary): void {
    const { isAll, width, verbosity, palette } = this.#options;
    const findings = this.#findings.sorted();
    if (findings.length === 0) return;
    const shown = isAll ? findings : findings.slice(0, MAX_ENTRIES);
    this.#writeLines(['', ...findingTable(shown, summary.capture, this.#options)]);
    const hidden = findings
      .slice(shown.length)
      .reduce((sum, { count }) => sum + count, this.#findings.leftOut);
    const lines: string[] = [];
    if (hidden > 0) {
      const how = isAll ? '--format jsonl' : '--all or --format jsonl';
      lines.push(...wrap(`… and ${thousands(hidden)} more: use ${how}`, width));
    }
    if (verbosity === 0)
      lines.push(...wrap('! = deserves a look. Evidence and Wireshark filters: -v', width));
    this.#writeLines(lines.length > 0 ? ['', ...lines.map((line) => palette.faint(line))] : []);
  }

  #writeLines(lines: readonly string[]): void {
    for (const line of lines) this.#write(`${line}\n`);
  }
}
