import { escapeText } from '../bytes/escape-text.ts';
import { counted } from '../bytes/number-text.ts';
import type { ConnectionTimeline, TimelineRow } from '../model/timeline.ts';
import type { CloseRole, JudgedConnection, Verdict } from '../model/verdict.ts';
import { conditionLines } from './condition-lines.ts';
import { evidenceLines } from './evidence-lines.ts';
import {
  columnsWidth,
  joinCells,
  type LadderColumns,
  ladderColumns,
  MARKER_WIDTH,
  type TimeMode,
} from './ladder-columns.ts';
import { closeRoleText, foldedText, markWords } from './ladder-words.ts';
import { shorten, widthOf, wrap } from './layout.ts';
import { durationText } from './quantity.ts';
import type { TextOptions } from './text-options.ts';
import { foldRows, type LadderEntry } from './timeline-fold.ts';
import { type TimeBase, utcDate } from './wall-time.ts';
import { connectionFilter } from './wireshark-filter.ts';
import { endpointText, endSentence, POSITION_WORDS, ROLES_FROM_WORDS } from './words.ts';

export interface LadderOptions extends TextOptions {
  readonly timeMode: TimeMode;
  /** Files of the capture: with several, a stream number opens nothing. */
  readonly fileCount: number;
}

/** Indent of lines that hang below a row. */
const HANGING = ' '.repeat(MARKER_WIDTH + 6);

/** One connection segment by segment, with what HTTP saw and what the verdict says, each in its place. */
export function timelineLines(
  judged: JudgedConnection,
  timeline: ConnectionTimeline,
  base: TimeBase,
  options: LadderOptions,
): string[] {
  const lines = headerLines(judged, base, options);
  if (timeline.rows.length === 0)
    return [...lines, ...wrap('(its segments were not recorded)', options.width), ''];
  lines.push('', ...new Ladder(judged, timeline, base, options).lines(), '');
  return lines;
}

function headerLines(
  { facts, verdict, conditions }: JudgedConnection,
  base: TimeBase,
  options: LadderOptions,
): string[] {
  const { palette, width } = options;
  const client = endpointText(facts.client.ip, facts.client.port);
  const server = endpointText(facts.server.ip, facts.server.port);
  const who = `Connection ${facts.id}: client ${client} → server ${server}`;
  const begun = `${utcDate(base, facts.startNs)} UTC, ${durationText(facts.endNs - facts.startNs)}, ${counted(facts.segments, 'segment')}`;
  const lines = [
    ...wrap(who, width, '  ').map((line) => palette.title(line)),
    ...wrap(escapeText(verdict.headline), width),
    ...wrap(`${endSentence(verdict)} Where: ${POSITION_WORDS[verdict.position]}.`, width),
    ...doubtLines(verdict, width).map((line) => palette.caution(line)),
    ...wrap(
      `${begun}; roles from ${ROLES_FROM_WORDS[facts.rolesFrom]}; Wireshark: ${connectionFilter(facts, options.fileCount)}`,
      width,
    ).map((line) => palette.faint(line)),
  ];
  if (conditions !== undefined)
    for (const text of conditionLines(conditions))
      lines.push(...wrap(escapeText(text), width, '  ').map((line) => palette.faint(line)));
  return lines;
}

/** What else it may be, and which capture would tell. */
function doubtLines({ settle }: Verdict, width: number): string[] {
  return settle === null || settle === '' ? [] : wrap(`Not sure: ${escapeText(settle)}`, width);
}

class Ladder {
  readonly #judged: JudgedConnection;
  readonly #timeline: ConnectionTimeline;
  readonly #base: TimeBase;
  readonly #options: LadderOptions;
  readonly #columns: LadderColumns;
  readonly #landmarks: ReadonlyMap<number, readonly string[]>;
  readonly #closes: ReadonlyMap<number, CloseRole>;
  /** Frames that the verdict names: whoever checks it must find them. */
  readonly #cited: ReadonlySet<number>;

