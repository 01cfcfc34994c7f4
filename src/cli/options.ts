import type { Group } from '../model/verdict.ts';
import type { TimeMode } from '../report/ladder-columns.ts';
import { parseSelection, type Selection } from '../report/selection.ts';
import { SelectionError } from '../report/selection-tokens.ts';
import { MIN_WIDTH } from '../report/text-options.ts';
import type { Args, ColourChoice, Command } from './args.ts';
import { type ColourEnvironment, isColoured } from './colour.ts';
import { type ExplainOptions, explainOptionsFrom } from './explain-options.ts';
import { type LiveOptions, liveOptionsFrom } from './live-options.ts';
import { UsageError } from './usage-error.ts';

/** The command line as meant: defaults filled in, words checked. */
export interface Options {
  readonly command: Command;
  readonly files: readonly string[];
  readonly format: 'text' | 'jsonl';
  readonly selection: Selection | null;
  /** The -Y expression as typed. */
  readonly selectionText: string | null;
  readonly maxFrames: number | null;
  readonly isQuiet: boolean;
  readonly verbosity: number;
  readonly isColoured: boolean;
  readonly failOn: ReadonlySet<Group>;
  readonly isAll: boolean;
  readonly width: number;
  readonly conn: number | null;
  /** A -Y selection made from --peer. */
  readonly peer: Selection | null;
  readonly timeMode: TimeMode;
  /** pair: the end that the first capture is nearer to, as the user says. */
  readonly placeOfA: 'client' | 'server' | null;
  /** pair: ladders instead of findings. */
  readonly isLadder: boolean;
  /** analyze: the user's questions, answered over the whole capture. */
  readonly isChecklist: boolean;
  /** Threads that follow connections. */
  readonly jobs: number | 'auto';
  /** Of `live` alone. */
  readonly live: LiveOptions | null;
  /** Of `explain` alone. */
  readonly explain: ExplainOptions | null;
}

/** What the terminal and the environment say. */
export interface Surroundings {
  readonly env: ColourEnvironment;
  readonly isStdoutTerminal: boolean;
  /** Of the terminal, when stdout is one. */
  readonly columns: number | undefined;
}

const DEFAULT_WIDTH = 80;
const MAX_WIDTH = 1000;
const GROUPS: readonly Group[] = ['client-abort', 'intermediary', 'server'];
const TIME_MODES: Readonly<Record<string, TimeMode>> = {
  r: 'relative',
  a: 'absolute',
  d: 'delta',
  relative: 'relative',
  absolute: 'absolute',
  delta: 'delta',
};

