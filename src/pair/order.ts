import type { CaptureLetter, PairOrder } from '../model/pair.ts';
import type { PacketPair } from './alignment.ts';

/** Share of the packets that must agree. */
const MIN_AGREEMENT = 0.75;

/**
 * Which capture is nearer to the client of a connection, without trusting either clock: routers in between take
 * one off the TTL, and an answer follows its question sooner at the capture nearer to who answers.
 */
export function orderOf(pairs: readonly PacketPair[]): PairOrder {
  const byTtl = vote(pairs.map(ttlSign));
  const byDelay = vote(delaySigns(pairs));
  // Delays within one host are shorter than clocks can tell; a router on the way can always be seen.
  if (byTtl !== null) return { nearClient: byTtl, from: 'ttl' };
  return byDelay === null ? { nearClient: null, from: 'none' } : { nearClient: byDelay, from: 'delay' };
}

/** Positive: A is nearer to the client. */
function ttlSign({ a, b }: PacketPair): number {
  return a.from === 'client' ? a.ttl - b.ttl : b.ttl - a.ttl;
}

/**
 * For packets in a row in opposite directions: (tB − tA) of the client's less that of the server's is the round trip
 * between the captures when A is nearer to the client, and its negative when B is. Whatever the clocks show cancels out.
 */
function delaySigns(pairs: readonly PacketPair[]): number[] {
  const inOrder = [...pairs].sort((one, other) => one.a.timeNs - other.a.timeNs);
  const signs: number[] = [];
  for (let place = 1; place < inOrder.length; place++) {
    const one = inOrder[place - 1]!;
    const other = inOrder[place]!;
    if (one.a.from === other.a.from) continue;
    const difference = delayOf(one) - delayOf(other);
    signs.push(one.a.from === 'client' ? difference : -difference);
  }
  return signs;
}

function delayOf({ a, b }: PacketPair): number {
  return b.timeNs - a.timeNs;
}

function vote(signs: readonly number[]): CaptureLetter | null {
  const forA = signs.filter((sign) => sign > 0).length;
  const forB = signs.filter((sign) => sign < 0).length;
  const most = Math.max(forA, forB);
  if (most === 0 || most < MIN_AGREEMENT * (forA + forB)) return null;
  return forA > forB ? 'a' : 'b';
}

/** What most connections say, for those that do not say themselves. */
export function commonOrder(orders: readonly PairOrder[]): PairOrder {
  const votes = orders.map(({ nearClient }) => (nearClient === null ? 0 : nearClient === 'a' ? 1 : -1));
  const nearClient = vote(votes);
  return { nearClient, from: nearClient === null ? 'none' : 'others' };
}
