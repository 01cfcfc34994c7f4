import { compareSummaries, hasRisen } from '../compare/compare-summaries.ts';
import { displayName } from '../io/capture-input-error.ts';
import type { AnalysisSummary } from '../model/analysis.ts';
import type { Comparison } from '../model/comparison.ts';
import { comparisonRecord } from '../report/compare-record.ts';
import { jsonLine } from '../report/json-line.ts';
import { warnAboutCapture, warnOfOneFile } from './capture-warnings.ts';
import type { CommandContext } from './context.ts';
import { EXIT_DONE, EXIT_FOUND, EXIT_USAGE } from './exit-codes.ts';
import { interrupted } from './interrupted.ts';
import type { Options } from './options.ts';
import { Progress } from './progress.ts';
import { textOptions } from './report-loading.ts';

/** `whohungup compare BEFORE AFTER`: did the change help? Returns the exit code. */
export async function compareCommand(options: Options, context: CommandContext): Promise<number> {
  if (!options.isQuiet) warnOfOneFile(options.files, context.diagnostics);
  const before = await read(options.files[0] ?? '', options, context);
  const after = before.summary === null ? null : await read(options.files[1] ?? '', options, context);
  if (context.signal.aborted)
    return interrupted(context, 'the captures were being read: nothing was compared');
  if (before.summary === null || after === null || after.summary === null) return EXIT_USAGE;
  const comparison = compareSummaries(before.summary, after.summary);
  await write(comparison, options, context);
  if (!before.isWhole || !after.isWhole) return EXIT_USAGE;
  const empty = [before, after].find(({ summary }) => summary?.connections === 0);
  if (empty !== undefined) {
    const names = empty.summary?.capture.files.map(displayName).join(', ');
    context.diagnostics.say(`nothing to compare: ${names} holds no TCP connections`);
    return EXIT_USAGE;
  }
  const isFailure = [...options.failOn].some((group) => hasRisen(comparison.byGroup[group]));
  return isFailure ? EXIT_FOUND : EXIT_DONE;
}

interface ReadResult {
  /** Null when nothing of it could be read; that has then been said. */
  readonly summary: AnalysisSummary | null;
  readonly isWhole: boolean;
}

async function read(
  path: string,
  { maxFrames, isQuiet }: Options,
  context: CommandContext,
): Promise<ReadResult> {
  const progress = new Progress(context.isStderrTerminal && !isQuiet);
  const { summary, inputError } = await context.run({
    paths: [path],
    maxFrames,
    signal: context.signal,
    onProgress: progress.update,
    sink: { connection: () => {}, uneventful: () => {} },
  });
  progress.stop();
  if (!isQuiet) warnAboutCapture(summary.capture, context.diagnostics);
  if (inputError === null) return { summary, isWhole: true };
  context.diagnostics.fault(inputError, context.isDebug);
  return { summary: summary.connections === 0 ? null : summary, isWhole: false };
}

async function write(comparison: Comparison, options: Options, context: CommandContext): Promise<void> {
  if (options.format === 'jsonl') {
    context.write(jsonLine(comparisonRecord(comparison)));
    return;
  }
  const { comparisonText } = await import('../report/compare-text.ts');
  for (const line of comparisonText(comparison, await textOptions(options))) context.write(`${line}\n`);
}
