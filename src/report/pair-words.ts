import { escapeText } from '../bytes/escape-text.ts';
import { counted } from '../bytes/number-text.ts';
import type { AnalysisSummary } from '../model/analysis.ts';
import type {
  Alteration,
  CaptureLetter,
  ClockEstimate,
  PairConnection,
  PairMatch,
  PairOrder,
} from '../model/pair.ts';
import type { JudgedConnection } from '../model/verdict.ts';
import { shortenMiddle } from './layout.ts';
import { durationText } from './quantity.ts';
import { endpointText } from './words.ts';

/** Plain words of `pair` in one place, so that text and ladder speak alike. */

/** The connection as the capture shows it whose verdict counts. */
export function basisOf({ a, b, basis }: PairConnection): JudgedConnection {
  return (basis === 'a' ? a : b)!;
}

export function captureText(letter: CaptureLetter, summary: AnalysisSummary, width: number): string {
  const { files, frames, drops } = summary.capture;
  const name = shortenMiddle(escapeText(files.join(', ')), Math.max(MIN_NAME, width - NAME_ROOM));
  const dropped = drops === null || drops === 0 ? '' : `, ${counted(drops, 'frame')} dropped`;
  return `${letter.toUpperCase()}: ${name}, ${counted(frames, 'frame')}, ${counted(summary.connections, 'connection')}${dropped}`;
}

const MIN_NAME = 12;
/** What stands behind a file name. */
const NAME_ROOM = 40;

/** `Clock: B is 0.8 ms ahead of A (± 0.1 ms if …), and gains 12 ms an hour.` */
export function clockText({ offsetNs, uncertaintyNs, driftPpm, samples }: ClockEstimate): string {
  if (offsetNs === null) return 'Clock: nothing tells how the two clocks differ.';
  const ahead = offsetNs < 0 ? 'behind' : 'ahead of';
  const offset =
    Math.abs(offsetNs) < 1 ? 'shows the same time as' : `is ${durationText(Math.abs(offsetNs))} ${ahead}`;
  const doubt =
    uncertaintyNs === null
      ? 'packets of one direction only, so less what they took'
      : `± ${durationText(uncertaintyNs)}: half of the shortest round trip between A and B, if both ways take equally long`;
  const drift =
    driftPpm === null
      ? 'drift: too little to measure'
      : `drift: ${driftPpm < 0 ? '−' : '+'}${Math.abs(driftPpm).toPrecision(2)} ppm`;
  return `Clock: B ${offset} A (${doubt}); ${drift}; from ${counted(samples, 'packet')}.`;
}

const ORDER_SOURCES: Readonly<Record<PairOrder['from'], string>> = {
  user: 'as you say',
  ttl: 'by the routers in between',
  delay: 'by who hears answers sooner',
  others: 'as for most connections',
  none: '',
};

export function orderText({ nearClient, from }: PairOrder): string {
  if (nearClient === null)
    return 'Which capture is nearer to the client cannot be told (--a client or --a server says it).';
  return `${nearClient.toUpperCase()} is nearer to the client (${ORDER_SOURCES[from]}).`;
}

const MATCH_WORDS: Readonly<Record<PairMatch['by'], string>> = {
  addresses: 'addresses and ports',
  'sequence-numbers': 'sequence numbers',
  octets: 'the same bytes at the same sequence numbers',
  timestamps: 'time stamps',
  payload: 'payload',
};

export function matchText({ by, certainty, isAddressRewritten }: PairMatch): string {
  const rewritten = isAddressRewritten ? '; addresses rewritten in between (NAT)' : '';
  return `matched by ${MATCH_WORDS[by]}, ${certainty}${rewritten}`;
}

/** `Connection A 3 = B 0: client 192.0.2.1:4000 → server …`. */
export function connectionTitle(connection: PairConnection): string {
  const { a, b } = connection;
  const ids = [...(a === null ? [] : [`A ${a.facts.id}`]), ...(b === null ? [] : [`B ${b.facts.id}`])];
  return `Connection ${ids.join(' = ')}: ${endsText((a ?? b)!)}`;
}

export function endsText({ facts: { client, server } }: JudgedConnection): string {
  return `client ${endpointText(client.ip, client.port)} → server ${endpointText(server.ip, server.port)}`;
}

const ALTERATION_NAMES: Readonly<Record<string, string>> = {
  ttl: 'TTL',
  dscp: 'DSCP',
  ecn: 'ECN',
  'dont-fragment': 'DF',
  mss: 'MSS',
  'window-scale': 'window scale',
  'option-stripped': 'option',
  'option-added': 'option',
  'ip-id': 'IP ID',
  'sequence-numbers': 'sequence numbers',
  'timestamp-values': 'time stamp values',
  'ack-number': 'acknowledgement number',
};

/** `MSS 1460 → 1380 (client, 1 packet; A 1, B 1)`. */
export function alterationText({ kind, from, sent, arrived, packets, frameA, frameB }: Alteration): string {
  const name = ALTERATION_NAMES[kind] ?? kind;
  const where = `${from}'s, ${counted(packets, 'packet')}; first A ${frameA}, B ${frameB}`;
  return `${name} ${change(kind, sent, arrived)} (${where})`;
}

function change(kind: string, sent: string, arrived: string): string {
  if (kind === 'option-stripped') return `${sent} stripped`;
  if (kind === 'option-added') return `${arrived} added`;
  if (kind === 'sequence-numbers' || kind === 'timestamp-values') return `shifted by ${arrived}`;
  if (kind !== 'ttl' && arrived === 'another') return 'changed';
  return `${sent} → ${arrived}`;
}
