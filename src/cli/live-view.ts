import type { ReadStream, WriteStream } from 'node:tty';
import { shorten } from '../report/layout.ts';
import type { BoardEntry, LiveBoard } from '../report/live-board.ts';
import { screenLines } from '../report/live-screen.ts';
import { parseSelection, type Selection } from '../report/selection.ts';
import { type LadderOptions, timelineLines } from '../report/timeline.ts';
import { LiveTerminal } from './live-terminal.ts';

const CTRL_C = '\u0003';
const ESCAPE = '\u001b';
const UP = '\u001b[A';
const DOWN = '\u001b[B';
const PAGE_UP = '\u001b[5~';
const PAGE_DOWN = '\u001b[6~';
const ENTER = '\r';
const BACKSPACES: readonly string[] = ['\u007f', '\b'];
const MIN_WIDTH = 40;
const MIN_HEIGHT = 12;

/** What the keys are about. */
type Mode = 'list' | 'filter' | 'ladder';

/** The live screen: draws the board, and does what keys ask for. */
export class LiveView {
  readonly #board: LiveBoard;
  readonly #title: string;
  readonly #ladder: LadderOptions;
  readonly #onQuit: () => void;
  readonly #terminal: LiveTerminal;
  #mode: Mode = 'list';
  #isPaused = false;
  #frozen: readonly BoardEntry[] | null = null;
  #filter: Selection | null = null;
  #filterText = '';
  #draft = '';
  #fault = '';
  /** The entry that the keys are about; null: the newest, whichever that is. */
  #chosen: BoardEntry | null = null;
  #pageLines: readonly string[] = [];
  #pageTop = 0;

  constructor(
    board: LiveBoard,
    title: string,
    ladder: LadderOptions,
    output: WriteStream,
    input: ReadStream | null,
    onQuit: () => void,
  ) {
    this.#board = board;
    this.#title = title;
    this.#ladder = ladder;
    this.#onQuit = onQuit;
    this.#terminal = new LiveTerminal(
      output,
      input,
      (key) => this.#key(key),
      () => this.#draw(),
    );
  }

  start(): void {
    this.#terminal.take();
    this.#draw();
  }

  stop(): void {
    this.#terminal.giveBack();
  }

  /** Something has changed. While paused nothing moves. */
  update(): void {
    if (!this.#isPaused && this.#mode !== 'ladder') this.#draw();
  }

  #entries(): readonly BoardEntry[] {
    return this.#frozen ?? this.#board.latest(this.#filter);
  }

  #draw(): void {
    const width = Math.max(MIN_WIDTH, this.#terminal.width);
    const height = Math.max(MIN_HEIGHT, this.#terminal.height);
    if (this.#mode === 'ladder') {
      this.#drawPage(width, height);
      return;
    }
    const entries = this.#entries();
    const lines = screenLines(this.#board, {
      width,
      height,
      palette: this.#ladder.palette,
      title: this.#title,
      isPaused: this.#isPaused,
      filterText: this.#filterText,
      prompt: this.#mode === 'filter' ? this.#question() : this.#fault,
      entries,
      selected: this.#selected(entries),
    });
    this.#terminal.draw(lines);
  }

  #drawPage(width: number, height: number): void {
    const room = height - 1;
    this.#pageTop = Math.max(0, Math.min(this.#pageTop, this.#pageLines.length - room));
    const shown = this.#pageLines.slice(this.#pageTop, this.#pageTop + room);
    while (shown.length < room) shown.push('');
    const keys = this.#ladder.palette.faint(shorten('↑↓ scroll  t or q back to the list', width - 1));
    this.#terminal.draw([...shown, keys]);
  }

  #question(): string {
    const fault = this.#fault === '' ? '' : `   (${this.#fault})`;
    return `filter (as -Y; empty = bad ends): ${this.#draft}_${fault}`;
  }

  #key(key: string): void {
    if (key === CTRL_C) this.#onQuit();
    else if (this.#mode === 'filter') this.#filterKey(key);
    else if (this.#mode === 'ladder') this.#pageKey(key);
    else this.#listKey(key);
    this.#draw();
  }

  #listKey(key: string): void {
    this.#fault = '';
    if (key === 'q') this.#onQuit();
    else if (key === 'p') this.#pause(!this.#isPaused);
    else if (key === 'f') this.#ask();
    else if (key === 't' || key === ENTER) this.#openLadder();
    else if (key === UP || key === 'k') this.#choose(-1);
    else if (key === DOWN || key === 'j') this.#choose(1);
  }

  /** Place of the chosen entry in the list; what has left it makes room for the newest. */
  #selected(entries: readonly BoardEntry[]): number {
    return this.#chosen === null ? 0 : Math.max(0, entries.indexOf(this.#chosen));
  }

  #choose(step: number): void {
    const entries = this.#entries();
    const index = Math.max(0, Math.min(this.#selected(entries) + step, entries.length - 1));
    this.#chosen = index === 0 ? null : (entries[index] ?? null);
  }

  #pause(isPaused: boolean): void {
    this.#isPaused = isPaused;
    this.#frozen = isPaused ? this.#board.latest(this.#filter) : null;
  }

  #ask(): void {
    this.#mode = 'filter';
    this.#draft = this.#filterText;
  }

  #filterKey(key: string): void {
    if (key === ESCAPE) this.#mode = 'list';
    else if (key === ENTER) this.#applyFilter();
    else if (BACKSPACES.includes(key)) this.#draft = this.#draft.slice(0, -1);
    else if (key >= ' ' && key.length === 1) this.#draft += key;
  }

  #applyFilter(): void {
    try {
      this.#filter = this.#draft.trim() === '' ? null : parseSelection(this.#draft);
      this.#filterText = this.#draft.trim();
      this.#fault = '';
      this.#mode = 'list';
      this.#pause(this.#isPaused);
    } catch (error) {
      this.#fault = (error as Error).message;
    }
  }

  #openLadder(): void {
    const entries = this.#entries();
    const entry = entries[this.#selected(entries)];
    if (entry === undefined) {
      this.#fault = 'there is no connection to show yet';
      return;
    }
    const options = { ...this.#ladder, width: Math.max(MIN_WIDTH, this.#terminal.width) };
    this.#pageLines = timelineLines(entry.judged, entry.timeline, entry.base, options);
    this.#pageTop = 0;
    this.#mode = 'ladder';
  }

  #pageKey(key: string): void {
    if (key === 't' || key === 'q' || key === ESCAPE) this.#mode = 'list';
    else if (key === UP || key === 'k') this.#pageTop--;
    else if (key === DOWN || key === 'j') this.#pageTop++;
    else if (key === PAGE_DOWN || key === ' ') this.#pageTop += this.#terminal.height - 2;
    else if (key === PAGE_UP) this.#pageTop -= this.#terminal.height - 2;
  }
}
