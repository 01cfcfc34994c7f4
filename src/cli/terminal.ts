import { fstatSync, statSync } from 'node:fs';
import type { WriteStream } from 'node:tty';

const STDOUT = 1;
const STDERR = 2;
let isGuarded = false;

/** Standard output if it is a terminal, else null. */
export function outputTerminal(): WriteStream | null {
  return mayBeTerminal(STDOUT) && process.stdout.isTTY === true ? process.stdout : null;
}

export function isErrorTerminal(): boolean {
  return mayBeTerminal(STDERR) && standardError().isTTY === true;
}

/** What is lost when nobody reads standard error is lost. */
export function standardError(): WriteStream {
  if (!isGuarded) process.stderr.on('error', () => {});
  isGuarded = true;
  return process.stderr;
}

/**
 * Node makes a stream of standard output or error when it is first asked for, which takes milliseconds when it is a pipe.
 * So the system is asked first: a pipe, a file and the null device are no terminals.
 */
function mayBeTerminal(descriptor: number): boolean {
  try {
    const status = fstatSync(descriptor);
    return status.isCharacterDevice() && status.rdev !== statSync('/dev/null').rdev;
  } catch {
    return true;
  }
}
