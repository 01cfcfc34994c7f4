import type { ReadStream, WriteStream } from 'node:tty';

/** Control sequences of ECMA-48 and xterm that every terminal of today knows. */
const OTHER_SCREEN = '\u001b[?1049h\u001b[?25l';
const USUAL_SCREEN = '\u001b[?25h\u001b[?1049l';
const HOME = '\u001b[H';
const CLEAR_TO_LINE_END = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';

/** A terminal taken over for a while: what was on it comes back. */
export class LiveTerminal {
  readonly #output: WriteStream;
  readonly #input: ReadStream | null;
  readonly #onKey: (key: string) => void;
  readonly #onResize: () => void;
  #isTaken = false;

  /** `input` null: there is no keyboard. */
  constructor(
    output: WriteStream,
    input: ReadStream | null,
    onKey: (key: string) => void,
    onResize: () => void,
  ) {
    this.#output = output;
    this.#input = input;
    this.#onKey = onKey;
    this.#onResize = onResize;
  }

  get width(): number {
    return this.#output.columns;
  }

  get height(): number {
    return this.#output.rows;
  }

  take(): void {
    this.#isTaken = true;
    this.#output.write(OTHER_SCREEN);
    this.#output.on('resize', this.#onResize);
    process.on('exit', this.giveBack);
    this.#input?.setRawMode(true).setEncoding('utf8').on('data', this.#hear).resume();
  }

  draw(lines: readonly string[]): void {
    if (!this.#isTaken) return;
    const body = lines.map((line) => line + CLEAR_TO_LINE_END).join('\r\n');
    this.#output.write(`${HOME}${body}${CLEAR_BELOW}`);
  }

  readonly giveBack = (): void => {
    if (!this.#isTaken) return;
    this.#isTaken = false;
    this.#output.off('resize', this.#onResize);
    process.off('exit', this.giveBack);
    this.#input?.off('data', this.#hear).setRawMode(false).pause();
    this.#output.write(USUAL_SCREEN);
  };

  /** An arrow key is three characters in one piece; typed and pasted text is taken letter by letter. */
  readonly #hear = (text: string | Buffer): void => {
    const typed = String(text);
    if (typed.startsWith('\u001b')) this.#onKey(typed);
    else for (const character of typed) this.#onKey(character);
  };
}
