import { seqDelta } from '../bytes/seq.ts';
import type { Side } from '../model/facts.ts';
import type { MatchCertainty, MatchedBy, PairMatch } from '../model/pair.ts';
import type { Signature } from './signature.ts';

/** The same connection in both lists; `isFlipped`: B took its server for the client. */
export interface Matched {
  readonly a: number;
  readonly b: number;
  readonly isFlipped: boolean;
  readonly match: PairMatch;
}

interface KeyStep {
  readonly by: MatchedBy;
  readonly certainty: MatchCertainty;
  keys(signature: Signature): readonly (string | null)[];
}

/**
 * Uses of the same ports that are looked at for one connection: they come in the same order in both captures. Whatever lies
 * further away is still found by its sequence numbers.
 */
const MAX_CANDIDATES = 64;
/** Octets by which two captures of an established connection may begin apart. */
const NEAR_OCTETS = 1 << 24;

/**
 * By what connections are recognised, the surest first; each step sees what the ones before left over. Two belong
 * together when a key is found once in each capture.
 */
const STEPS: readonly KeyStep[] = [
  {
    by: 'sequence-numbers',
    certainty: 'certain',
    keys: ({ halves: { client, server } }) =>
      client.isn === null || server.isn === null ? [] : [`${client.isn}:${server.isn}`],
  },
  {
    by: 'sequence-numbers',
    certainty: 'certain',
    keys: (one) => [isnKey(one, 'client'), isnKey(one, 'server')],
  },
  { by: 'octets', certainty: 'certain', keys: ({ octetMarks }) => [...octetMarks] },
  {
    by: 'timestamps',
    certainty: 'certain',
    keys: ({ halves: { client, server } }) =>
      client.tsVal === null || server.tsVal === null ? [] : [`${client.tsVal}:${server.tsVal}`],
  },
  {
    by: 'timestamps',
    certainty: 'certain',
    keys: ({ halves: { client } }) =>
      client.tsVal === null || client.data === null ? [] : [`${client.tsVal}:${client.data.mark}`],
  },
  {
    by: 'payload',
    certainty: 'likely',
    keys: ({ halves: { client, server } }) =>
      client.data === null || server.data === null ? [] : [`${client.data.mark}:${server.data.mark}`],
  },
  { by: 'payload', certainty: 'likely', keys: ({ halves: { client } }) => [client.data?.mark ?? null] },
];

/** Finds the connections that both captures have. Each is matched once at most. */
export function matchConnections(a: readonly Signature[], b: readonly Signature[]): Matched[] {
  const matched: Matched[] = [];
  const left = { a: new Set(a), b: new Set(b) };
  const take = (one: Signature, other: Signature, by: MatchedBy, certainty: MatchCertainty): void => {
    left.a.delete(one);
    left.b.delete(other);
    const isFlipped = one.client === other.server && one.server === other.client;
    matched.push({
      a: one.index,
      b: other.index,
      isFlipped,
      match: describe(one, other, isFlipped, by, certainty),
    });
  };
  matchByAddresses(left.a, left.b, take);
  for (const step of STEPS) matchByKey(step, left.a, left.b, take);
  matchInOrder(left.a, left.b, take);
  return matched.sort((x, y) => x.a - y.a);
}

type Take = (a: Signature, b: Signature, by: MatchedBy, certainty: MatchCertainty) => void;

/** The same addresses and ports, unless the numbers say that the ports were used twice. */
function matchByAddresses(a: ReadonlySet<Signature>, b: ReadonlySet<Signature>, take: Take): void {
  const groups = new Map(
    [...groupBy(b, addressKey)].map(([key, members]) => [key, new Set(members)] as const),
  );
  const offers: readonly ((one: Signature, other: Signature) => MatchCertainty | null)[] = [
    (one, other) => (numbersAgree(one, other) === true || sharesMark(one, other) ? 'certain' : null),
    (one, other) => (isRenumbered(one, other) ? 'certain' : null),
    (one, other) => (numbersAgree(one, other) === null && isNear(one, other) ? 'likely' : null),
  ];
  for (const offer of offers) {
    for (const one of [...a]) {
      const free = groups.get(addressKey(one));
      const other = firstOf(free, (candidate) => offer(one, candidate) !== null);
      if (free === undefined || other === undefined) continue;
      free.delete(other);
      take(one, other, 'addresses', offer(one, other) ?? 'likely');
    }
  }
}

/** Among the first few only. */
function firstOf(
  candidates: Iterable<Signature> | undefined,
  fits: (candidate: Signature) => boolean,
): Signature | undefined {
  let looked = 0;
  for (const candidate of candidates ?? []) {
    if (fits(candidate)) return candidate;
    if (++looked >= MAX_CANDIDATES) return undefined;
  }
  return undefined;
}

