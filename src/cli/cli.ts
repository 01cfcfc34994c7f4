import { readFileSync, statSync } from 'node:fs';
import { parseArgs } from './args.ts';
import { COMPARE_HELP_TEXT } from './compare-help.ts';
import type { CommandContext } from './context.ts';
import { Diagnostics, writeToStderr } from './diagnostics.ts';
import { EXIT_DONE, EXIT_USAGE } from './exit-codes.ts';
import { EXPLAIN_HELP_TEXT } from './explain-help.ts';
import { growHeapSlowly, growingHeapSlowly } from './frugal-heap.ts';
import { HELP_TEXT } from './help.ts';
import { interruptSignal } from './interrupt.ts';
import { LIVE_HELP_TEXT } from './live-help.ts';
import { type Options, optionsFrom } from './options.ts';
import { Output } from './output.ts';
import { PAIR_HELP_TEXT } from './pair-help.ts';
import { isErrorTerminal, outputTerminal } from './terminal.ts';

/** Translates a command line into a run: the answer is the exit code. Nothing is thrown. */
export async function runCli(argv: readonly string[]): Promise<number> {
  const [command = ''] = argv;
  const diagnostics = new Diagnostics(writeToStderr, HELP_OF.has(command) ? `${command} ` : '');
  const output = new Output();
  const isDebug = process.env['WHOHUNGUP_DEBUG'] === '1';
  try {
    const code = shortAnswer(argv, output) ?? (await runCommand(argv, output, diagnostics, isDebug));
    output.flush();
    return code;
  } catch (error) {
    flushQuietly(output);
    diagnostics.fault(error, isDebug);
    return EXIT_USAGE;
  }
}

/** Of commands that have one of their own. */
const HELP_OF: ReadonlyMap<string, string> = new Map([
  ['pair', PAIR_HELP_TEXT],
  ['compare', COMPARE_HELP_TEXT],
  ['explain', EXPLAIN_HELP_TEXT],
  ['live', LIVE_HELP_TEXT],
]);

/** --help and --version, and nothing typed at all: answered without loading anything. */
function shortAnswer(argv: readonly string[], output: Output): number | null {
  const end = argv.indexOf('--');
  const options = end < 0 ? argv : argv.slice(0, end);
  if (options.includes('--help') || options.includes('-h') || argv[0] === 'help') {
    const command = argv[0] === 'help' ? argv[1] : argv[0];
    output.write(HELP_OF.get(command ?? '') ?? HELP_TEXT);
    return EXIT_DONE;
  }
  if (options.includes('--version') || options.includes('-V')) {
    output.write(`whohungup ${version()}\n`);
    return EXIT_DONE;
  }
  if (argv.length > 0) return null;
  output.write(HELP_TEXT);
  return EXIT_USAGE;
}

async function runCommand(
  argv: readonly string[],
  output: Output,
  diagnostics: Diagnostics,
  isDebug: boolean,
): Promise<number> {
  const stdoutTerminal = outputTerminal();
  const isStdoutTerminal = stdoutTerminal !== null;
  const surroundings = { env: process.env, isStdoutTerminal, columns: stdoutTerminal?.columns };
  const options = optionsFrom(await parseArgs(argv), surroundings);
  const { runCapture } = await import('./run-analysis.ts');
  return commandOf(options)(options, {
    write: output.write,
    flush: () => output.flush(),
    diagnostics,
    signal: interruptSignal(),
    run: growingHeapSlowly(runCapture),
    isDebug,
    isStdoutTerminal,
    isStderrTerminal: isErrorTerminal(),
    isSeekable,
  });
}

function commandOf(options: Options): (options: Options, context: CommandContext) => Promise<number> {
  return async (...given) => {
    if (options.command === 'timeline')
      return (await import('./timeline-command.ts')).timelineCommand(...given);
    if (options.command === 'live') {
      await growHeapSlowly();
      return (await import('./live-command.ts')).liveCommand(...given);
    }
    if (options.command === 'compare') return (await import('./compare-command.ts')).compareCommand(...given);
    if (options.command === 'pair') return (await import('./pair-command.ts')).pairCommand(...given);
    if (options.command === 'explain') return (await import('./explain-command.ts')).explainCommand(...given);
    return (await import('./analyze-command.ts')).analyzeCommand(...given);
  };
}

/** A regular file can be read twice; a pipe cannot. What cannot be looked at fails later, with its own message. */
function isSeekable(path: string): boolean {
  return path !== '-' && (statSync(path, { throwIfNoEntry: false })?.isFile() ?? true);
}

function version(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return String((JSON.parse(manifest) as { version: unknown }).version);
}

/** The fault that is being reported may be that of the output itself. */
function flushQuietly(output: Output): void {
  try {
    output.flush();
  } catch {}
}
