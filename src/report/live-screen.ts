import { escapeText } from '../bytes/escape-text.ts';
import { counted, thousands } from '../bytes/number-text.ts';
import type { Group, Position } from '../model/verdict.ts';
import { padLeft, padRight, shorten, shortenMiddle, widthOf, wrap } from './layout.ts';
import type { BoardEntry, LiveBoard } from './live-board.ts';
import { dropsText, memoryText } from './live-counts.ts';
import { endTimeOf } from './live-text.ts';
import type { Palette } from './palette.ts';
import { durationText } from './quantity.ts';
import type { Tally } from './tally.ts';
import { culpritWords, endpointText, needsALook, POSITION_WORDS } from './words.ts';

/** What the screen shows besides the board. */
export interface ScreenView {
  readonly width: number;
  readonly height: number;
  readonly palette: Palette;
  /** `eth0 (tcp port 80) with cap`. */
  readonly title: string;
  readonly isPaused: boolean;
  /** Of the list, as typed; empty = bad ends. */
  readonly filterText: string;
  /** The last line instead of the keys: a question, or what is wrong. */
  readonly prompt: string;
  readonly entries: readonly BoardEntry[];
  /** Which entry the keys are about. */
  readonly selected: number;
}

const GROUPS: readonly (readonly [Group, string])[] = [
  ['client-abort', 'client'],
  ['intermediary', 'in between'],
  ['server', 'server'],
];
const LABEL_WIDTH = 26;
const COUNT_WIDTH = 12;
/** Positions that have a row of their own; the rarer ones are summed up. */
const MAX_POSITIONS = 6;
/** A row of facts and the sentence: on one line, or wrapped onto two together with the addresses. */
const LINES_WIDE = 2;
const LINES_NARROW = 3;
const ID_WIDTH = 7;
const TIME_WIDTH = 12;
const CULPRIT_WIDTH = 22;
const POSITION_WIDTH = 24;
const ROW_WIDTH = 1 + ID_WIDTH + 1 + TIME_WIDTH + 1 + CULPRIT_WIDTH + 1 + POSITION_WIDTH;
/** Room for both addresses beside the rest: IPv4 with ports, twice. */
const MIN_PEERS_WIDTH = 46;
const KEYS = 'p pause  f filter  ↑↓ choose  t timeline  q quit';

/** The live screen as lines, none wider than the terminal, no more than it has. */
export function screenLines(board: LiveBoard, view: ScreenView): string[] {
  const { width, height, palette } = view;
  const lines = [...headLines(board, view), '', ...countLines(board.tally, view), ''];
  const room = height - lines.length - 2;
  lines.push(...listLines(view, room));
  while (lines.length < height - 1) lines.push('');
  lines.length = Math.max(0, height - 1);
  const last = view.prompt === '' ? KEYS : view.prompt;
  return [...lines, palette.faint(shorten(last, width - 1))];
}

function headLines(board: LiveBoard, view: ScreenView): string[] {
  const { width, palette, isPaused } = view;
  const { frames, drops, open, memoryLen } = board.counts;
  const state = `${durationText(board.elapsedNs)}${isPaused ? ', paused' : ''}`;
  const title = `whohungup live: ${shortenMiddle(view.title, Math.max(8, width - 20 - widthOf(state)))}`;
  const traffic = `${counted(frames, 'frame')} (${thousands(board.rate)}/s), ${dropsText(drops)}`;
  const connections = `${counted(board.tally.connections, 'connection')} ended, ${thousands(open)} open`;
  const lost = drops !== null && drops > 0 ? palette.bad : (text: string): string => text;
  const lines = [
    palette.title(shorten(`${padRight(title, width - widthOf(state) - 2)} ${state}`, width)),
    lost(shorten(`${traffic}; ${connections}; memory ${memoryText(memoryLen)}`, width)),
  ];
  if (board.notice !== '') lines.push(palette.caution(shorten(escapeText(board.notice), width)));
  return lines;
}

