import type { CaptureContext, ConnectionFacts, HalfFacts } from '../model/facts.ts';
import { VantageEstimate } from './vantage.ts';

/**
 * Addresses whose TTL is remembered. A capture of a busy server has more clients than that; the servers, whose
 * baseline matters for refused connections, come early.
 */
const MAX_ADDRESSES = 20_000;

interface TtlRange {
  min: number;
  max: number;
  segments: number;
}

/** Gathers, connection by connection, what the whole capture says: where it was taken, and how each address looks. */
export class CaptureContextBuilder {
  readonly #vantage = new VantageEstimate();
  readonly #ttls = new Map<string, TtlRange>();
  readonly #servers = new Map<string, number>();
  #connections = 0;
  #twoSided = 0;
  #hasHoles = false;
  /** Frames dropped as the capture itself says. */
  drops = 0;

  add(facts: ConnectionFacts): void {
    this.#connections++;
    if (facts.client.segments > 0 && facts.server.segments > 0) this.#twoSided++;
    if (facts.client.bytesNotCaptured + facts.server.bytesNotCaptured > 0) this.#hasHoles = true;
    this.#vantage.add(facts);
    this.#addTtl(facts.client);
    this.#addTtl(facts.server);
    const server = `${facts.server.ip} ${facts.server.port}`;
    const count = this.#servers.get(server);
    if (count !== undefined || this.#servers.size < MAX_ADDRESSES)
      this.#servers.set(server, (count ?? 0) + 1);
  }

  /** The context as it is now; it goes on changing as connections are added. */
  context(): CaptureContext {
    return {
      vantage: this.#vantage.result(),
      hasCaptureDrops: this.drops > 0 || this.#hasHoles,
      isOneSided: this.#connections > 0 && this.#twoSided === 0,
      baselineTtl: (ip) => this.#ttls.get(ip) ?? null,
      connectionsTo: (ip, port) => this.#servers.get(`${ip} ${port}`) ?? 0,
    };
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
