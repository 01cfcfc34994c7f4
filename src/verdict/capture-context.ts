import type { CaptureContext, ConnectionFacts, HalfFacts, Vantage } from '../model/facts.ts';
import { VantageEstimate } from './vantage.ts';

/**
 * Addresses whose TTL is remembered. A capture of a busy server has more clients than that; the servers, whose
 * baseline matters for refused connections, come early.
 */
const MAX_ADDRESSES = 20_000;

/** One segment marked as received may be marked wrongly. */
const MIN_CAME_IN = 2;

/** Connections after which the vantage is worked out anew; the first ones count at once. */
const VANTAGE_AGE = 256;

interface TtlRange {
  min: number;
  max: number;
  segments: number;
}

/** Gathers, connection by connection, what the whole capture says: where it was taken, and how each address looks. */
export class CaptureContextBuilder implements CaptureContext {
  readonly #estimate: VantageEstimate;
  #vantageNow: Vantage | null = null;
  #vantageAge = 0;
  readonly #ttls = new Map<string, TtlRange>();
  readonly #comeIn = new Set<string>();
  /** Connections by server address and port. */
  readonly #servers = new Map<string, Map<number, number>>();
  #serverCount = 0;
  #connections = 0;
  #twoSided = 0;
  /** Frames dropped as the capture itself says. */
  drops = 0;
  readonly clockErrorNs: number;

  constructor(clockErrorNs = 0) {
    this.clockErrorNs = clockErrorNs;
    this.#estimate = new VantageEstimate(clockErrorNs);
  }

  add(facts: ConnectionFacts): void {
    this.#connections++;
    if (facts.client.segments > 0 && facts.server.segments > 0) this.#twoSided++;
    this.#estimate.add(facts);
    if (this.#connections < VANTAGE_AGE) this.#vantageNow = null;
    else this.#vantageAge++;
    this.#addTtl(facts.client);
    this.#addTtl(facts.server);
    if (facts.client.ip !== facts.server.ip) {
      this.#addDirection(facts.client);
      this.#addDirection(facts.server);
    }
    this.#addServer(facts.server);
  }

  get vantage(): Vantage {
    if (this.#vantageNow === null || this.#vantageAge >= VANTAGE_AGE) {
      this.#vantageNow = this.#estimate.result();
      this.#vantageAge = 0;
    }
    return this.#vantageNow;
  }

  get hasCaptureDrops(): boolean {
    return this.drops > 0;
  }

  get isOneSided(): boolean {
    return this.#connections > 0 && this.#twoSided === 0;
  }

  baselineTtl(ip: string): Readonly<TtlRange> | null {
    return this.#ttls.get(ip) ?? null;
  }

  hasComeIn(ip: string): boolean {
    return this.#comeIn.has(ip);
  }

  connectionsTo(ip: string, port: number): number {
    return this.#servers.get(ip)?.get(port) ?? 0;
  }

  #addServer({ ip, port }: HalfFacts): void {
    let ports = this.#servers.get(ip);
    const count = ports?.get(port);
    if (count === undefined && this.#serverCount++ >= MAX_ADDRESSES) return;
    if (ports === undefined) {
      ports = new Map();
      this.#servers.set(ip, ports);
    }
    ports.set(port, (count ?? 0) + 1);
  }

  #addDirection({ ip, stack }: HalfFacts): void {
    if (stack.inbound >= MIN_CAME_IN && this.#comeIn.size < MAX_ADDRESSES) this.#comeIn.add(ip);
  }

  #addTtl(half: HalfFacts): void {
    const { ttlMin, ttlMax } = half.stack;
    if (ttlMin === null || ttlMax === null) return;
    const range = this.#ttls.get(half.ip);
    if (range === undefined) {
      if (this.#ttls.size < MAX_ADDRESSES) {
        this.#ttls.set(half.ip, { min: ttlMin, max: ttlMax, segments: half.segments });
      }
      return;
    }
    range.min = Math.min(range.min, ttlMin);
    range.max = Math.max(range.max, ttlMax);
    range.segments += half.segments;
  }
}
