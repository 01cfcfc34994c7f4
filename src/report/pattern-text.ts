import { escapeText } from '../bytes/escape-text.ts';
import { counted, thousands } from '../bytes/number-text.ts';
import type { AnalysisSummary, BufferingEstimate, Pattern } from '../model/analysis.ts';
import { wrap } from './layout.ts';
import { durationText, shareText } from './quantity.ts';
import type { TextOptions } from './text-options.ts';

/** Patterns told without -v: the largest ones. */
const MAX_SHORT = 3;
const MAX_IDS_SHORT = 5;
const INDENT = '  ';

/** What several connections have in common; with -v all of them, and what to do about each. */
export function patternLines(
  { patterns, responses }: AnalysisSummary,
  { palette, width, verbosity }: TextOptions,
): string[] {
  const lines: string[] = [];
  const shown = verbosity > 0 ? patterns : patterns.slice(0, MAX_SHORT);
  if (shown.length > 0) lines.push(palette.title('Patterns'));
  for (const pattern of shown) {
    lines.push(...wrap(`* ${escapeText(pattern.text)}${idsText(pattern, verbosity)}`, width, INDENT));
    if (verbosity === 0) continue;
    for (const detail of detailsOf(pattern))
      lines.push(...wrap(INDENT + detail, width, INDENT).map((line) => palette.faint(line)));
  }
  const hidden = patterns.length - shown.length;
  if (hidden > 0) lines.push(palette.faint(`  … and ${counted(hidden, 'more pattern')}: -v`));
  if (responses.buffering !== null) {
    if (lines.length > 0) lines.push('');
    lines.push(...wrap(bufferingText(responses.buffering), width));
    if (verbosity > 0)
      lines.push(
        ...wrap(bufferingDetail(responses.buffering), width, INDENT).map((line) => palette.faint(line)),
      );
  }
  return lines;
}

function idsText({ examples, connections }: Pattern, verbosity: number): string {
  const ids = verbosity > 0 ? examples : examples.slice(0, MAX_IDS_SHORT);
  if (ids.length === 0) return '';
  return ` (id ${ids.join(', ')}${connections > ids.length ? ', …' : ''})`;
}

function detailsOf({ suggests, next, pValue }: Pattern): string[] {
  const chance =
    pValue === null
      ? 'each of them is evidence by itself'
      : `by chance so striking with a probability of ${pValueText(pValue)}`;
  return [escapeText(`${suggests} ${next}`), `(${chance})`];
}

/** A probability far below anything that matters is only called small. */
function pValueText(pValue: number): string {
  return pValue < 1e-6 ? 'less than one in a million' : pValue.toPrecision(1);
}

function bufferingText({
  departures,
  responses,
  expected,
  expectedLow,
  expectedHigh,
  exposureNs,
  exposureAtOnceNs,
}: BufferingEstimate): string {
  const atOnce = exposureAtOnceNs < 1e6 ? 'less than 1 ms' : `about ${durationText(exposureAtOnceNs)}`;
  return `Written in one go, these responses would have been on the wire for ${atOnce} instead of ${durationText(exposureNs)} on average. At the rate at which clients leave, resets in the response would fall from ${shareText(departures / responses)} to about ${shareText(expected / responses)} (95 %: ${thousands(expectedLow)} to ${thousands(expectedHigh)} of ${thousands(responses)}). Clients that do not want to wait would then leave before it begins.`;
}

function bufferingDetail(estimate: BufferingEstimate): string {
  const { pausedShare, roundTripNs, hazard, hazardLow, hazardHigh } = estimate;
  const per = (rate: number): string => rate.toPrecision(2);
  return `Assumed: clients leave at a constant ${per(hazard)} a second on the wire (95 %: ${per(hazardLow)} to ${per(hazardHigh)}); a response written in one go needs only the round trips of slow start (${durationText(roundTripNs)} each, ten segments first). Seen: in ${shareText(pausedShare)} of the time the server had nothing to send.`;
}
