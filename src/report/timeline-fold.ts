import { ACK, FIN, RST, SYN } from '../model/segment.ts';
import {
  MARK_COPY,
  MARK_DUPLICATE_ACK,
  MARK_KEEP_ALIVE,
  MARK_RETRANSMISSION,
  MARK_WINDOW_PROBE,
  type TimelineRow,
} from '../model/timeline.ts';

/** One line of a ladder: a segment, or several like ones folded into a count. */
export type LadderEntry = { readonly row: TimelineRow; readonly previous: TimelineRow | null } | FoldedRows;

export interface FoldedRows {
  readonly theme: FoldTheme;
  /** Segments that carry the theme, and pure acknowledgements between them. */
  readonly segments: number;
  readonly acks: number;
  readonly octets: number;
  readonly durationNs: number;
}

/** What the folded segments have in common. */
export type FoldTheme =
  | 'data'
  | 'retransmission'
  | 'keep-alive'
  | 'duplicate-ack'
  | 'window-probe'
  | 'copy'
  | 'ack';

/** A run shorter than this is shown whole: folding it would hide more than it saves. */
const MIN_RUN = 7;
/** Shown at the beginning and the end of a folded run. */
const RUN_HEAD = 3;
const RUN_TAIL = 2;

/**
 * Folds runs of like segments. `isKept` rows (cited frames, closes, landmarks, what the evidence cites) are never folded. SYN, FIN and RST
 * never are either.
 */
export function foldRows(rows: readonly TimelineRow[], isKept: (row: TimelineRow) => boolean): LadderEntry[] {
  const entries: LadderEntry[] = [];
  let start = 0;
  while (start < rows.length) {
    const { end, theme } = runFrom(rows, start, isKept);
    if (end - start < MIN_RUN) addRows(entries, rows, start, Math.max(end, start + 1));
    else {
      addRows(entries, rows, start, start + RUN_HEAD);
      entries.push(folded(rows, start + RUN_HEAD, end - RUN_TAIL, theme));
      addRows(entries, rows, end - RUN_TAIL, end);
    }
    start = Math.max(end, start + 1);
  }
  return entries;
}

function addRows(entries: LadderEntry[], rows: readonly TimelineRow[], start: number, end: number): void {
  for (let i = start; i < end; i++) {
    const row = rows[i];
    if (row !== undefined) entries.push({ row, previous: rows[i - 1] ?? null });
  }
}

/** The longest run from `start` of rows with one theme, in one direction; pure acknowledgements go with any. */
function runFrom(rows: readonly TimelineRow[], start: number, isKept: (row: TimelineRow) => boolean) {
  let theme: FoldTheme = 'ack';
  let half = -1;
  let end = start;
  for (; end < rows.length; end++) {
    const row = rows[end];
    if (row === undefined || isKept(row)) break;
    const own = themeOf(row);
    if (own === null) break;
    if (own === 'ack') continue;
    if (theme === 'ack') {
      theme = own;
      half = row.half;
    }
    if (own !== theme || row.half !== half) break;
  }
  return { end, theme };
}

function themeOf({ flags, marks, payloadLen }: TimelineRow): FoldTheme | null {
  if ((flags & (SYN | FIN | RST)) !== 0) return null;
  if (marks === 0) return payloadLen > 0 ? 'data' : (flags & ACK) !== 0 ? 'ack' : null;
  switch (marks) {
    case MARK_RETRANSMISSION:
      return 'retransmission';
    case MARK_KEEP_ALIVE:
      return 'keep-alive';
    case MARK_DUPLICATE_ACK:
      return 'duplicate-ack';
    case MARK_WINDOW_PROBE:
      return 'window-probe';
    case MARK_COPY:
      return 'copy';
    default:
      return null;
  }
}

function folded(rows: readonly TimelineRow[], start: number, end: number, theme: FoldTheme): FoldedRows {
  let acks = 0;
  let octets = 0;
  for (let i = start; i < end; i++) {
    const row = rows[i];
    if (row === undefined) continue;
    octets += row.payloadLen;
    if (themeOf(row) === 'ack') acks++;
  }
  const durationNs = (rows[end - 1]?.timeNs ?? 0) - (rows[start - 1]?.timeNs ?? rows[start]?.timeNs ?? 0);
  return { theme, segments: end - start - acks, acks, octets, durationNs };
}