/** Positions by group, the most frequent first. */
function countLines(tally: Tally, { palette, width }: ScreenView): string[] {
  const row = (label: string, cells: readonly string[]): string =>
    shorten(padRight(label, LABEL_WIDTH) + cells.map((cell) => padLeft(cell, COUNT_WIDTH)).join(''), width);
  const count = (group: Group, position: Position | null): number => {
    const line = tally.lines.get(group);
    return (position === null ? line?.count : line?.positions.get(position)) ?? 0;
  };
  const cells = (position: Position | null): string[] =>
    GROUPS.map(([group]) => {
      const number = count(group, position);
      return number === 0 ? '·' : thousands(number);
    });
  const places = new Set(GROUPS.flatMap(([group]) => [...(tally.lines.get(group)?.positions.keys() ?? [])]));
  const sum = (position: Position): number =>
    GROUPS.reduce((total, [group]) => total + count(group, position), 0);
  const sorted = [...places].sort((a, b) => sum(b) - sum(a));
  const lines = [
    palette.faint(
      row(
        'HUNG UP BY',
        GROUPS.map(([, name]) => name),
      ),
    ),
    palette.title(row('all', cells(null))),
    ...sorted.slice(0, MAX_POSITIONS).map((position) => row(POSITION_WORDS[position], cells(position))),
  ];
  if (sorted.length > MAX_POSITIONS)
    lines.push(palette.faint(`… and ${sorted.length - MAX_POSITIONS} more places`));
  const others = OTHER_ENDS.map(([key, words]) => [tally.lines.get(key)?.count ?? 0, words] as const)
    .filter(([number]) => number > 0)
    .map(([number, words]) => `${thousands(number)} ${words}`);
  lines.push(
    palette.faint(shorten(`Nobody named: ${others.length === 0 ? 'none' : others.join(', ')}`, width)),
  );
  return lines;
}

const OTHER_ENDS = [
  ['clean', 'ended well'],
  ['timed-out', 'went silent'],
  ['refused', 'refused'],
  ['aborted', 'reset'],
  ['truncated', 'cut short'],
  ['scan', 'only probed'],
] as const;

function listLines(view: ScreenView, room: number): string[] {
  const { palette, width, entries, filterText } = view;
  const filter = filterText === '' ? 'did not end well' : `match ${escapeText(filterText)}`;
  const title = shorten(`Latest connections that ${filter}`, width);
  const linesEach = isWide(width) ? LINES_WIDE : LINES_NARROW;
  if (room < 1 + linesEach) return [];
  if (entries.length === 0) return [palette.faint(title), 'None so far.'];
  const shown = Math.floor((room - 1) / linesEach);
  const first = Math.max(0, Math.min(view.selected - shown + 1, entries.length - shown));
  const lines = [palette.faint(title)];
  for (const [index, entry] of entries.slice(first, first + shown).entries())
    lines.push(...entryLines(entry, first + index === view.selected, view));
  return lines;
}

function entryLines(
  { judged, base }: BoardEntry,
  isSelected: boolean,
  { palette, width }: ScreenView,
): string[] {
  const { facts, verdict } = judged;
  const client = endpointText(facts.client.ip, facts.client.port);
  const server = endpointText(facts.server.ip, facts.server.port);
  const marker = isSelected ? '>' : ' ';
  const cells = [
    padLeft(String(facts.id), ID_WIDTH - 1),
    padRight(endTimeOf(judged, base), TIME_WIDTH),
    padRight(shorten(culpritWords(verdict), CULPRIT_WIDTH), CULPRIT_WIDTH),
    padRight(POSITION_WORDS[verdict.position], POSITION_WIDTH),
  ];
  const row = `${marker}${needsALook(judged) ? '!' : ' '}${cells.join(' ')}`;
  const isPeersBeside = isWide(width);
  const peers = `${client} → ${server}`;
  const first = shorten(isPeersBeside ? `${row} ${peers}` : row, width);
  const indent = ' '.repeat(ID_WIDTH + 2);
  const sentence = escapeText(verdict.headline);
  const styled = needsALook(judged) ? palette.title(first) : first;
  const head = isSelected ? palette.reference(first) : styled;
  const room = width - indent.length;
  if (isPeersBeside) return [head, indent + shorten(sentence, room)];
  const [line = '', ...rest] = wrap(`${sentence} (${peers})`, room);
  return [head, indent + line, indent + shorten(rest.join(' '), room)];
}

/** Do the addresses fit beside the rest? */
function isWide(width: number): boolean {
  return width >= ROW_WIDTH + MIN_PEERS_WIDTH;
}
