import { counted, thousands } from '../bytes/number-text.ts';
import type { PacketFate, PairConnection, PairedPacket, PairSummary } from '../model/pair.ts';
import { flagsText } from './ladder-words.ts';
import { padLeft, padRight, shorten, widthOf, wrap } from './layout.ts';
import type { PairReport } from './pair-report.ts';
import { connectionHead, deservesALook, headerLines } from './pair-text.ts';
import { durationText } from './quantity.ts';
import type { TextOptions } from './text-options.ts';

/** Ladders are long: so many, unless --all is given. */
const MAX_LADDERS = 10;
const NS_PER_SECOND = 1e9;
const TIME_DIGITS = 6;
/** Runs of packets that just passed are folded when longer; their ends stay. */
const MIN_RUN = 9;
const RUN_END = 3;

/** Ladders with a column for each capture: the left one is nearer to the client. */
export class PairLadders implements PairReport {
  readonly #write: (chunk: string) => void;
  readonly #options: TextOptions;
  readonly #isOne: boolean;
  #printed = 0;
  #more = 0;

  constructor(write: (chunk: string) => void, options: TextOptions, isOne: boolean) {
    this.#write = write;
    this.#options = options;
    this.#isOne = isOne;
  }

  begin(summary: PairSummary): void {
    this.#writeLines(headerLines(summary, this.#options));
  }

  connection(connection: PairConnection, isSelected: boolean): void {
    const { isAll, selection } = this.#options;
    const isWanted = this.#isOne || isAll || selection !== null || deservesALook(connection);
    if (!isSelected || !isWanted || connection.match === null) return;
    if (this.#printed >= MAX_LADDERS && !isAll) {
      this.#more++;
      return;
    }
    this.#printed++;
    this.#writeLines(['', ...ladderLines(connection, this.#options)]);
  }

  end(summary: PairSummary): void {
    if (this.#more > 0)
      this.#writeLines(['', `… and ${thousands(this.#more)} more: use --all, or choose with -Y or --conn`]);
    else if (this.#printed === 0)
      this.#writeLines(['', `None of ${counted(summary.matched, 'connection')} to show: use --all`]);
  }

  #writeLines(lines: readonly string[]): void {
    for (const line of lines) this.#write(`${line}\n`);
  }
}

function ladderLines(connection: PairConnection, options: TextOptions): string[] {
  const lines = connectionHead(connection, options);
  const rungs = new Rungs(connection, options);
  return [...lines, '', ...rungs.lines()];
}

/** A row: frame in the left capture, time there, arrow, frame in the right one, transit time, flags, len and seq. */
class Rungs {
  readonly #connection: PairConnection;
  readonly #options: TextOptions;
  readonly #isAOnTheLeft: boolean;
  readonly #startNs: number;
  readonly #frameWidth: number;
  readonly #timeWidth: number;

  constructor(connection: PairConnection, options: TextOptions) {
    this.#connection = connection;
    this.#options = options;
    this.#isAOnTheLeft = connection.order.nearClient !== 'b';
    const { ladder } = connection;
    this.#startNs = timeOf(ladder[0]);
    const frames = ladder.flatMap(({ frameA, frameB }) => [String(frameA ?? ''), String(frameB ?? '')]);
    this.#frameWidth = frames.reduce((most, frame) => Math.max(most, frame.length), MIN_FRAME_WIDTH);
    this.#timeWidth = this.#time(ladder.at(-1)).length;
  }