function matchByKey(step: KeyStep, a: ReadonlySet<Signature>, b: ReadonlySet<Signature>, take: Take): void {
  const inA = owners(a, step);
  const inB = owners(b, step);
  for (const [key, one] of inA) {
    const other = inB.get(key);
    if (one === null || other === null || other === undefined) continue;
    if (!a.has(one) || !b.has(other)) continue;
    const isOtherUse = step.by === 'octets' && numbersAgree(one, other) === false;
    if (!isOtherUse) take(one, other, step.by, step.certainty);
  }
}

/** Whose key it is; null when several have it. */
function owners(signatures: ReadonlySet<Signature>, step: KeyStep): Map<string, Signature | null> {
  const found = new Map<string, Signature | null>();
  for (const signature of signatures) {
    for (const key of step.keys(signature)) {
      if (key === null) continue;
      const owner = found.get(key);
      found.set(key, owner === undefined || owner === signature ? signature : null);
    }
  }
  return found;
}

/** Requests that are all alike, as many in A as in B: most likely the first is the first. */
function matchInOrder(a: ReadonlySet<Signature>, b: ReadonlySet<Signature>, take: Take): void {
  const ofB = groupBy(b, payloadKey);
  for (const [key, ones] of groupBy(a, payloadKey)) {
    const others = ofB.get(key) ?? [];
    if (key === '' || ones.length !== others.length) continue;
    const inOrder = [...others].sort(byStart);
    [...ones].sort(byStart).forEach((one, place) => {
      take(one, inOrder[place]!, 'payload', 'guess');
    });
  }
}

function byStart(one: Signature, other: Signature): number {
  return one.startNs - other.startNs;
}

function groupBy(
  signatures: ReadonlySet<Signature>,
  keyOf: (one: Signature) => string,
): Map<string, Signature[]> {
  const groups = new Map<string, Signature[]>();
  for (const signature of signatures) {
    const key = keyOf(signature);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [signature]);
    else group.push(signature);
  }
  return groups;
}

function addressKey({ client, server }: Signature): string {
  return [client, server].sort().join(' ');
}

function payloadKey({ halves: { client, server } }: Signature): string {
  return client.data === null || server.data === null ? '' : `${client.data.mark}:${server.data.mark}`;
}

function isnKey({ halves }: Signature, side: Side): string | null {
  return halves[side].isn === null ? null : `${side}:${halves[side].isn}`;
}

/**
 * Do the initial sequence numbers agree? One side's is enough (a firewall may choose new ones for the other). Null when
 * no side's is known in both.
 */
function numbersAgree(one: Signature, other: Signature): boolean | null {
  const client = isSame(one.halves.client.isn, other.halves.client.isn);
  const server = isSame(one.halves.server.isn, other.halves.server.isn);
  if (client === true || server === true) return true;
  return client ?? server;
}

function isSame(one: number | null, other: number | null): boolean | null {
  return one === null || other === null ? null : one === other;
}

function sharesMark(one: Signature, other: Signature): boolean {
  for (const mark of one.octetMarks) if (other.octetMarks.has(mark)) return true;
  return false;
}

/** A firewall chose other initial numbers, but what was said is the same. */
function isRenumbered({ halves: one }: Signature, { halves: other }: Signature): boolean {
  if (isSame(one.client.tsVal, other.client.tsVal) === false) return false;
  const isSameRequest = one.client.data !== null && one.client.data.mark === other.client.data?.mark;
  const isSameStamp = one.client.tsVal !== null && one.client.tsVal === other.client.tsVal;
  return isSameRequest || isSameStamp;
}

/** Nothing but numbers to go by (a keep-alive, say): they must lie together. */
function isNear({ halves: one }: Signature, { halves: other }: Signature): boolean {
  const sides: readonly Side[] = ['client', 'server'];
  return sides.some((side) => {
    const own = one[side].firstSeq;
    const its = other[side].firstSeq;
    return own !== null && its !== null && Math.abs(seqDelta(own, its)) < NEAR_OCTETS;
  });
}

function describe(
  one: Signature,
  other: Signature,
  isFlipped: boolean,
  by: MatchedBy,
  certainty: MatchCertainty,
): PairMatch {
  const isSameAddress = isFlipped || (one.client === other.client && one.server === other.server);
  return {
    by,
    certainty,
    isAddressRewritten: !isSameAddress,
    shift: { client: shiftOf(one, other, 'client', by), server: shiftOf(one, other, 'server', by) },
  };
}

function shiftOf(one: Signature, other: Signature, side: Side, by: MatchedBy): number {
  const own = one.halves[side];
  const its = other.halves[side];
  if (own.isn !== null && its.isn !== null) return seqDelta(its.isn, own.isn);
  if (by === 'octets' || sharesMark(one, other)) return 0;
  if (own.data !== null && its.data !== null && own.data.mark === its.data.mark)
    return seqDelta(its.data.seq, own.data.seq);
  return 0;
}
