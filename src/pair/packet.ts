import type { Side } from '../model/facts.ts';

/** What is kept of one packet of one connection. Sequence numbers as in bytes/seq.ts; times on its capture's clock. */
export interface Packet {
  readonly frame: number;
  readonly timeNs: number;
  readonly from: Side;
  readonly flags: number;
  readonly seq: number;
  readonly ack: number;
  readonly payloadLen: number;
  readonly window: number;
  readonly ttl: number;
  readonly tos: number;
  /** −1 for IPv6. */
  readonly ipId: number;
  readonly dontFragment: number;
  /** OPT_ bits. */
  readonly options: number;
  readonly mss: number;
  readonly windowScale: number;
  readonly tsVal: number;
  readonly tsEcr: number;
  /** Hashes of the first HEAD_LEN and PREFIX_LEN octets of the payload that were captured, and how many those were. */
  readonly headHash: number;
  readonly prefixHash: number;
  readonly prefixLen: number;
}

export function otherSide(side: Side): Side {
  return side === 'client' ? 'server' : 'client';
}
