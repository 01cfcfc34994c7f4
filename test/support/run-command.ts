import { parseArgs } from '../../src/cli/args.ts';
import type { CommandContext } from '../../src/cli/context.ts';
import { Diagnostics } from '../../src/cli/diagnostics.ts';
import { type Options, optionsFrom } from '../../src/cli/options.ts';
import { runCapture } from '../../src/cli/run-analysis.ts';

export interface CommandOutcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command on real captures, away from any terminal. Its usage errors are thrown. */
export async function runCommand(
  command: (options: Options, context: CommandContext) => Promise<number>,
  words: readonly string[],
  signal = new AbortController().signal,
): Promise<CommandOutcome> {
  let out = '';
  let err = '';
  const surroundings = { env: {}, isStdoutTerminal: false, columns: undefined };
  const options = optionsFrom(await parseArgs(words), surroundings);
  const code = await command(options, {
    write: (chunk) => {
      out += chunk;
    },
    flush: () => {},
    diagnostics: new Diagnostics((text) => {
      err += text;
    }),
    signal,
    run: runCapture,
    isDebug: false,
    isStdoutTerminal: false,
    isStderrTerminal: false,
    isSeekable: () => true,
  });
  return { code, out, err };
}

/** What is said instead, when a command cannot be run. */
export function faultOf(outcome: Promise<CommandOutcome>): Promise<string> {
  return outcome.then(
    () => 'no fault',
    (error: Error) => error.message,
  );
}
