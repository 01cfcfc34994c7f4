import { escapeText } from '../bytes/escape-text.ts';
import { counted, thousands } from '../bytes/number-text.ts';
import type { PairConnection, PairedPacket, PairSummary } from '../model/pair.ts';
import type { Verdict } from '../model/verdict.ts';
import { evidenceLines } from './evidence-lines.ts';
import { flagsText } from './ladder-words.ts';
import { wrap } from './layout.ts';
import type { PairReport } from './pair-report.ts';
import { PairTally } from './pair-tally.ts';
import {
  alterationText,
  captureText,
  clockText,
  connectionTitle,
  endsText,
  matchText,
  orderText,
} from './pair-words.ts';
import type { TextOptions } from './text-options.ts';
import { endSentence, isBadEnd, POSITION_WORDS } from './words.ts';

/** Connections shown without --all: about two screens. */
const MAX_ENTRIES = 20;
/** Packets, and alterations, that a connection shows without -v. */
const MAX_PACKETS = 5;
const INDENT = '  ';

/** The report for a person: what holds for all, then each connection that did not end well. */
export class PairText implements PairReport {
  readonly #write: (chunk: string) => void;
  readonly #options: TextOptions;
  readonly #tally = new PairTally();
  /** Rendered, because the counts come first. */
  readonly #entries: string[][] = [];
  #hidden = 0;
  #header: string[] = [];

  constructor(write: (chunk: string) => void, options: TextOptions) {
    this.#write = write;
    this.#options = options;
  }

  begin(summary: PairSummary): void {
    this.#header = headerLines(summary, this.#options);
  }

  connection(connection: PairConnection, isSelected: boolean): void {
    this.#tally.add(connection, isSelected);
    const { isAll, selection, isQuiet } = this.#options;
    if (!isSelected || isQuiet) return;
    const isWorthIt = isAll || selection !== null || deservesALook(connection);
    if (!isWorthIt) return;
    if (this.#entries.length >= MAX_ENTRIES && !isAll) this.#hidden++;
    else this.#entries.push(entryLines(connection, this.#options));
  }

  end(summary: PairSummary): void {
    const { width, palette } = this.#options;
    const counts = this.#tally.lines(summary).flatMap((line) => wrap(line, width));
    this.#writeLines([...counts.map((line, place) => (place === 0 ? palette.title(line) : line)), '']);
    this.#writeLines(this.#header);
    for (const lines of this.#entries) this.#writeLines(['', ...lines]);
    if (this.#hidden > 0)
      this.#writeLines([
        '',
        ...wrap(`… and ${thousands(this.#hidden)} more: use --all or --format jsonl`, width),
      ]);
  }

  #writeLines(lines: readonly string[]): void {
    for (const line of lines) this.#write(`${line}\n`);
  }
}

/** What both captures are, how their clocks differ, and which is nearer to the client. */
export function headerLines({ a, b, clock }: PairSummary, { width, palette }: TextOptions): string[] {
  const lines = [captureText('a', a, width), captureText('b', b, width), clockText(clock)];
  return lines.flatMap((line) => wrap(line, width, INDENT).map((each) => palette.faint(each)));
}

/** It ended badly, or somebody in between put something in. One that only one capture has is just counted. */
export function deservesALook({ verdict, closes, match, witness, swallowed }: PairConnection): boolean {
  if (match === null) return witness?.kind === 'inserted';
  return isBadEnd(verdict) || swallowed !== null || closes.some(({ isProvenForged }) => isProvenForged);
}

