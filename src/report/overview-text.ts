import { escapeText } from '../bytes/escape-text.ts';
import { counted, thousands } from '../bytes/number-text.ts';
import type { AnalysisSummary, CaptureOverview } from '../model/analysis.ts';
import type { CaptureWarning } from '../model/frame.ts';
import { padLeft, padRight, shortenMiddle, widthOf, wrap } from './layout.ts';
import { patternLines } from './pattern-text.ts';
import { durationText } from './quantity.ts';
import type { Tally, TallyKey, TallyLine } from './tally.ts';
import type { TextOptions } from './text-options.ts';
import { utcDate, utcTimeOfDay } from './wall-time.ts';
import { warningText } from './warning-text.ts';
import { GROUP_DEED, POSITION_WORDS, vantageWords } from './words.ts';
import { worryText } from './worry-text.ts';

const MAX_FILES_NAMED = 3;
const MAX_WARNINGS = 10;
const MAX_POSITIONS = 3;
const LABEL_WIDTH = 10;
/** A narrower column of details than this reads worse than lines of their own. */
const MIN_DETAIL_WIDTH = 24;
const NARROW_INDENT = 6;
const SECONDS_DIGITS = 0;

/** What a tired person reads in ten seconds: is it worth worrying, what was read, what happened. */
export function overviewText(summary: AnalysisSummary, tally: Tally, options: TextOptions): string[] {
  const { palette, width } = options;
  const style = tally.look > 0 ? palette.caution : palette.good;
  const lines = wrap(worryText(summary, tally).join(' '), width).map((line) => style(line));
  lines.push('', ...readLines(summary.capture, tally.connections, width));
  if (tally.connections > 0) lines.push('', ...countLines(tally, options));
  if (summary.capture.warnings.length > 0) lines.push('', ...warningLines(summary.capture.warnings, options));
  const patterns = patternLines(summary, options);
  if (patterns.length > 0) lines.push('', ...patterns);
  return lines;
}

export function readLines(capture: CaptureOverview, connections: number, width: number): string[] {
  const lines: string[] = [];
  const say = (label: string, text: string): void => {
    const room = width - LABEL_WIDTH;
    wrap(text, room).forEach((line, index) => {
      lines.push(padRight(index === 0 ? label : '', LABEL_WIDTH) + line);
    });
  };
  say(
    'Read',
    `${filesText(capture.files, width - LABEL_WIDTH)}: ${counted(capture.frames, 'frame')}, ${counted(connections, 'TCP connection')}`,
  );
  const notTcp = otherFramesText(capture);
  if (notTcp !== '') say('', notTcp);
  const { firstNs, lastNs } = capture;
  if (firstNs !== null && lastNs !== null) {
    const isSameDay = utcDate(capture, firstNs) === utcDate(capture, lastNs);
    const end = `${isSameDay ? '' : `${utcDate(capture, lastNs)} `}${utcTimeOfDay(capture, lastNs, SECONDS_DIGITS)}`;
    const start = `${utcDate(capture, firstNs)} ${utcTimeOfDay(capture, firstNs, SECONDS_DIGITS)}`;
    say('Time', `${start} to ${end} UTC (${durationText(lastNs - firstNs)})`);
  }
  if (!capture.isComplete) say('', 'Not read to the end: the counts are those so far.');
  if (capture.drops !== null && capture.drops > 0)
    say('Lost', `${counted(capture.drops, 'frame')} dropped by the capture itself`);
  if (connections > 0) say('Captured', vantageWords(capture.vantage));
  return lines;
}

function filesText(files: readonly string[], room: number): string {
  if (files.length === 0) return 'nothing so far';
  const names = files.map((file) => shortenMiddle(file === '-' ? 'standard input' : escapeText(file), room));
  if (names.length <= MAX_FILES_NAMED) return names.join(', ');
  return `${thousands(names.length)} files from ${names[0]} to ${names.at(-1)}`;
}

