import type { CaptureOverview } from '../model/analysis.ts';
import type { ExplainReport } from '../report/explain-report.ts';
import type { PairReport } from '../report/pair-report.ts';
import type { Report } from '../report/report.ts';
import type { TextOptions } from '../report/text-options.ts';
import type { Options } from './options.ts';

/** Each report loads only what it needs: chalk and the width tables are no use to a script that wants JSON. */

export async function jsonLinesReport(_options: Options, write: (chunk: string) => void): Promise<Report> {
  const [{ JsonlReport }, { sha1 }] = await Promise.all([import('../report/jsonl.ts'), import('./sha1.ts')]);
  return new JsonlReport(write, sha1);
}

export async function textReport(options: Options, write: (chunk: string) => void): Promise<Report> {
  const { TextReport } = await import('../report/text.ts');
  return new TextReport(write, await textOptions(options));
}

export async function checklistReport(options: Options, write: (chunk: string) => void): Promise<Report> {
  const { ChecklistReport } = await import('../report/checklist-text.ts');
  return new ChecklistReport(write, await textOptions(options));
}

/** Live, each record is written as it comes; the capture record goes before the first. */
export async function liveJsonReport(_options: Options, write: (chunk: string) => void): Promise<Report> {
  const [{ JsonlReport }, { sha1 }] = await Promise.all([import('../report/jsonl.ts'), import('./sha1.ts')]);
  return new JsonlReport(write, sha1, 0);
}

export async function liveTextReport(options: Options, write: (chunk: string) => void): Promise<Report> {
  const { LiveTextReport } = await import('../report/live-text.ts');
  return new LiveTextReport(write, await textOptions(options));
}

export async function pairReport(options: Options, write: (chunk: string) => void): Promise<PairReport> {
  if (options.format === 'jsonl') {
    const [{ PairJsonl }, { sha1 }] = await Promise.all([
      import('../report/pair-jsonl.ts'),
      import('./sha1.ts'),
    ]);
    return new PairJsonl(write, sha1);
  }
  if (options.isLadder) {
    const { PairLadders } = await import('../report/pair-ladder.ts');
    return new PairLadders(write, await textOptions(options), options.conn !== null);
  }
  const { PairText } = await import('../report/pair-text.ts');
  return new PairText(write, await textOptions(options));
}

export async function textOptions(options: Options): Promise<TextOptions> {
  const [{ chalkFor }, { paletteOf }] = await Promise.all([
    import('./chalk.ts'),
    import('../report/palette.ts'),
  ]);
  return {
    palette: paletteOf(chalkFor(options.isColoured)),
    width: options.width,
    verbosity: options.verbosity,
    isQuiet: options.isQuiet,
    isAll: options.isAll,
    selection: options.selectionText,
  };
}

export async function explainReport(
  options: Options,
  overview: CaptureOverview,
  write: (chunk: string) => void,
): Promise<ExplainReport> {
  if (options.format === 'jsonl') {
    const { ExplainJsonl } = await import('../report/explain-jsonl.ts');
    return new ExplainJsonl(write, overview);
  }
  const { ExplainText } = await import('../report/explain-text.ts');
  return new ExplainText(write, overview, await textOptions(options));
}