  constructor(
    judged: JudgedConnection,
    timeline: ConnectionTimeline,
    base: TimeBase,
    options: LadderOptions,
  ) {
    this.#judged = judged;
    this.#timeline = timeline;
    this.#base = base;
    this.#options = options;
    const { rows } = timeline;
    const clientHalf = clientHalfOf(judged, rows);
    this.#columns = ladderColumns(
      rows,
      base,
      judged.facts.startNs,
      options.timeMode,
      clientHalf,
      options.width,
    );
    this.#landmarks = landmarksByFrame(timeline);
    this.#cited = citedFrames(judged.verdict);
    this.#closes = new Map(judged.verdict.closes.map((close) => [close.frame, close]));
  }

  lines(): string[] {
    const { palette, width } = this.#options;
    const titles = `${' '.repeat(MARKER_WIDTH)}${joinCells(this.#columns.titles)}`.trimEnd();
    const lines = [palette.faint(shorten(titles, width))];
    const { rows, omitted } = this.#timeline;
    // What was left out lies in the middle (see TimelineRecorder).
    const head = omitted > 0 ? Math.ceil(rows.length / 2) : rows.length;
    let date = utcDate(this.#base, rows[0]?.timeNs ?? 0);
    const add = (entry: LadderEntry): void => {
      if ('row' in entry && this.#options.timeMode === 'absolute') {
        const today = utcDate(this.#base, entry.row.timeNs);
        if (today !== date) lines.push(palette.faint(`    ── ${today} ──`));
        date = today;
      }
      lines.push(...this.#entry(entry));
    };
    for (const entry of this.#fold(rows.slice(0, head))) add(entry);
    if (omitted > 0)
      lines.push(...wrap(`${HANGING}… ${counted(omitted, 'segment')} not kept`, this.#options.width));
    for (const entry of this.#fold(rows.slice(head))) add(entry);
    return lines;
  }

  #fold(rows: readonly TimelineRow[]): LadderEntry[] {
    if (this.#options.isAll) return rows.map((row, index) => ({ row, previous: rows[index - 1] ?? null }));
    return foldRows(
      rows,
      ({ frame }) => this.#cited.has(frame) || this.#closes.has(frame) || this.#landmarks.has(frame),
    );
  }

  #entry(entry: LadderEntry): string[] {
    const { palette, width } = this.#options;
    if (!('row' in entry))
      return wrap(HANGING + foldedText(entry), width, HANGING).map((line) => palette.faint(line));
    const { row, previous } = entry;
    const isKiller = row.frame === this.#judged.verdict.killerFrame;
    const cells = joinCells(this.#columns.cells(row, previous));
    const remarks = this.#remarks(row).map(escapeText);
    const marker = isKiller ? '>>> ' : '    ';
    const lines = this.#rowWithRemarks(marker + cells, remarks);
    if (!isKiller) return lines;
    return [...lines.map((line) => palette.bad(line)), ...this.#killerLines()];
  }

  /**
   * Remarks stand beside the row when they fit, else on lines of their own below it. A damaged clock or all flags at once
   * can make the row itself too wide.
   */
  #rowWithRemarks(row: string, remarks: readonly string[]): string[] {
    const { width } = this.#options;
    const text = remarks.join('; ');
    const bareRow = shorten(row.trimEnd(), width);
    if (text === '') return [bareRow];
    const used = columnsWidth(this.#columns) + 1;
    const room = width - used;
    if (widthOf(text) <= room) return [`${row}  ${text}`];
    return [bareRow, ...wrap(text, width - HANGING.length).map((line) => HANGING + line)];
  }

  #remarks(row: TimelineRow): string[] {
    const remarks = [...(this.#landmarks.get(row.frame) ?? []), ...markWords(row.marks)];
    const close = this.#closes.get(row.frame);
    if (close !== undefined && row.frame !== this.#judged.verdict.killerFrame)
      remarks.push(closeRoleText(close));
    return remarks;
  }

  #killerLines(): string[] {
    const { verdict } = this.#judged;
    const { palette, width, verbosity } = this.#options;
    const room = width - HANGING.length;
    // Who closed, and that all was well, the row and the head of the timeline say.
    const text = verdict.group === null ? 'This ended it.' : `This ended it. ${endSentence(verdict)}`;
    const lines = wrap(text, room).map((line) => palette.bad(line));
    lines.push(...evidenceLines(verdict, verbosity > 0, room, palette));
    return lines.map((line) => HANGING + line);
  }
}

function citedFrames({ killerFrame, evidence }: Verdict): Set<number> {
  const frames = new Set(evidence.flatMap((each) => each.frames));
  if (killerFrame !== null) frames.add(killerFrame);
  return frames;
}

/** Which half-stream the client sends on: the one of its first frame. 0 (the originator) when that was not recorded. */
function clientHalfOf({ facts }: JudgedConnection, rows: readonly TimelineRow[]): number {
  for (const { frame, half } of rows) {
    if (frame === facts.client.firstFrame) return half;
    if (frame === facts.server.firstFrame) return half ^ 1;
  }
  return 0;
}

function landmarksByFrame({ landmarks }: ConnectionTimeline): Map<number, string[]> {
  const byFrame = new Map<number, string[]>();
  for (const { frame, text } of landmarks) {
    const texts = byFrame.get(frame);
    if (texts === undefined) byFrame.set(frame, [text]);
    else if (texts.length < MAX_LANDMARKS_PER_FRAME) texts.push(text);
  }
  return byFrame;
}

/** A frame can end hundreds of pipelined messages; a handful tells the story. */
const MAX_LANDMARKS_PER_FRAME = 6;
