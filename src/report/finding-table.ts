import { escapeText } from '../bytes/escape-text.ts';
import { counted, thousands } from '../bytes/number-text.ts';
import type { CaptureOverview } from '../model/analysis.ts';
import type { JudgedConnection } from '../model/verdict.ts';
import { evidenceLines } from './evidence-lines.ts';
import { killerOf } from './exchange-record.ts';
import { type Finding, MAX_DISTINCT } from './findings.ts';
import { padLeft, padRight, widthOf, wrap } from './layout.ts';
import type { TextOptions } from './text-options.ts';
import { utcDate, utcTimeOfDay } from './wall-time.ts';
import { connectionFilter, frameFilter } from './wireshark-filter.ts';
import { culpritWords, endpointText, needsALook, POSITION_WORDS } from './words.ts';

/** Milliseconds are enough to find one's place in a log; the exact time is in the timeline and the record. */
const TIME_DIGITS = 3;
const COLUMN_GAP = '  ';
/** "  " or "! " before each row. */
const MARK_WIDTH = 2;

interface Columns {
  /** Do the addresses of all rows fit beside the rest? Else they go below, in all rows alike. */
  readonly isPeersBeside: boolean;
  readonly id: number;
  readonly time: number;
  readonly culprit: number;
  readonly position: number;
}

/** The connections that ended badly: a row of facts each, and below it what happened in a sentence. */
export function findingTable(
  findings: readonly Finding[],
  overview: CaptureOverview,
  options: TextOptions,
): string[] {
  const { palette } = options;
  const isManyDays = spansDays(overview);
  const rows = findings.map((finding) => ({
    finding,
    time: endTimeText(finding.judged, overview, isManyDays),
  }));
  const widths = {
    id: Math.max(2, ...findings.map(({ judged }) => String(judged.facts.id).length)),
    time: Math.max(widthOf(TIME_TITLE), ...rows.map(({ time }) => widthOf(time))),
    culprit: Math.max(11, ...findings.map(({ judged }) => widthOf(culpritWords(judged.verdict)))),
    position: Math.max(5, ...findings.map(({ judged }) => widthOf(POSITION_WORDS[judged.verdict.position]))),
  };
  const rowWidth = widths.id + widths.time + widths.culprit + widths.position + 4 * COLUMN_GAP.length;
  const peersWidth = Math.max(...findings.map(({ judged }) => widthOf(peersText(judged))));
  const columns: Columns = { ...widths, isPeersBeside: MARK_WIDTH + rowWidth + peersWidth <= options.width };
  const titles = [
    padLeft('ID', columns.id),
    padRight(TIME_TITLE, columns.time),
    padRight('WHO HUNG UP', columns.culprit),
    padRight('WHERE', columns.position),
    ...(columns.isPeersBeside ? ['CLIENT → SERVER'] : []),
  ];
  const lines = [palette.faint(`  ${fitCells(titles, options.width - MARK_WIDTH).row.trimEnd()}`)];
  for (const { finding, time } of rows) lines.push(...entryLines(finding, time, columns, overview, options));
  return lines;
}

const TIME_TITLE = 'ENDED (UTC)';

