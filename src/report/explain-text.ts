import { escapeText } from '../bytes/escape-text.ts';
import { counted, thousands } from '../bytes/number-text.ts';
import type { CaptureOverview } from '../model/analysis.ts';
import type {
  Explanation,
  ExplanationSummary,
  JoinCertainty,
  LogClock,
  SeenConnection,
} from '../model/explanation.ts';
import type { ExplainReport } from './explain-report.ts';
import { shorten, wrap } from './layout.ts';
import { durationText, percentText } from './quantity.ts';
import type { TextOptions } from './text-options.ts';
import { utcTimeOfDay } from './wall-time.ts';
import { endpointText } from './words.ts';

/** Lines explained without --all: about two screens. */
const MAX_ENTRIES = 12;
/** Ends without a line, likewise. */
const MAX_UNMENTIONED = 10;
/** Columns of a log line that are shown; with --all or -v it is shown whole. */
const MAX_LINE_COLUMNS = 4;
const INDENT = '  ';
const TIME_DIGITS = 3;

/** The report for a person: each line, what is behind it and what to do; then counts and clocks. */
export class ExplainText implements ExplainReport {
  readonly #write: (chunk: string) => void;
  readonly #overview: CaptureOverview;
  readonly #options: TextOptions;
  #shown = 0;
  #hidden = 0;

  constructor(write: (chunk: string) => void, overview: CaptureOverview, options: TextOptions) {
    this.#write = write;
    this.#overview = overview;
    this.#options = options;
  }

  explanation(explanation: Explanation): void {
    const { isQuiet, isAll } = this.#options;
    if (isQuiet) return;
    if (this.#shown >= MAX_ENTRIES && !isAll) {
      this.#hidden++;
      return;
    }
    this.#shown++;
    this.#writeLines([...this.#entry(explanation), '']);
  }

  end(summary: ExplanationSummary): void {
    const { width, palette, isQuiet } = this.#options;
    const lines: string[] = [];
    if (this.#hidden > 0)
      lines.push(
        ...wrap(`… and ${counted(this.#hidden, 'more line')}: use --all or --format jsonl`, width),
        '',
      );
    if (!isQuiet) lines.push(...this.#unmentioned(summary.unmentioned));
    lines.push(
      ...wrap(countsText(summary), width).map((line, at) => (at === 0 ? palette.title(line) : line)),
    );
    for (const clock of summary.clocks)
      lines.push(
        ...wrap(clockText(clock, summary.clocks.length > 1), width).map((line) => palette.faint(line)),
      );
    for (const text of leftOutTexts(summary))
      lines.push(...wrap(text, width).map((line) => palette.caution(line)));
    this.#writeLines(lines);
  }

  #entry(explanation: Explanation): string[] {
    const { width, palette, isAll, verbosity } = this.#options;
    const { event, connection, certainty, reasons } = explanation;
    const line = `Line ${thousands(event.line)}: ${escapeText(event.text)}`;
    const isWhole = isAll || verbosity > 0;
    const shown = isWhole ? line : shorten(line, width * MAX_LINE_COLUMNS);
    const lines = wrap(shown, width, INDENT).map((each) => palette.faint(each));
    const say = (text: string, style = (each: string): string => each): void => {
      for (const each of wrap(escapeText(text), width - INDENT.length)) lines.push(INDENT + style(each));
    };
    if (connection === null || certainty === null) {
      const what = this.#overview.isComplete ? 'the capture' : 'the part of the capture that was read';
      say(`Not in ${what}: ${reasons.join('; ')}.`, palette.caution);
      return lines;
    }
    say(
      connection.headline,
      connection.group === null || connection.isHarmless ? palette.title : palette.bad,
    );
    say(whoText(connection, this.#overview));
    say(
      `Found by ${reasons.join('; ')}: ${CERTAINTY_WORDS[certainty]}.`,
      certainty === 'guess' ? palette.caution : palette.faint,
    );
    if (explanation.saw !== null) say(`Why the line: ${explanation.saw}`);
    if (explanation.contradiction !== null) say(`But ${explanation.contradiction}.`, palette.caution);
    say(`Matters: ${connection.matters}`);
    for (const text of explanation.advice) {
      const mark = text.startsWith('Seen: ') ? '' : '- ';
      const [head = '', ...rest] = wrap(escapeText(mark + text), width - INDENT.length, INDENT);
      lines.push(INDENT + head, ...rest.map((each) => INDENT + each));
    }
    if (connection.settle !== null && connection.settle !== '')
      say(`Not sure: ${connection.settle}`, palette.caution);
    return lines;
  }

  #unmentioned(connections: readonly SeenConnection[]): string[] {
    if (connections.length === 0) return [];
    const { width, palette, isAll } = this.#options;
    const shown = isAll ? connections : connections.slice(0, MAX_UNMENTIONED);
    const title = `${counted(connections.length, 'bad end')} in the capture that no line speaks of:`;
    const lines = wrap(title, width).map((line) => palette.title(line));
    for (const connection of shown) {
      const text = `${connection.id}  ${escapeText(connection.headline)} ${this.#endedText(connection)}`;
      lines.push(...wrap(text, width - INDENT.length, INDENT).map((line) => INDENT + line));
    }
    const more = connections.length - shown.length;
    if (more > 0) lines.push(...wrap(`… and ${thousands(more)} more: use --all`, width));
    return [...lines, ''];
  }

  #endedText({ client, killNs }: SeenConnection): string {
    const from = endpointText(client.ip, client.port);
    return `(${from}, ${utcTimeOfDay(this.#overview, killNs, TIME_DIGITS)} UTC)`;
  }

  #writeLines(lines: readonly string[]): void {
    for (const line of lines) this.#write(`${line.trimEnd()}\n`);
  }
}

