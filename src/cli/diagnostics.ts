import { escapeText } from '../bytes/escape-text.ts';
import { standardError } from './terminal.ts';
import { UsageError } from './usage-error.ts';

const PROGRAM = 'whohungup';
/** Where a fault of the program itself is to be told. */
const HOW_TO_REPORT =
  'this is a fault in whohungup; WHOHUNGUP_DEBUG=1 shows where: please report it with the capture if you can';

/** Errors, warnings and notes: lines on standard error, each with the program's name in front. */
export class Diagnostics {
  readonly #write: (text: string) => void;
  /** What prints the help that fits. */
  readonly #help: string;

  /** `command`: that which has a help of its own, with a space behind it. */
  constructor(write: (text: string) => void = writeToStderr, command = '') {
    this.#write = write;
    this.#help = `${PROGRAM} ${command}--help`;
  }

  say(message: string): void {
    this.#write(`${PROGRAM}: ${message}\n`);
  }

  /** Any error as one line. A stack trace only when asked for. */
  fault(error: unknown, isDebug: boolean): void {
    if (error instanceof UsageError) {
      this.say(error.message.split('\n').map(escapeText).join('\n'));
      if (error.wantsHelpHint) this.#write(`Try '${this.#help}'.\n`);
      return;
    }
    for (const line of describeError(error)) this.say(line);
    if (isDebug && error instanceof Error) this.#write(`${error.stack ?? ''}\n`);
  }
}

/** An error in a line or more: of the input or the system in words, of anything unknown with a hint how to report it. */
function describeError(error: unknown): string[] {
  if (!(error instanceof Error)) return [escapeText(String(error))];
  if (error.name === 'CaptureInputError') return error.message.split('\n').map(escapeText);
  const { code, path } = error as NodeJS.ErrnoException;
  const words = code === undefined ? undefined : SYSTEM_ERRORS.get(code);
  if (words !== undefined) return [escapeText(path === undefined ? words : `${path}: ${words}`)];
  const [firstLine = ''] = error.message.split('\n');
  if (code !== undefined) return [escapeText(firstLine)];
  return [`${escapeText(firstLine)} (${HOW_TO_REPORT})`];
}

const SYSTEM_ERRORS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'no such file'],
  ['EACCES', 'permission denied'],
  ['EPERM', 'permission denied'],
  ['EISDIR', 'is a directory, not a capture'],
  ['EMFILE', 'too many open files'],
  ['ENOSPC', 'no space left on the device'],
  ['EIO', 'the device reports a read error'],
]);

export function writeToStderr(text: string): void {
  standardError().write(text);
}