/** Title, verdict, how the two captures fit together: the head of a finding and of a ladder. */
export function connectionHead(connection: PairConnection, options: TextOptions): string[] {
  const { palette, width } = options;
  const { verdict, match, order, a, b } = connection;
  const lines = [
    ...wrap(connectionTitle(connection), width, INDENT).map((line) => palette.title(line)),
    ...wrap(escapeText(verdict.headline), width),
    ...wrap(`${endSentence(verdict)} Where: ${POSITION_WORDS[verdict.position]}.`, width).map((line) =>
      verdict.group === 'intermediary' ? palette.bad(line) : line,
    ),
  ];
  if (match?.isAddressRewritten === true && a !== null && b !== null)
    lines.push(...wrap(`In B: ${endsText(b)}.`, width, INDENT));
  const how = match === null ? 'In one capture only.' : `${sentence(matchText(match))} ${orderText(order)}`;
  return [...lines, ...wrap(how, width).map((line) => palette.faint(line))];
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function entryLines(connection: PairConnection, options: TextOptions): string[] {
  const { width, verbosity, palette } = options;
  const room = width - INDENT.length;
  const lines = connectionHead(connection, options);
  const testimony = connection.witness?.text ?? null;
  if (testimony !== null) lines.push(...wrap(`* ${escapeText(testimony)}`, width, INDENT));
  if (verbosity > 0) {
    const rest = withoutWitness(connection.verdict);
    const letter = connection.basis.toUpperCase();
    if (rest.evidence.length > 0) lines.push(`Evidence in ${letter}:`);
    lines.push(...evidenceLines(rest, verbosity > 1, room, palette).map((line) => INDENT + line));
  }
  lines.push(...changeLines(connection, options));
  const { settle } = connection.verdict;
  if (settle !== null && settle !== '') lines.push(...wrap(`Not sure: ${escapeText(settle)}`, width, INDENT));
  return lines;
}

/** The second capture's word has a line of its own. */
function withoutWitness(verdict: Verdict): Verdict {
  return { ...verdict, evidence: verdict.evidence.filter(({ rule }) => !rule.endsWith('by-its-sender')) };
}

function changeLines(connection: PairConnection, { width, verbosity }: TextOptions): string[] {
  const { packets, altered, added, lost, omitted } = connection;
  const most = verbosity > 0 ? Number.POSITIVE_INFINITY : MAX_PACKETS;
  const lines: string[] = [];
  const passed = [`${counted(packets.passed, 'packet')} in both`];
  if (packets.resegmented > 0) passed.push(`${thousands(packets.resegmented)} cut otherwise by offload`);
  if (packets.diverted > 0)
    passed.push(`${thousands(packets.diverted)} on another connection there (the NAT changed ports)`);
  if (packets.oneSided > 0) passed.push(`${thousands(packets.oneSided)} in one only`);
  if (omitted > 0) passed.push(`${thousands(omitted)} not kept`);
  if (connection.match !== null) lines.push(`Packets: ${passed.join(', ')}.`);
  if (connection.swallowed !== null)
    lines.push(`What the ${connection.swallowed} sent last never arrived: something in between swallows it.`);
  lines.push(...packetLines('Added in between', packets.added, added, most));
  lines.push(...packetLines('Lost in between', packets.lost, lost, most));
  for (const alteration of altered.slice(0, most)) lines.push(`Altered: ${alterationText(alteration)}.`);
  if (altered.length > most) lines.push(`… and ${counted(altered.length - most, 'more alteration')}: -v`);
  return lines.flatMap((line) => wrap(line, width, INDENT));
}

function packetLines(
  what: string,
  counts: { readonly client: number; readonly server: number },
  packets: readonly PairedPacket[],
  most: number,
): string[] {
  const total = counts.client + counts.server;
  if (total === 0) return [];
  const shown = packets.slice(0, most).map(packetText);
  const more = total > shown.length ? ` … and ${thousands(total - shown.length)} more` : '';
  return [`${what}: ${shown.join('; ')}${more}.`];
}

/** `RST ACK in the client's name, B 12`. */
function packetText({ from, flags, payloadLen, frameA, frameB }: PairedPacket): string {
  const octets = payloadLen > 0 ? `, ${counted(payloadLen, 'byte')}` : '';
  const frame = frameA === null ? `B ${frameB}` : `A ${frameA}`;
  return `${from}'s ${flagsText(flags)}${octets} (${frame})`;
}
