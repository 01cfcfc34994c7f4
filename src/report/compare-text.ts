import { escapeText } from '../bytes/escape-text.ts';
import { thousands } from '../bytes/number-text.ts';
import type { ComparedCapture, Comparison, RateChange, RateFigures } from '../model/comparison.ts';
import { compareSentences } from './compare-words.ts';
import { padLeft, padRight, shortenMiddle, wrap } from './layout.ts';
import { durationText, shareText } from './quantity.ts';
import type { TextOptions } from './text-options.ts';
import { GROUP_DEED } from './words.ts';

const LABEL_WIDTH = 28;
const COLUMN_WIDTH = 20;
const INDENT = '  ';
const GROUPS = ['client-abort', 'intermediary', 'server'] as const;

/** What a person reads first: whether it helped and whether that can be chance; then the figures. */
export function comparisonText(comparison: Comparison, options: TextOptions): string[] {
  const { palette, width, isQuiet } = options;
  const [verdict = '', ...reasons] = compareSentences(comparison);
  const style = comparison.verdict === 'fewer' ? palette.good : palette.caution;
  const lines = wrap(verdict, width).map((line) => style(line));
  for (const reason of reasons) lines.push(...wrap(reason, width));
  if (isQuiet) return lines;
  const isNarrow = width < LABEL_WIDTH + 2 * COLUMN_WIDTH;
  lines.push('', ...(isNarrow ? lists(comparison) : table(comparison, options)));
  return lines.flatMap((line) => (line.length <= width ? [line] : wrap(line, width, INDENT)));
}

type Row = readonly [label: string, before: string, after: string];

function table(comparison: Comparison, { palette, width }: TextOptions): string[] {
  const lines: string[] = [];
  for (const [label, before, after] of rowsOf(comparison, COLUMN_WIDTH - 2)) {
    const line = padRight(label, LABEL_WIDTH) + padLeft(before, COLUMN_WIDTH) + padLeft(after, COLUMN_WIDTH);
    lines.push((lines.length === 0 ? palette.title(line) : line).trimEnd());
  }
  return [...lines, ...wrap('In brackets: 95 % confidence.', width).map((line) => palette.faint(line))];
}

/** On a narrow terminal each figure has lines of its own, with its range behind it. */
function lists(comparison: Comparison): string[] {
  const lines: string[] = [];
  for (const [label, before, after] of rowsOf(comparison, LABEL_WIDTH)) {
    if (label === '' && lines.length > 0) {
      lines[lines.length - 2] += ` ${before}`;
      lines[lines.length - 1] += ` ${after}`;
      continue;
    }
    lines.push(label === '' ? 'Capture' : label.trim());
    if (before !== '') lines.push(`${INDENT}before: ${before}`, `${INDENT}after:  ${after}`);
  }
  return lines;
}

function rowsOf(comparison: Comparison, room: number): Row[] {
  const { before, after, byGroup, cut, unanswered } = comparison;
  const rows: Row[] = [
    ['', shortenMiddle(fileOf(before), room), shortenMiddle(fileOf(after), room)],
    ['Connections', thousands(before.connections), thousands(after.connections)],
  ];
  for (const group of GROUPS) rows.push(...rateRows(`  ${GROUP_DEED[group]}`, byGroup[group]));
  rows.push(['Responses', thousands(cut.before.of), thousands(cut.after.of)]);
  rows.push(...rateRows('  cut while being sent', cut));
  rows.push(...rateRows('  not even begun', unanswered));
  rows.push(['On the wire', '', '']);
  rows.push(['  middle response', exposure(before, 'medianExposureNs'), exposure(after, 'medianExposureNs')]);
  rows.push(['  slowest of twenty', exposure(before, 'p95ExposureNs'), exposure(after, 'p95ExposureNs')]);
  rows.push([
    '  all together',
    durationText(before.responses.exposureNs),
    durationText(after.responses.exposureNs),
  ]);
  rows.push(['Clients left, a minute there', hazardText(before), hazardText(after)]);
  rows.push(['', hazardRange(before), hazardRange(after)]);
  return rows;
}

function rateRows(label: string, { before, after }: RateChange): Row[] {
  return [
    [
      label,
      `${thousands(before.count)} = ${shareText(before.rate)}`,
      `${thousands(after.count)} = ${shareText(after.rate)}`,
    ],
    ['', rangeText(before), rangeText(after)],
  ];
}

function rangeText({ low, high }: RateFigures): string {
  return `(${shareText(low)} to ${shareText(high)})`;
}

function exposure({ responses }: ComparedCapture, which: 'medianExposureNs' | 'p95ExposureNs'): string {
  const ns = responses[which];
  return ns === null ? '-' : durationText(ns);
}

function hazardText({ hazard }: ComparedCapture): string {
  return hazard.hazard === null ? '-' : perMinute(hazard.hazard);
}

function hazardRange({ hazard: { low, high } }: ComparedCapture): string {
  return low === null || high === null ? '' : `(${perMinute(low)} to ${perMinute(high)})`;
}

function perMinute(perSecond: number): string {
  return String(Number((perSecond * 60).toPrecision(2)));
}

function fileOf({ capture }: ComparedCapture): string {
  const [file = ''] = capture.files;
  return file === '-' ? 'standard input' : escapeText(file);
}
