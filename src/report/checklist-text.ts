import { escapeText } from '../bytes/escape-text.ts';
import { counted } from '../bytes/number-text.ts';
import type { AnalysisSummary, CaptureOverview } from '../model/analysis.ts';
import type { Answer, Checklist } from '../model/conditions.ts';
import type { JudgedConnection } from '../model/verdict.ts';
import { padLeft, wrap } from './layout.ts';
import { readLines } from './overview-text.ts';
import type { Report } from './report.ts';
import type { TextOptions } from './text-options.ts';

const NUMBER_WIDTH = 2;
const INDENT = '    ';

/** The questions that one asks about a capture, each with its answer and what is behind it. */
export class ChecklistReport implements Report {
  readonly #write: (chunk: string) => void;
  readonly #options: TextOptions;

  constructor(write: (chunk: string) => void, options: TextOptions) {
    this.#write = write;
    this.#options = options;
  }

  connection(_judged: JudgedConnection, _isSelected: boolean, _overview: CaptureOverview): void {}

  end(summary: AnalysisSummary): void {
    for (const line of checklistLines(summary, this.#options)) this.#write(`${line}\n`);
  }
}

function checklistLines(summary: AnalysisSummary, options: TextOptions): string[] {
  const { checklist } = summary;
  if (checklist === undefined) return [];
  const { palette, width, verbosity, isQuiet } = options;
  const lines = isQuiet ? [] : [...readLines(summary.capture, summary.connections, width), ''];
  checklist.answers.forEach((answer, index) => {
    lines.push(...answerLines(answer, index + 1, options));
  });
  const left = leftOutText(checklist);
  if (left !== '') lines.push('', ...wrap(left, width).map((line) => palette.caution(line)));
  if (!isQuiet && verbosity === 0)
    lines.push(
      '',
      ...wrap('By group of connections: -v. One connection: whohungup timeline FILE --conn ID', width).map(
        (line) => palette.faint(line),
      ),
    );
  return lines;
}

function answerLines(answer: Answer, number: number, options: TextOptions): string[] {
  const { palette, width, verbosity, isQuiet } = options;
  const room = width - INDENT.length;
  const say = (text: string, style: (line: string) => string, hanging = ''): string[] =>
    wrap(escapeText(text), room, hanging).map((line) => INDENT + style(line));
  const [first = '', ...rest] = say(answer.question, palette.title);
  const lines = [`${padLeft(String(number), NUMBER_WIDTH)}  ${first.slice(INDENT.length)}`, ...rest];
  lines.push(...say(answer.answer, answer.isAnswered ? (line) => line : palette.caution));
  const behind = isQuiet ? '' : behindText(answer);
  if (behind !== '') lines.push(...say(behind, palette.reference));
  if (verbosity > 0 && !isQuiet)
    for (const detail of answer.details) lines.push(...say(`* ${detail}`, palette.faint, '  '));
  return lines;
}

/** "[id 3, 17; frame 41, 90]" */
function behindText({ connections, frames }: Answer): string {
  const parts = [
    ...(connections.length > 0 ? [`id ${connections.join(', ')}`] : []),
    ...(frames.length > 0 ? [`frame ${frames.join(', ')}`] : []),
  ];
  return parts.length === 0 ? '' : `[${parts.join('; ')}]`;
}

function leftOutText({ unmeasured }: Checklist): string {
  if (unmeasured === 0) return '';
  return `Too many connections were open at once: of ${counted(unmeasured, 'connection')} only the end is known.`;
}
