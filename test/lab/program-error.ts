import type { ApplicationView } from '../../src/model/verdict.ts';
import type { ProgramReport } from './staged-truth.ts';

/** The words by which our sentences, and programs, name an error. */
const WORDS: Readonly<Record<string, RegExp>> = {
  ECONNRESET: /ECONNRESET|connection reset|\(104\b/i,
  EPIPE: /EPIPE|broken pipe|\(32\b/i,
  ETIMEDOUT: /ETIMEDOUT|timed out|\(110\b/i,
  ECONNREFUSED: /ECONNREFUSED|refused/i,
  EHOSTUNREACH: /EHOSTUNREACH|no route to host/i,
  EOF: /end of file|\bEOF\b|ordinary end|short answer|prematurely closed|empty reply|transfer closed|no errno/i,
};

/** Sentences that promise the program no error. */
const NO_ERROR =
  /^(closed it itself|saw an ordinary end|still (has it|believes the connection is) open|never saw the|heard nothing of it|does not read|nothing: )/;

/** `Go: …`, `nginx as proxy: …`: what one named program says. */
const OF_PROGRAM = /^([A-Za-z]+)(?: [a-z ]+| \([^)]*\))?: /;

/**
 * Whether the error that the verdict predicts for one side's program is the one it met. Null when nobody knows what
 * it met. Counted as right:
 * - the `errno` field is the error met;
 * - the sentence names it in a part that is about every program, or about the program that ran. It may name two
 *   ("ECONNRESET on the next read or write, EPIPE on later writes"): which one comes depends on the program's next
 *   call, which no capture shows;
 * - no error was met, and the sentence promises none.
 * What the sentence says of other programs does not count.
 */
export function predictsError(view: ApplicationView, met: ProgramReport): boolean | null {
  if (met.errno === null) return null;
  if (met.errno === 'none') return view.errno === null && NO_ERROR.test(view.likely);
  if (view.errno === met.errno) return true;
  const words = WORDS[met.errno];
  if (words === undefined) return false;
  return partsFor(met.program, view.likely).some((part) => words.test(part));
}

function partsFor(program: string, likely: string): string[] {
  return likely.split('; ').filter((part) => {
    const named = OF_PROGRAM.exec(part)?.[1];
    return named === undefined || named.toLowerCase() === program.toLowerCase();
  });
}