function otherFramesText(capture: CaptureOverview): string {
  const parts: string[] = [];
  if (capture.malformedFrames > 0) parts.push(`${thousands(capture.malformedFrames)} damaged`);
  if (capture.unsupportedFrames > 0)
    parts.push(`${thousands(capture.unsupportedFrames)} of a link type that cannot be read`);
  return parts.length === 0 ? '' : `(frames set aside: ${parts.join(', ')})`;
}

const ROWS: readonly (readonly [TallyKey, string])[] = [
  ['clean', 'ended well'],
  ['client-abort', GROUP_DEED['client-abort']],
  ['intermediary', GROUP_DEED.intermediary],
  ['server', GROUP_DEED.server],
  ['aborted', 'reset, nobody to name'],
  ['truncated', 'cut short, nobody to name'],
  ['refused', 'refused, nobody to name'],
  ['timed-out', 'went silent (timed out)'],
  ['open', 'still open at the end'],
  ['scan', 'handshake only (probe)'],
];

function countLines(tally: Tally, options: TextOptions): string[] {
  const numberWidth = thousands(tally.connections).length + 2;
  const labelWidth = Math.max(...ROWS.map(([, label]) => widthOf(label)));
  const lines: string[] = [];
  for (const [key, label] of ROWS) {
    const line = tally.lines.get(key);
    if (line === undefined) continue;
    const head = `${padLeft(thousands(line.count), numberWidth)}  ${padRight(label, labelWidth)}`;
    lines.push(...withDetail(head, detailText(key, line), options));
  }
  return lines;
}

/** `detail` beside `head`, or below it where the terminal is too narrow. */
function withDetail(head: string, detail: string, { palette, width }: TextOptions): string[] {
  if (detail === '') return [head.trimEnd()];
  const isBeside = width - widthOf(head) >= MIN_DETAIL_WIDTH;
  const indent = ' '.repeat(isBeside ? widthOf(head) + 2 : NARROW_INDENT);
  const texts = wrap(detail, width - indent.length).map((text) => palette.faint(text));
  const [first = '', ...rest] = texts;
  if (!isBeside) return [head.trimEnd(), ...texts.map((text) => indent + text)];
  return [`${head}  ${first}`, ...rest.map((text) => indent + text)];
}

function detailText(key: TallyKey, line: TallyLine): string {
  if (key === 'clean') return wellDetail(line);
  if (key === 'open' || key === 'scan') return '';
  const places = [...line.positions].sort((a, b) => b[1] - a[1]);
  const shown = places.slice(0, MAX_POSITIONS).map(([position, count]) => {
    return places.length === 1 ? POSITION_WORDS[position] : `${thousands(count)} ${POSITION_WORDS[position]}`;
  });
  if (places.length > MAX_POSITIONS) shown.push('…');
  const parts = [shown.join(', ')];
  if (line.harmless > 0)
    parts.push(line.harmless === line.count ? 'harmless' : `${thousands(line.harmless)} harmless`);
  if (line.undetermined > 0)
    parts.push(
      `${line.undetermined === line.count ? '' : `${thousands(line.undetermined)} `}only a best guess`,
    );
  return parts.join('; ');
}

function wellDetail({ count, tooLate, oneDirection }: TallyLine): string {
  const parts: string[] = [];
  if (tooLate > 0)
    parts.push(
      `${tooLate === count ? '' : `${thousands(tooLate)} of them `}with a request that came too late`,
    );
  if (oneDirection > 0)
    parts.push(
      `as far as one direction shows${oneDirection === count ? '' : ` (${thousands(oneDirection)} of them)`}`,
    );
  return parts.join('; ');
}

function warningLines(warnings: readonly CaptureWarning[], { palette, width }: TextOptions): string[] {
  const lines = [palette.caution(`${counted(warnings.length, 'warning')} about the capture:`)];
  for (const warning of warnings.slice(0, MAX_WARNINGS)) {
    lines.push(...wrap(`! ${warningText(warning)}`, width, '  ').map((line) => palette.caution(line)));
  }
  if (warnings.length > MAX_WARNINGS) lines.push(`  … and ${thousands(warnings.length - MAX_WARNINGS)} more`);
  return lines;
}
