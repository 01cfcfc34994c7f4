import type { ConnectionFacts, HalfFacts, Vantage } from '../model/facts.ts';

/** Below this the whole path is one host or one LAN, and the handshake's times say nothing about a place on it. */
const MIN_PATH_NS = 1e6;
/** One way this much shorter than the other puts the capture at that end. */
const NEAR = 0.1;
/** The whole path must be so many times longer than the error of the clock, for a share of it to mean anything. */
const ERRORS_PER_PATH = 20;
/** Share of connections that must agree before a place is claimed. */
const MIN_AGREEMENT = 0.7;
/** Initial TTLs of the stacks in use: a segment that still has one has crossed no router. */
const INITIAL_TTLS: readonly number[] = [64, 128, 255];

type Place = 'client' | 'server' | 'middle';

/**
 * Where the capture was taken. Every claim about timing and TTL depends on it, so it is worked out from several cues
 * and printed with the answer: the link layer's own word (SLL, pcapng direction), TCP checksums not yet filled in
 * (transmit offload: the sender is this host), the handshake's two halves, and TTLs that no router has touched.
 */
export class VantageEstimate {
  readonly #votes: Record<Place, number> = { client: 0, server: 0, middle: 0 };
  readonly #methods = new Map<string, number>();
  /** A shorter path than this has no measurable ends. */
  readonly #minPathNs: number;
  #fractionSum = 0;
  #fractions = 0;

  constructor(clockErrorNs: number) {
    this.#minPathNs = Math.max(MIN_PATH_NS, ERRORS_PER_PATH * clockErrorNs);
  }

  add(facts: ConnectionFacts): void {
    const fraction = handshakeFraction(facts, this.#minPathNs);
    if (fraction !== null) {
      this.#fractionSum += fraction;
      this.#fractions++;
    }
    const vote = byDirection(facts) ?? byChecksum(facts) ?? byHandshake(fraction) ?? byTtl(facts);
    if (vote === null) return;
    this.#votes[vote.place]++;
    this.#methods.set(vote.method, (this.#methods.get(vote.method) ?? 0) + 1);
  }

  result(): Vantage {
    const { client, server, middle } = this.#votes;
    const connections = client + server + middle;
    const fraction = this.#fractions > 0 ? this.#fractionSum / this.#fractions : null;
    if (connections === 0) return { place: 'unknown', fraction, method: 'no cue', connections, agreement: 0 };
    const place: Place =
      client >= server && client >= middle ? 'client' : server >= middle ? 'server' : 'middle';
    const agreement = this.#votes[place] / connections;
    const method = [...this.#methods].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 'no cue';
    return {
      place: agreement >= MIN_AGREEMENT ? place : 'unknown',
      fraction,
      method,
      connections,
      agreement,
    };
  }
}

interface Vote {
  readonly place: Place;
  readonly method: string;
}

function byDirection({ client, server }: ConnectionFacts): Vote | null {
  const method = "the link layer's direction flag";
  const isClientOut = client.stack.outbound > 0;
  const isServerOut = server.stack.outbound > 0;
  const isClientIn = client.stack.inbound > 0;
  const isServerIn = server.stack.inbound > 0;
  if (isClientOut && isServerOut) return isClientIn || isServerIn ? { place: 'middle', method } : null;
  if (isClientOut && !isClientIn) return { place: 'client', method };
  if (isServerOut && !isServerIn) return { place: 'server', method };
  return null;
}

/** A host that leaves the checksum to its network card hands us the segment before it is filled in. */
function byChecksum({ client, server }: ConnectionFacts): Vote | null {
  const method = 'checksums left to the network card';
  if (isPartial(client) && isFilled(server)) return { place: 'client', method };
  if (isPartial(server) && isFilled(client)) return { place: 'server', method };
  return null;
}

function isPartial({ stack }: HalfFacts): boolean {
  return stack.badChecksums > 0 && stack.goodChecksums === 0;
}

function isFilled({ stack }: HalfFacts): boolean {
  return stack.goodChecksums > 0 && stack.badChecksums === 0;
}

/** 0 = at the client, 1 = at the server: share of the round trip that lies between the client and the capture. */
function handshakeFraction({ handshake }: ConnectionFacts, minPathNs: number): number | null {
  const { synNs, synAckNs, ackNs, synCount } = handshake;
  if (synNs === null || synAckNs === null || ackNs === null || synCount !== 1) return null;
  const toServerNs = synAckNs - synNs;
  const toClientNs = ackNs - synAckNs;
  if (toServerNs < 0 || toClientNs < 0 || toServerNs + toClientNs < minPathNs) return null;
  return toClientNs / (toServerNs + toClientNs);
}

function byHandshake(fraction: number | null): Vote | null {
  if (fraction === null) return null;
  const method = 'the times of the handshake';
  if (fraction < NEAR) return { place: 'client', method };
  if (fraction > 1 - NEAR) return { place: 'server', method };
  return { place: 'middle', method };
}

function byTtl({ client, server }: ConnectionFacts): Vote | null {
  const method = 'TTLs that no router has touched';
  const isClientLocal = isUntouched(client);
  const isServerLocal = isUntouched(server);
  if (isClientLocal === isServerLocal || client.segments === 0 || server.segments === 0) return null;
  return { place: isClientLocal ? 'client' : 'server', method };
}

function isUntouched({ stack }: HalfFacts): boolean {
  return stack.ttlMin !== null && stack.ttlMin === stack.ttlMax && INITIAL_TTLS.includes(stack.ttlMin);
}
