import { seqDelta } from '../bytes/seq.ts';
import type { Side } from '../model/facts.ts';
import type { Alteration, CaptureLetter, PairMatch } from '../model/pair.ts';
import {
  OPT_FAST_OPEN,
  OPT_MPTCP,
  OPT_MSS,
  OPT_SACK,
  OPT_SACK_PERMITTED,
  OPT_SIGNATURE,
  OPT_TIMESTAMP,
  OPT_WINDOW_SCALE,
  SYN,
} from '../model/segment.ts';
import type { PacketPair } from './alignment.ts';
import { HEAD_LEN } from './limits.ts';
import type { Packet } from './packet.ts';

/** Kinds and values seen on one connection; a box that rewrites everything needs no longer list. */
const MAX_ALTERATIONS = 40;

const OPTION_NAMES: readonly (readonly [number, string])[] = [
  [OPT_TIMESTAMP, 'time stamps'],
  [OPT_MSS, 'MSS'],
  [OPT_WINDOW_SCALE, 'window scale'],
  [OPT_SACK_PERMITTED, 'SACK permitted'],
  [OPT_SACK, 'SACK'],
  [OPT_SIGNATURE, 'signature'],
  [OPT_MPTCP, 'Multipath TCP'],
  [OPT_FAST_OPEN, 'Fast Open'],
];

interface Field {
  readonly kind: string;
  /** In words, or null when the packet does not have it. */
  read(packet: Packet): string | null;
}

const DSCP_SHIFT = 2;
const ECN_MASK = 3;

const FIELDS: readonly Field[] = [
  { kind: 'ttl', read: ({ ttl }) => String(ttl) },
  { kind: 'dscp', read: ({ tos }) => String(tos >> DSCP_SHIFT) },
  { kind: 'ecn', read: ({ tos }) => String(tos & ECN_MASK) },
  { kind: 'dont-fragment', read: ({ dontFragment, ipId }) => (ipId < 0 ? null : String(dontFragment)) },
  { kind: 'mss', read: ({ options, mss }) => ((options & OPT_MSS) === 0 ? null : String(mss)) },
  {
    kind: 'window-scale',
    read: ({ options, windowScale }) => ((options & OPT_WINDOW_SCALE) === 0 ? null : String(windowScale)),
  },
];

/** Everything that was not the same at both captures, by kind and value, in the order of first sight. */
export function alterationsOf(
  pairs: readonly PacketPair[],
  nearTo: (side: Side) => CaptureLetter | null,
  match: PairMatch,
): Alteration[] {
  const found = new Found();
  for (const side of ['client', 'server'] as const) noteShift(found, pairs, side, match);
  for (const pair of pairs) {
    const isAFirst = nearTo(pair.a.from) !== 'b';
    const [sent, arrived] = isAFirst ? [pair.a, pair.b] : [pair.b, pair.a];
    for (const { kind, read } of FIELDS) {
      const before = read(sent);
      const after = read(arrived);
      if (before !== null && after !== null && before !== after) found.add(kind, before, after, pair);
    }
    noteOptions(found, sent, arrived, pair);
    noteNumbers(found, sent, arrived, pair, match);
  }
  return found.list;
}

function noteShift(found: Found, pairs: readonly PacketPair[], side: Side, { shift }: PairMatch): void {
  const first = pairs.find(({ a }) => a.from === side);
  if (first === undefined || shift[side] === 0) return;
  const count = pairs.filter(({ a }) => a.from === side).length;
  found.add('sequence-numbers', '0', `${shift[side] > 0 ? '+' : ''}${shift[side]}`, first, count);
}

function noteOptions(found: Found, sent: Packet, arrived: Packet, pair: PacketPair): void {
  if (sent.options === arrived.options) return;
  for (const [bit, name] of OPTION_NAMES) {
    const had = (sent.options & bit) !== 0;
    const has = (arrived.options & bit) !== 0;
    if (had && !has) found.add('option-stripped', name, 'none', pair);
    if (!had && has) found.add('option-added', 'none', name, pair);
  }
}

/** Values that are another in each packet are only counted. */
function noteNumbers(
  found: Found,
  sent: Packet,
  arrived: Packet,
  pair: PacketPair,
  { shift }: PairMatch,
): void {
  if (sent.ipId >= 0 && sent.ipId !== arrived.ipId) found.add('ip-id', 'own', 'another', pair);
  if (sent.window !== arrived.window)
    found.add('window', (sent.flags & SYN) !== 0 ? String(sent.window) : 'own', 'another', pair);
  const isStamped = (sent.options & arrived.options & OPT_TIMESTAMP) !== 0;
  if (isStamped && sent.tsVal !== arrived.tsVal) {
    const by = seqDelta(arrived.tsVal, sent.tsVal);
    found.add('timestamp-values', '0', `${by > 0 ? '+' : ''}${by}`, pair);
  }
  if (isPayloadChanged(sent, arrived)) found.add('payload', 'own', 'another', pair);
  if (shift.client === 0 && shift.server === 0 && sent.ack !== arrived.ack)
    found.add('ack-number', 'own', 'another', pair);
}

function isPayloadChanged(sent: Packet, arrived: Packet): boolean {
  if (sent.prefixLen === arrived.prefixLen) return sent.prefixHash !== arrived.prefixHash;
  return sent.prefixLen >= HEAD_LEN && arrived.prefixLen >= HEAD_LEN && sent.headHash !== arrived.headHash;
}

class Found {
  readonly list: Alteration[] = [];
  readonly #places = new Map<string, number>();

  add(kind: string, sent: string, arrived: string, { a, b }: PacketPair, count = 1): void {
    const key = `${kind} ${a.from} ${sent} ${arrived}`;
    const place = this.#places.get(key);
    if (place !== undefined) {
      const known = this.list[place]!;
      this.list[place] = { ...known, packets: known.packets + count };
      return;
    }
    if (this.list.length >= MAX_ALTERATIONS) return;
    this.#places.set(key, this.list.length);
    this.list.push({ kind, from: a.from, sent, arrived, packets: count, frameA: a.frame, frameB: b.frame });
  }
}
