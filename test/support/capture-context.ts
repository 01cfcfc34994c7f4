import type { CaptureContext, Vantage } from '../../src/model/facts.ts';

export interface ContextShape {
  place?: Vantage['place'];
  hasCaptureDrops?: boolean;
  isOneSided?: boolean;
  clockErrorNs?: number;
  /** TTLs by address, as learned from other connections. */
  ttls?: Readonly<Record<string, number>>;
  /** Connections to the server. */
  connections?: number;
  /** Addresses whose segments came in from outside on other connections. */
  comeIn?: readonly string[];
}

/** A capture made at the server, complete, unless said otherwise. */
export function context({
  place = 'server',
  hasCaptureDrops = false,
  isOneSided = false,
  clockErrorNs = 0,
  ttls = {},
  connections = 1,
  comeIn = [],
}: ContextShape = {}): CaptureContext {
  return {
    vantage: {
      place,
      fraction: null,
      method: 'the times of the handshake',
      connections: place === 'unknown' ? 0 : 5,
      agreement: 1,
    },
    hasCaptureDrops,
    isOneSided,
    clockErrorNs,
    baselineTtl: (ip) => {
      const ttl = ttls[ip];
      return ttl === undefined ? null : { min: ttl, max: ttl, segments: 50 };
    },
    hasComeIn: (ip) => comeIn.includes(ip),
    connectionsTo: () => connections,
  };
}
