/** What a generator has put into its capture, to be held against what a reader finds there. */
export interface Tally {
  connections: number;
  /** Connections over IPv6, and on a 4-tuple that an earlier connection had used. */
  ipv6: number;
  reused: number;
  requests: number;
  /** Connections that a reset ended before they were through, refused ones included. */
  resetEarly: number;
  /** Connections that a side closed (FIN) before the response was complete. */
  closedEarly: number;
}

export function emptyTally(): Tally {
  return { connections: 0, ipv6: 0, reused: 0, requests: 0, resetEarly: 0, closedEarly: 0 };
}
