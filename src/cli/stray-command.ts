import { editDistance } from '../bytes/edit-distance.ts';
import { fileStatus } from '../io/file-source.ts';
import { COMMANDS } from './args.ts';
import { UsageError } from './usage-error.ts';

/** Letters that may be wrong in a command's name. */
const MAX_WRONG = 2;

/** Throws a UsageError when a command was meant where files are named: `-q pair A B`, `timelin A`. */
export function refuseStrayCommand(files: readonly string[]): void {
  for (const [at, word] of files.entries()) {
    const command = COMMANDS.find(
      (each) => word === each || (at === 0 && editDistance(word, each) <= MAX_WRONG),
    );
    if (command === undefined || word.length <= MAX_WRONG || fileStatus(word) !== null) continue;
    throw new UsageError(
      word === command
        ? `the command goes first: whohungup ${command} …`
        : `there is no file "${word}"; is the command "${command}" meant?`,
    );
  }
}
