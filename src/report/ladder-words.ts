import { counted } from '../bytes/number-text.ts';
import { ACK, CWR, ECE, FIN, PSH, RST, SYN, URG } from '../model/segment.ts';
import {
  MARK_COPY,
  MARK_CUT,
  MARK_DUPLICATE_ACK,
  MARK_GAP_BEFORE,
  MARK_KEEP_ALIVE,
  MARK_OUT_OF_ORDER,
  MARK_RETRANSMISSION,
  MARK_WINDOW_OPEN,
  MARK_WINDOW_PROBE,
  MARK_ZERO_WINDOW,
} from '../model/timeline.ts';
import type { CloseRole } from '../model/verdict.ts';
import { durationText } from './quantity.ts';
import type { FoldedRows, FoldTheme } from './timeline-fold.ts';

const FLAG_NAMES: readonly (readonly [number, string])[] = [
  [SYN, 'SYN'],
  [FIN, 'FIN'],
  [RST, 'RST'],
  [PSH, 'PSH'],
  [URG, 'URG'],
  [ECE, 'ECE'],
  [CWR, 'CWR'],
  [ACK, 'ACK'],
];

/** `SYN ACK`, `PSH ACK`; `none` for a segment without flags. */
export function flagsText(flags: number): string {
  const names = FLAG_NAMES.filter(([bit]) => (flags & bit) !== 0).map(([, name]) => name);
  return names.length === 0 ? 'none' : names.join(' ');
}

const MARK_WORDS: readonly (readonly [number, string])[] = [
  [MARK_COPY, 'copy of an earlier frame'],
  [MARK_RETRANSMISSION, 'retransmission'],
  [MARK_OUT_OF_ORDER, 'out of order'],
  [MARK_KEEP_ALIVE, 'keep-alive'],
  [MARK_ZERO_WINDOW, 'window shut'],
  [MARK_WINDOW_OPEN, 'window open again'],
  [MARK_WINDOW_PROBE, 'window probe'],
  [MARK_DUPLICATE_ACK, 'duplicate ACK'],
  [MARK_GAP_BEFORE, 'bytes before it are missing'],
  [MARK_CUT, 'cut by the snaplen'],
];

export function markWords(marks: number): string[] {
  return MARK_WORDS.filter(([bit]) => (marks & bit) !== 0).map(([, words]) => words);
}

/** What a FIN or RST that is not the cause did, or did not do. */
export function closeRoleText({ role }: CloseRole): string {
  switch (role) {
    case 'cause':
      return 'this ended it';
    case 'consequence':
      return 'consequence, not the cause';
    case 'answer':
      return "answers the other side's close";
    case 'ignored':
      return 'ignored by its receiver';
    case 'simultaneous':
      return "crossed the other side's close";
  }
}

const THEME_WORDS: Readonly<Record<Exclude<FoldTheme, 'ack'>, readonly [string, string]>> = {
  data: ['more data segment', 'more data segments'],
  retransmission: ['more retransmission', 'more retransmissions'],
  'keep-alive': ['more keep-alive', 'more keep-alives'],
  'duplicate-ack': ['more duplicate ACK', 'more duplicate ACKs'],
  'window-probe': ['more window probe', 'more window probes'],
  copy: ['more copy', 'more copies'],
};

/** `… 38 more data segments, 52,331 octets, 19 ACKs, 0.8 s`. */
export function foldedText({ theme, segments, octets, acks, durationNs }: FoldedRows): string {
  const parts: string[] = [];
  if (theme !== 'ack' && segments > 0) parts.push(counted(segments, ...THEME_WORDS[theme]));
  if (octets > 0) parts.push(counted(octets, 'byte'));
  if (acks > 0) parts.push(counted(acks, 'more ACK'));
  parts.push(durationText(durationNs));
  return `… ${parts.join(', ')}`;
}
