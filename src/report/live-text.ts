import { escapeText } from '../bytes/escape-text.ts';
import type { AnalysisSummary, CaptureOverview } from '../model/analysis.ts';
import type { JudgedConnection } from '../model/verdict.ts';
import { killerOf } from './exchange-record.ts';
import { overviewText } from './overview-text.ts';
import type { Palette } from './palette.ts';
import type { Report } from './report.ts';
import { Tally } from './tally.ts';
import type { TextOptions } from './text-options.ts';
import { type TimeBase, utcTimeOfDay } from './wall-time.ts';
import { culpritWords, endpointText, isBadEnd, needsALook, POSITION_WORDS } from './words.ts';

/** Milliseconds: enough to find one's place in a log. */
const TIME_DIGITS = 3;

/** A line for each connection as it ends, and the overview at last: for pipes, logs and terminals that scroll. */
export class LiveTextReport implements Report {
  readonly #write: (chunk: string) => void;
  readonly #options: TextOptions;
  readonly #tally = new Tally();

  constructor(write: (chunk: string) => void, options: TextOptions) {
    this.#write = write;
    this.#options = options;
  }

  connection(judged: JudgedConnection, isSelected: boolean, overview: CaptureOverview): void {
    this.#tally.add(judged);
    const { isAll, isQuiet, selection, palette } = this.#options;
    if (!isSelected || isQuiet) return;
    if (isAll || selection !== null || isBadEnd(judged.verdict))
      this.#write(`${verdictLine(judged, overview, palette)}\n`);
  }

  uneventful(): void {
    this.#tally.addUneventful();
  }

  end(summary: AnalysisSummary): void {
    const lines = overviewText(summary, this.#tally, this.#options);
    this.#write(`${lines.join('\n')}\n`);
  }
}

/** `01:02:03.456 ! server (likely), in the response body; 10.0.0.1:40000 → 10.0.0.2:80: The server hung up …` */
export function verdictLine(judged: JudgedConnection, base: TimeBase, palette: Palette): string {
  const { facts, verdict } = judged;
  const time = endTimeOf(judged, base);
  const mark = needsALook(judged) ? palette.bad('!') : ' ';
  const who = palette.title(culpritWords(verdict));
  const client = endpointText(facts.client.ip, facts.client.port);
  const server = endpointText(facts.server.ip, facts.server.port);
  const peers = palette.faint(`${client} → ${server}`);
  return `${time} ${mark} ${who}, ${POSITION_WORDS[verdict.position]}; ${peers}: ${escapeText(verdict.headline)}`;
}

/** When it ended, UTC: the close that the verdict names, else the last frame. */
export function endTimeOf(judged: JudgedConnection, base: TimeBase): string {
  return utcTimeOfDay(base, killerOf(judged)?.timeNs ?? judged.facts.endNs, TIME_DIGITS);
}
