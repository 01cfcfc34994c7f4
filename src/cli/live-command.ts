import { ReadStream, WriteStream } from 'node:tty';
import { LiveCaptureError } from '../io/live/capture-request.ts';
import { listInterfaces } from '../io/live/interfaces.ts';
import { padRight } from '../report/layout.ts';
import type { CommandContext } from './context.ts';
import { EXIT_DONE, EXIT_NO_CAPTURE, EXIT_USAGE } from './exit-codes.ts';
import { interrupted } from './interrupted.ts';
import { LiveNotices } from './live-notices.ts';
import { LiveSession, type SessionParts } from './live-session.ts';
import { startCapture } from './live-start.ts';
import type { Options } from './options.ts';
import { liveJsonReport, liveTextReport, textOptions } from './report-loading.ts';

const NAME_WIDTH = 16;
const STATE_WIDTH = 10;

/** `whohungup live -i IF`: verdicts as connections end. Returns the exit code. */
export async function liveCommand(options: Options, context: CommandContext): Promise<number> {
  if (options.live!.isListing) {
    for (const line of interfaceLines()) context.write(`${line}\n`);
    return EXIT_DONE;
  }
  // Everything is loaded before root is given up: the program's own files may be for root only.
  const parts = await loadParts(options, context);
  try {
    const started = await startCapture(options.live!, parts.notices.say, context.signal);
    return await new LiveSession(options, context, parts, started).run();
  } catch (error) {
    if (!(error instanceof LiveCaptureError)) throw error;
    if (context.signal.aborted) return interrupted(context, 'the interface was being opened');
    context.diagnostics.say(error.message);
    return error.kind === 'permission' || error.kind === 'missing' ? EXIT_NO_CAPTURE : EXIT_USAGE;
  }
}

async function loadParts(options: Options, context: CommandContext): Promise<SessionParts> {
  const isScreen = wantsScreen(options);
  const make = options.format === 'jsonl' ? liveJsonReport : liveTextReport;
  // On the screen the verdicts are shown there: only the summary is printed.
  const report = await make(isScreen ? { ...options, isQuiet: true } : options, context.write);
  return {
    report,
    notices: new LiveNotices(context.diagnostics),
    makeView: isScreen ? await viewMaker(options) : null,
    makeMetrics: options.live?.metrics == null ? null : await metricsMaker(),
    makeOtlp: options.live?.otlp == null ? null : await otlpMaker(options.live.otlp),
  };
}

function wantsScreen({ format, live, isQuiet }: Options): boolean {
  if (live?.wantsScreen !== true || format !== 'text' || isQuiet) return false;
  return process.stdout instanceof WriteStream && process.env['TERM'] !== 'dumb';
}

async function viewMaker(options: Options): Promise<SessionParts['makeView']> {
  const [{ LiveView }, text] = await Promise.all([import('./live-view.ts'), textOptions(options)]);
  const ladder = { ...text, timeMode: options.timeMode, fileCount: 1 };
  const input = process.stdin instanceof ReadStream ? process.stdin : null;
  return (board, title, onQuit) =>
    new LiveView(board, title, ladder, process.stdout as WriteStream, input, onQuit);
}

async function otlpMaker(base: string): Promise<SessionParts['makeOtlp']> {
  return (await import('./live-otlp.ts')).otlpMaker(base);
}

async function metricsMaker(): Promise<SessionParts['makeMetrics']> {
  const { LiveMetrics } = await import('./live-metrics.ts');
  return (read) => new LiveMetrics(read);
}

function interfaceLines(): string[] {
  return listInterfaces().map(({ name, state, addresses }) =>
    `${padRight(name, NAME_WIDTH)} ${padRight(state, STATE_WIDTH)} ${addresses.join(' ')}`.trimEnd(),
  );
}
