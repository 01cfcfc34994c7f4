import { thousands } from '../bytes/number-text.ts';
import type { TimelineRow } from '../model/timeline.ts';
import { flagsText } from './ladder-words.ts';
import { padLeft, padRight, widthOf } from './layout.ts';
import { type TimeBase, utcTimeOfDay } from './wall-time.ts';

/** `-t`: since the connection began, UTC, or since the segment before. */
export type TimeMode = 'relative' | 'absolute' | 'delta';

export interface LadderColumns {
  readonly widths: readonly number[];
  readonly cells: (row: TimelineRow, previous: TimelineRow | null) => string[];
  readonly titles: readonly string[];
}

/** `>>> ` before the killer frame. */
export const MARKER_WIDTH = 4;
const GAP = ' ';
/** Space that landmarks and marks should have beside the columns; else ack, window and the long arrow go. */
const MIN_REMARK_WIDTH = 24;

interface Column {
  readonly title: string;
  readonly isLeft: boolean;
  /** Columns go in this order when room is short; 0 stays always. */
  readonly goes: number;
  text(row: TimelineRow, previous: TimelineRow | null): string;
}

/** The columns that fit `width`, with the widths that the rows need. */
export function ladderColumns(
  rows: readonly TimelineRow[],
  base: TimeBase,
  startNs: number,
  mode: TimeMode,
  clientHalf: number,
  width: number,
): LadderColumns {
  const timed: Column = {
    title: mode === 'absolute' ? 'time (UTC)' : mode === 'delta' ? 'delta s' : 'time s',
    isLeft: false,
    goes: 0,
    text: (row, previous) => timeText(row, previous, base, startNs, mode),
  };
  const all: Column[] = [
    { title: 'frame', isLeft: false, goes: 0, text: (row) => String(row.frame) },
    timed,
    {
      title: width >= LONG_ARROW_WIDTH ? 'client     server' : '',
      isLeft: true,
      goes: 0,
      text: (row) => arrow(row.half === clientHalf, width >= LONG_ARROW_WIDTH),
    },
    { title: 'flags', isLeft: true, goes: 0, text: (row) => flagsText(row.flags) },
    { title: 'len', isLeft: false, goes: 4, text: (row) => thousands(row.payloadLen) },
    { title: 'seq', isLeft: false, goes: 3, text: (row) => String(row.seqRel) },
    { title: 'ack', isLeft: false, goes: 2, text: (row) => (row.ackRel === null ? '' : String(row.ackRel)) },
    { title: 'window', isLeft: false, goes: 1, text: (row) => (row.window < 0 ? '' : thousands(row.window)) },
  ];
  const sized = all.map((column) => ({ column, width: widthNeeded(column, rows) }));
  for (let goes = 1; goes <= LAST_TO_GO; goes++) {
    // Payload lengths are worth more than remarks beside the row: they go only when the row itself does not fit.
    const room = goes === LAST_TO_GO ? width : width - MIN_REMARK_WIDTH;
    if (totalWidth(sized) <= room) continue;
    const index = sized.findIndex(({ column }) => column.goes === goes);
    if (index >= 0) sized.splice(index, 1);
  }
  return {
    widths: sized.map((entry) => entry.width),
    titles: sized.map(({ column, width: needed }) => align(column.title, needed, column.isLeft)),
    cells: (row, previous) =>
      sized.map(({ column, width: needed }) => align(column.text(row, previous), needed, column.isLeft)),
  };
}

/** From this width on the arrows name both ends in each row. */
const LONG_ARROW_WIDTH = 100;

/** The highest `goes`. */
const LAST_TO_GO = 4;

/** The two directions look different without colour: `client ──> server`, `client <── server`. */
function arrow(isFromClient: boolean, isLong: boolean): string {
  const short = isFromClient ? '──>' : '<──';
  return isLong ? `client ${short} server` : short;
}

function timeText(
  row: TimelineRow,
  previous: TimelineRow | null,
  base: TimeBase,
  startNs: number,
  mode: TimeMode,
): string {
  if (mode === 'absolute') return utcTimeOfDay(base, row.timeNs);
  const since = mode === 'delta' ? (previous?.timeNs ?? row.timeNs) : startNs;
  return ((row.timeNs - since) / 1e9).toFixed(base.digits);
}

function widthNeeded(column: Column, rows: readonly TimelineRow[]): number {
  let needed = widthOf(column.title);
  let previous: TimelineRow | null = null;
  for (const row of rows) {
    needed = Math.max(needed, widthOf(column.text(row, previous)));
    previous = row;
  }
  return needed;
}

function totalWidth(sized: readonly { readonly width: number }[]): number {
  return sized.reduce((sum, { width }) => sum + width + GAP.length, MARKER_WIDTH);
}

/** Columns used before the remarks. */
export function columnsWidth({ widths }: LadderColumns): number {
  return totalWidth(widths.map((width) => ({ width })));
}

export function joinCells(cells: readonly string[]): string {
  return cells.join(GAP);
}

function align(text: string, width: number, isLeft: boolean): string {
  return isLeft ? padRight(text, width) : padLeft(text, width);
}