/** Checks and completes. Throws {@link UsageError}. */
export function optionsFrom(args: Args, surroundings: Surroundings): Options {
  const isLive = args.command === 'live';
  const isExplain = args.command === 'explain';
  if (args.files.length === 0 && !isLive)
    throw new UsageError(
      isExplain ? 'explain needs a capture and --log, or a word' : 'no capture file given',
    );
  if (args.files.length > 0 && isLive)
    throw new UsageError(`live reads an interface, not "${args.files[0]}": whohungup live -i IF`);
  if (args.files.filter((file) => file === '-').length > 1)
    throw new UsageError('standard input can be read only once');
  const format = oneOf(args.format ?? 'text', ['text', 'jsonl'] as const, '--format');
  if (args.command === 'pair' && args.files.length !== 2)
    throw new UsageError('pair needs two captures: whohungup pair A B');
  if (args.command === 'compare' && args.files.length !== 2)
    throw new UsageError('compare needs two captures: whohungup compare BEFORE AFTER');
  if (args.command === 'compare' && args.select !== undefined)
    throw new UsageError('compare counts all connections; -Y does not go with it');
  if (args.isChecklist && format === 'text' && args.select !== undefined)
    throw new UsageError('--checklist is about the whole capture: it takes no -Y');
  if (args.isLadder && format !== 'text') throw new UsageError('--timeline prints text only');
  if (args.command === 'timeline' && format !== 'text') {
    throw new UsageError('timeline prints text only; for JSON Lines: whohungup analyze FILE --format jsonl');
  }
  if (args.conn !== undefined && args.peer !== undefined)
    throw new UsageError('--conn and --peer exclude each other');
  const colour: ColourChoice = oneOf(args.color ?? 'auto', ['auto', 'always', 'never'] as const, '--color');
  return {
    command: args.command,
    files: args.files,
    format,
    selection: args.select === undefined ? null : selectionFrom(args.select, '-Y'),
    selectionText: args.select ?? null,
    maxFrames: args.count === undefined ? null : wholeNumber(args.count, '-c', 1),
    isQuiet: args.isQuiet,
    verbosity: args.verbosity,
    isColoured: isColoured(colour, surroundings.env, surroundings.isStdoutTerminal),
    failOn: args.failOn === undefined ? new Set() : groupsFrom(args.failOn),
    isAll: args.isAll,
    width: args.width === undefined ? widthOfTerminal(surroundings) : widthFrom(args.width),
    conn: args.conn === undefined ? null : wholeNumber(args.conn, '--conn', 0),
    peer: args.peer === undefined ? null : peerFrom(args.peer),
    timeMode: timeModeFrom(args.time ?? 'r'),
    placeOfA: args.placeOfA === undefined ? null : oneOf(args.placeOfA, ['client', 'server'] as const, '--a'),
    isLadder: args.isLadder,
    isChecklist: args.isChecklist,
    jobs: args.jobs === 'auto' ? 'auto' : wholeNumber(args.jobs ?? '1', '--jobs', 1),
    live: isLive ? liveOptionsFrom(args.live) : null,
    explain: isExplain ? explainOptionsFrom(args.explain, args.files) : null,
  };
}

function selectionFrom(expression: string, option: string): Selection {
  try {
    return parseSelection(expression);
  } catch (error) {
    if (!(error instanceof SelectionError)) throw error;
    const caret = `  ${error.expression.replace(/[\n\r\t]/g, ' ')}\n  ${' '.repeat(error.at)}^`;
    throw new UsageError(`${option}: ${error.message}\n${caret}`, false);
  }
}

/** `203.0.113.7:443`, `[2001:db8::7]:443`. */
const PEER = /^(?:\[[0-9a-f:.]+\]|[0-9a-f.:]+):(\d{1,5})$/i;

function peerFrom(peer: string): Selection {
  if (!PEER.test(peer)) throw new UsageError(`--peer: "${peer}" is not IP:PORT (IPv6 as [2001:db8::7]:443)`);
  return selectionFrom(`peer == "${peer}"`, '--peer');
}

function groupsFrom(list: string): Set<Group> {
  const words = list.split(',').map((word) => word.trim());
  return new Set(words.map((word) => oneOf(word, GROUPS, '--fail-on')));
}

function timeModeFrom(word: string): TimeMode {
  const mode = Object.hasOwn(TIME_MODES, word) ? TIME_MODES[word] : undefined;
  if (mode === undefined) throw new UsageError(`-t: "${word}" is none of: r a d`);
  return mode;
}

function widthFrom(text: string): number {
  return Math.min(wholeNumber(text, '--width', MIN_WIDTH), MAX_WIDTH);
}

function widthOfTerminal({ isStdoutTerminal, columns }: Surroundings): number {
  if (!isStdoutTerminal || columns === undefined || columns === 0) return DEFAULT_WIDTH;
  return Math.min(Math.max(columns, MIN_WIDTH), MAX_WIDTH);
}

function wholeNumber(text: string, option: string, least: number): number {
  const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (!(number >= least)) throw new UsageError(`${option}: "${text}" is not a whole number from ${least} up`);
  return number;
}

function oneOf<const T extends string>(word: string, allowed: readonly T[], option: string): T {
  const found = allowed.find((candidate) => candidate === word);
  if (found === undefined) throw new UsageError(`${option}: "${word}" is none of: ${allowed.join(' ')}`);
  return found;
}
