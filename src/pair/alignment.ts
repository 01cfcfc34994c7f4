import { seqAdd } from '../bytes/seq.ts';
import type { Side } from '../model/facts.ts';
import { ACK, FIN, OPT_TIMESTAMP, RST, SYN } from '../model/segment.ts';
import { otherSide, type Packet } from './packet.ts';

/** A packet of A and the same one of B. */
export interface PacketPair {
  readonly a: Packet;
  readonly b: Packet;
}

export interface Alignment {
  readonly pairs: readonly PacketPair[];
  readonly onlyA: readonly Packet[];
  readonly onlyB: readonly Packet[];
}

/** When a packet of A and one of B may be the same: decided by clock and order, see transit.ts. */
export interface TransitRule {
  /** Nanoseconds it took from the first capture to the second, on one clock; may be negative by error. */
  transitNs(a: Packet, b: Packet): number;
  isPossible(a: Packet, b: Packet): boolean;
}

const CONTROL = SYN | FIN | RST;

/** B's packets in the numbers, and with the roles, that they have in A. */
export function inNumbersOfA(
  packets: readonly Packet[],
  shift: Readonly<Record<Side, number>>,
  isFlipped: boolean,
): Packet[] {
  if (!isFlipped && shift.client === 0 && shift.server === 0) return [...packets];
  return packets.map((packet) => {
    const from = isFlipped ? otherSide(packet.from) : packet.from;
    return {
      ...packet,
      from,
      seq: seqAdd(packet.seq, -shift[from]),
      ack: (packet.flags & ACK) === 0 ? packet.ack : seqAdd(packet.ack, -shift[otherSide(from)]),
    };
  });
}

/** Packets that can be nothing but each other: the only ones of their kind. Needs no clock. */
export function plainPairs(a: readonly Packet[], b: readonly Packet[]): PacketPair[] {
  const isTimed = hasTimestamps(a) && hasTimestamps(b);
  const pairs = pairUnique(a, b, isTimed);
  return pairs.length > 0 || !isTimed ? pairs : pairUnique(a, b, false);
}

function pairUnique(a: readonly Packet[], b: readonly Packet[], isTimed: boolean): PacketPair[] {
  const keyOf = (packet: Packet): string => wireKey(packet, isTimed);
  const inA = uniqueByKey(a, keyOf);
  const inB = uniqueByKey(b, keyOf);
  const pairs: PacketPair[] = [];
  for (const [key, packet] of inA) {
    const other = inB.get(key);
    if (packet !== null && other !== undefined && other !== null) pairs.push({ a: packet, b: other });
  }
  return pairs;
}

function hasTimestamps(packets: readonly Packet[]): boolean {
  return packets.some(({ options }) => (options & OPT_TIMESTAMP) !== 0);
}

function uniqueByKey(
  packets: readonly Packet[],
  keyOf: (packet: Packet) => string,
): Map<string, Packet | null> {
  const found = new Map<string, Packet | null>();
  for (const packet of packets) {
    const key = keyOf(packet);
    found.set(key, found.has(key) ? null : packet);
  }
  return found;
}

/** What no router changes. */
function wireKey(packet: Packet, isTimed: boolean): string {
  const stamp = isTimed ? `${packet.tsVal}:${packet.tsEcr}` : '';
  const ack = (packet.flags & ACK) === 0 ? 0 : packet.ack;
  return `${packet.from}:${packet.seq}:${ack}:${packet.flags & (CONTROL | ACK)}:${packet.payloadLen}:${stamp}`;
}

/** From the strictest to the one that forgives what boxes rewrite. A reset must agree in all its numbers. */
const LEVELS: readonly ((packet: Packet) => string | null)[] = [
  (packet) => `${wireKey(packet, true)}:${packet.ipId}:${packet.window}:${packet.headHash}`,
  (packet) => `${wireKey(packet, true)}:${packet.headHash}`,
  (packet) => wireKey(packet, true),
  (packet) => wireKey(packet, false),
  (packet) =>
    packet.payloadLen === 0 && (packet.flags & (SYN | FIN)) === 0
      ? null
      : `${packet.from}:${packet.seq}:${packet.flags & CONTROL}:${packet.payloadLen}`,
];

/** Pairs all packets that can be pairs: level by level, copy by copy. */
export function alignPackets(a: readonly Packet[], b: readonly Packet[], rule: TransitRule): Alignment {
  const left = { a: new Set(a), b: new Set(b) };
  const pairs: PacketPair[] = [];
  for (const level of LEVELS) {
    const others = group(left.b, level);
    for (const [key, ones] of group(left.a, level)) {
      for (const pair of pairGroup(ones, others.get(key) ?? [], rule)) {
        left.a.delete(pair.a);
        left.b.delete(pair.b);
        pairs.push(pair);
      }
    }
  }
  return { pairs, onlyA: [...left.a], onlyB: [...left.b] };
}

function group(
  packets: ReadonlySet<Packet>,
  keyOf: (packet: Packet) => string | null,
): Map<string, Packet[]> {
  const groups = new Map<string, Packet[]>();
  for (const packet of packets) {
    const key = keyOf(packet);
    if (key === null) continue;
    const members = groups.get(key);
    if (members === undefined) groups.set(key, [packet]);
    else members.push(packet);
  }
  return groups;
}

/** As many here as there: in order. Else each takes the latest that it can have come from. */
function pairGroup(a: readonly Packet[], b: readonly Packet[], rule: TransitRule): PacketPair[] {
  if (b.length === 0) return [];
  if (a.length === b.length) {
    const inOrder = a.map((packet, place) => ({ a: packet, b: b[place]! }));
    if (inOrder.every((pair) => rule.isPossible(pair.a, pair.b))) return inOrder;
  }
  const free = [...a];
  const pairs: PacketPair[] = [];
  for (const packet of b) {
    if (free.length > MAX_ALIKE) break;
    let best = -1;
    for (const [place, one] of free.entries()) {
      if (!rule.isPossible(one, packet)) continue;
      if (best < 0 || isNearer(rule, one, free[best]!, packet)) best = place;
    }
    if (best < 0) continue;
    pairs.push({ a: free[best]!, b: packet });
    free.splice(best, 1);
  }
  return pairs;
}

/** Packets that are alike in all numbers; beyond that many their pairing says nothing and would take too long. */
const MAX_ALIKE = 256;

function isNearer(rule: TransitRule, one: Packet, best: Packet, packet: Packet): boolean {
  return Math.abs(rule.transitNs(one, packet)) < Math.abs(rule.transitNs(best, packet));
}
