import type { AnalysisSink, CaptureOverview } from '../model/analysis.ts';
import type { JudgedConnection } from '../model/verdict.ts';
import type { Report } from '../report/report.ts';
import { warnAbout } from './capture-warnings.ts';
import type { CommandContext } from './context.ts';
import { EXIT_DONE, EXIT_FOUND, EXIT_USAGE } from './exit-codes.ts';
import type { Options } from './options.ts';
import { Progress } from './progress.ts';
import { checklistReport, jsonLinesReport, textReport } from './report-loading.ts';
import { refuseStrayCommand } from './stray-command.ts';

/** `whohungup FILE…`: verdicts for saved captures. Returns the exit code. */
export async function analyzeCommand(options: Options, context: CommandContext): Promise<number> {
  refuseStrayCommand(options.files);
  const text = options.isChecklist ? checklistReport : textReport;
  const make = options.format === 'jsonl' ? jsonLinesReport : text;
  const report = await make(options, context.write);
  let isFailure = false;
  const connection = (judged: JudgedConnection, overview: CaptureOverview): void => {
    const isSelected = options.selection === null || options.selection(judged);
    const { group } = judged.verdict;
    if (isSelected && group !== null && options.failOn.has(group)) isFailure = true;
    report.connection(judged, isSelected, overview);
  };
  const needsEvery = report.uneventful === undefined || options.selection !== null;
  const progress = new Progress(context.isStderrTerminal && !options.isQuiet);
  const { summary, inputError } = await context.run({
    paths: options.files,
    maxFrames: options.maxFrames,
    signal: context.signal,
    onProgress: progress.update,
    wantsConditions: options.isChecklist,
    jobs: await jobsOf(options),
    sink: needsEvery ? { connection } : sinkOf(report, connection),
  });
  progress.stop();
  // A file that could not even be opened leaves nothing to report: the error says it all.
  if (inputError === null || summary.capture.frames > 0 || options.format === 'jsonl') report.end(summary);
  // On a terminal the text report has just shown them.
  const isShown = options.format === 'text' && context.isStdoutTerminal;
  if (!options.isQuiet && !isShown) warnAbout(summary.capture.warnings, context.diagnostics);
  if (inputError !== null) {
    context.diagnostics.fault(inputError, context.isDebug);
    return EXIT_USAGE;
  }
  return isFailure ? EXIT_FOUND : EXIT_DONE;
}

/** For a report that counts some connections without looking at each. */
function sinkOf(report: Report, connection: AnalysisSink['connection']): AnalysisSink {
  const uneventful = (): void => report.uneventful?.();
  if (report.alike === undefined) return { connection, uneventful };
  // Nobody is blamed for these, so --fail-on does not ask for them.
  return { connection, uneventful, alike: (judged, id) => report.alike?.(judged, id) };
}

async function jobsOf({ jobs, files }: Options): Promise<number> {
  return jobs === 'auto' ? (await import('./jobs/division.ts')).automaticJobs(files) : jobs;
}