function entryLines(
  finding: Finding,
  time: string,
  columns: Columns,
  overview: CaptureOverview,
  options: TextOptions,
): string[] {
  const { palette, width } = options;
  const { judged } = finding;
  const { facts, verdict } = judged;
  const isGrave = needsALook(judged);
  const indent = ' '.repeat(MARK_WIDTH + columns.id + COLUMN_GAP.length);
  const room = width - indent.length;
  const cells = [
    padLeft(String(facts.id), columns.id),
    time.padEnd(columns.time),
    padRight(culpritWords(verdict), columns.culprit),
    padRight(POSITION_WORDS[verdict.position], columns.position),
    ...(columns.isPeersBeside ? [peersText(judged)] : []),
  ];
  const { row, below } = fitCells(cells, width - MARK_WIDTH);
  const mark = isGrave ? palette.bad('! ') : '  ';
  const lines = [mark + row.trimEnd()];
  if (!columns.isPeersBeside) below.push(peersText(judged));
  for (const cell of below) lines.push(...wrap(cell, room).map((line) => indent + line));
  const say = (text: string, style = (line: string): string => line): void => {
    for (const line of wrap(escapeText(text), room)) lines.push(indent + style(line));
  };
  say(verdict.headline, palette.title);
  if (verdict.matters !== '') say(verdict.matters);
  if (verdict.settle !== null && verdict.settle !== '') say(`Not sure: ${verdict.settle}`, palette.caution);
  if (finding.count > 1) say(likeItText(finding), palette.caution);
  if (options.verbosity > 0) lines.push(...detailLines(judged, indent, room, overview, options));
  return lines;
}

function peersText({ facts: { client, server } }: JudgedConnection): string {
  return `${endpointText(client.ip, client.port)} → ${endpointText(server.ip, server.port)}`;
}

/** As many cells as fit side by side; the others go below. */
function fitCells(
  cells: readonly string[],
  room: number,
): { readonly row: string; readonly below: string[] } {
  let row = cells[0] ?? '';
  for (let i = 1; i < cells.length; i++) {
    const longer = row + COLUMN_GAP + cells[i];
    if (widthOf(longer.trimEnd()) > room) return { row, below: cells.slice(i).map((cell) => cell.trimEnd()) };
    row = longer;
  }
  return { row, below: [] };
}

/** "× 12: 11 more like it, 3 servers, 9 request targets; id 21, 33, 40, …" */
function likeItText({ count, otherIds, servers, targets }: Finding): string {
  const more = count - 1;
  const places = [servers.size === 1 ? 'all at one server' : distinctText(servers, 'server')];
  if (targets.size > 0)
    places.push(targets.size === 1 ? 'one request target' : distinctText(targets, 'request target'));
  const ids = otherIds.join(', ') + (more > otherIds.length ? ', …' : '');
  return `× ${thousands(count)}: ${thousands(more)} more like it, ${places.join(', ')}; id ${ids}`;
}

function distinctText({ size }: ReadonlySet<string>, noun: string): string {
  return size < MAX_DISTINCT ? counted(size, noun) : `${thousands(size)} or more ${noun}s`;
}

function detailLines(
  judged: JudgedConnection,
  indent: string,
  room: number,
  overview: CaptureOverview,
  options: TextOptions,
): string[] {
  const { palette } = options;
  const { facts, verdict } = judged;
  const lines = evidenceLines(verdict, options.verbosity > 1, room, palette);
  const say = (label: string, text: string, style = (line: string): string => line): void => {
    const labelled = wrap(`${label}: ${escapeText(text)}`, room, '  ');
    lines.push(...labelled.map(style));
  };
  say('The client program', verdict.applications.client.likely);
  say('The server program', verdict.applications.server.likely);
  for (const note of verdict.notes) say('Also', note);
  const frames = verdict.killerFrame === null ? '' : `   the end: ${frameFilter(verdict.killerFrame)}`;
  say('Wireshark', `${connectionFilter(facts, overview.files.length)}${frames}`, palette.reference);
  return [...lines.map((line) => indent + line), ''];
}

function endTimeText(judged: JudgedConnection, overview: CaptureOverview, isManyDays: boolean): string {
  const ns = killerOf(judged)?.timeNs ?? judged.facts.endNs;
  const time = utcTimeOfDay(overview, ns, TIME_DIGITS);
  return isManyDays ? `${utcDate(overview, ns).slice(5)} ${time}` : time;
}

function spansDays(overview: CaptureOverview): boolean {
  const { firstNs, lastNs } = overview;
  return firstNs !== null && lastNs !== null && utcDate(overview, firstNs) !== utcDate(overview, lastNs);
}