  lines(): string[] {
    const { palette, width } = this.#options;
    const { ladder, omitted } = this.#connection;
    const [left, right] = this.#isAOnTheLeft ? ['A', 'B'] : ['B', 'A'];
    const gap = ' '.repeat(ARROWS.passed.client.length);
    const title = `${padLeft(left!, this.#frameWidth)} ${padLeft('time s', this.#timeWidth)} ${gap} ${padRight(right!, this.#frameWidth)} what`;
    const lines = [palette.faint(shorten(title, width))];
    for (let place = 0; place < ladder.length; ) {
      const end = this.#runEnd(place);
      if (end - place >= MIN_RUN) {
        for (const row of ladder.slice(place, place + RUN_END)) lines.push(this.#row(row));
        const hidden = ladder.slice(place + RUN_END, end - RUN_END);
        lines.push(palette.faint(shorten(this.#folded(hidden), width)));
        for (const row of ladder.slice(end - RUN_END, end)) lines.push(this.#row(row));
      } else {
        for (const row of ladder.slice(place, Math.max(end, place + 1))) lines.push(this.#row(row));
      }
      place = Math.max(end, place + 1);
    }
    if (omitted > 0) lines.push(...wrap(`… ${counted(omitted, 'packet')} not kept`, width));
    return lines;
  }

  /** One past the last of a run, from `start`, of packets that passed and say nothing. */
  #runEnd(start: number): number {
    const { ladder } = this.#connection;
    if (this.#options.isAll) return start;
    let end = start;
    while (end < ladder.length && isPlain(ladder[end]!)) end++;
    return end;
  }

  #folded(rows: readonly PairedPacket[]): string {
    const octets = rows.reduce((sum, { payloadLen }) => sum + payloadLen, 0);
    return `${' '.repeat(this.#frameWidth + 1)}… ${counted(rows.length, 'more packet')} in both, ${counted(octets, 'byte')}`;
  }

  #row(row: PairedPacket): string {
    const { palette, width } = this.#options;
    const { frameA, frameB, fate, from } = row;
    const [left, right] = this.#isAOnTheLeft ? [frameA, frameB] : [frameB, frameA];
    const cells = [
      padLeft(left === null ? '' : String(left), this.#frameWidth),
      padLeft(this.#time(row), this.#timeWidth),
      this.#arrow(fate, from, left !== null),
      padRight(right === null ? '' : String(right), this.#frameWidth),
      this.#what(row),
    ];
    const line = cells.join(' ').trimEnd();
    const text = widthOf(line) <= width ? line : shorten(line, width);
    return fate === 'added' || fate === 'lost' ? palette.bad(text) : text;
  }

  #arrow(fate: PacketFate, from: 'client' | 'server', isLeft: boolean): string {
    if (fate === 'one-sided' || fate === 'resegmented' || fate === 'diverted') {
      const half = HALF_ARROWS[isLeft ? 'left' : 'right'];
      return half[from];
    }
    return ARROWS[fate][from];
  }

  #what(row: PairedPacket): string {
    const { flags, payloadLen, seqRel, ackRel, timeANs, timeBNs, fate } = row;
    const parts = [flagsText(flags)];
    if (payloadLen > 0) parts.push(`${thousands(payloadLen)} bytes`);
    parts.push(`seq ${seqRel}`);
    if (ackRel !== null) parts.push(`ack ${ackRel}`);
    if (timeANs !== null && timeBNs !== null) parts.push(durationText(Math.abs(timeBNs - timeANs)));
    const words = FATE_WORDS[fate];
    const text = words === '' ? parts.join(', ') : `${words}: ${parts.join(', ')}`;
    return this.#isKiller(row) ? `>>> ${text}: this ended it` : text;
  }

  #isKiller({ frameA, frameB }: PairedPacket): boolean {
    const { basis, verdict } = this.#connection;
    return verdict.killerFrame !== null && (basis === 'a' ? frameA : frameB) === verdict.killerFrame;
  }

  #time(row: PairedPacket | undefined): string {
    return ((timeOf(row) - this.#startNs) / NS_PER_SECOND).toFixed(TIME_DIGITS);
  }
}

const MIN_FRAME_WIDTH = 2;

/** The client is on the left. An `x` is where it ended, a `*` where it began. */
const ARROWS: Readonly<Record<'passed' | 'lost' | 'added', Readonly<Record<'client' | 'server', string>>>> = {
  passed: { client: '────────>', server: '<────────' },
  lost: { client: '───x     ', server: '     x───' },
  added: { client: '     *──>', server: '<──*     ' },
};
/** In one capture only, and nothing lost: cut otherwise, or unknown which way it went. */
const HALF_ARROWS = {
  left: { client: '───>     ', server: '<───     ' },
  right: { client: '     ───>', server: '     <───' },
};

const FATE_WORDS: Readonly<Record<PacketFate, string>> = {
  passed: '',
  resegmented: 'cut otherwise',
  diverted: 'on another connection there',
  lost: 'LOST',
  added: 'ADDED',
  'one-sided': 'in one capture',
};

/** SYN, FIN and RST, and what did not pass, are never folded. */
function isPlain({ fate, flags }: PairedPacket): boolean {
  const CONTROL = 0x07;
  return (fate === 'passed' || fate === 'resegmented') && (flags & CONTROL) === 0;
}

function timeOf(row: PairedPacket | undefined): number {
  if (row === undefined) return 0;
  return Math.min(row.timeANs ?? Number.POSITIVE_INFINITY, row.timeBNs ?? Number.POSITIVE_INFINITY);
}