const CERTAINTY_WORDS: Readonly<Record<JoinCertainty, string>> = {
  certain: 'certain',
  likely: 'likely',
  guess: 'only a guess',
};

/** `Connection 3, 192.0.2.10:39506 → 198.51.100.80:80, ended 22:31:24.212 UTC by frame 41 (client likely, 90 %).` */
function whoText(connection: SeenConnection, overview: CaptureOverview): string {
  const { id, client, server, killNs, killerFrame, group, certainty, confidence } = connection;
  const ends = `${endpointText(client.ip, client.port)} → ${endpointText(server.ip, server.port)}`;
  const when = `${utcTimeOfDay(overview, killNs, TIME_DIGITS)} UTC`;
  const frame = killerFrame === null ? '' : ` by frame ${killerFrame}`;
  const sure =
    group === null || confidence === null ? '' : ` (${group}, ${certainty}, ${percentText(confidence)})`;
  return `Connection ${id}, ${ends}, ended ${when}${frame}${sure}.`;
}

function countsText({ log, byCertainty, uneventful, unmatched }: ExplanationSummary): string {
  const joined = byCertainty.certain + byCertainty.likely + byCertainty.guess;
  const parts = [
    `${counted(log.lines, 'line')}, ${thousands(log.understood)} understood`,
    `${thousands(joined)} with a connection (${thousands(byCertainty.certain)} certain, ${thousands(byCertainty.likely)} likely, ${counted(byCertainty.guess, 'guess', 'guesses')})`,
  ];
  if (uneventful > 0) parts.push(`of these ${thousands(uneventful)} ended well`);
  parts.push(`${thousands(unmatched)} without`);
  return `${parts.join('; ')}.`;
}

function clockText(clock: LogClock, isOneOfTwo: boolean): string {
  const { offsetSeconds, spreadSeconds, lines, from, isSettled, isZoneKnown } = clock;
  const which = isOneOfTwo ? ` (times ${isZoneKnown ? 'with' : 'without'} a zone)` : '';
  if (offsetSeconds === null)
    return `Clock${which}: nothing tells how the log's and the capture's clocks differ.`;
  const size = durationText(Math.abs(offsetSeconds) * 1e9);
  const offset =
    Math.abs(offsetSeconds) < 0.001
      ? "the log's agrees with the capture's"
      : `the log's is ${size} ${offsetSeconds < 0 ? 'behind' : 'ahead of'} the capture's`;
  if (from === 'user') return `Clock${which}: ${offset}, as you say.`;
  const source =
    from === 'other-clock' ? 'from the times with the other kind of zone' : `from ${counted(lines, 'line')}`;
  const doubt = isSettled ? '' : '; too few lines to be sure, so times were not used';
  return `Clock${which}: ${offset} (± ${durationText(spreadSeconds * 1e9)}, ${source}${doubt}).`;
}

function leftOutTexts({ linesLeftOut, connectionsLeftOut }: ExplanationSummary): string[] {
  const texts: string[] = [];
  if (linesLeftOut > 0)
    texts.push(
      `${counted(linesLeftOut, 'older line')} without an error not kept: cut the log to the capture's time.`,
    );
  if (connectionsLeftOut > 0)
    texts.push(`${counted(connectionsLeftOut, 'connection')} not kept: filter the capture first.`);
  return texts;
}
