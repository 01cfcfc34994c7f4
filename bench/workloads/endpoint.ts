import type { Random } from './random.ts';

/** Linux's default window scale on a host with the usual 6 MiB of receive memory. */
const WINDOW_SCALE = 7;
/** Ethernet's 1,500 octets less 40 (IPv4) or 60 (IPv6) of headers. */
const MSS_IPV4 = 1460;
const MSS_IPV6 = 1440;
/** Octets of the timestamps option with its padding, on every segment after the SYN (RFC 7323 §3.2). */
const TIMESTAMPS_LEN = 12;
/** Linux's initial sequence numbers advance by one each 64 ns (net/core/secure_seq.c). */
const ISN_STEPS_PER_US = 1000 / 64;

/** A host as its headers show it. */
export interface Host {
  readonly ip: Uint8Array;
  readonly mac: Uint8Array;
  /** TTL or hop limit as it arrives at the capture point. */
  readonly ttl: number;
}

/** One end of a 4-tuple, over all connections that use it one after the other. */
export class Endpoint {
  readonly host: Host;
  readonly port: number;
  readonly mss: number;
  readonly windowScale = WINDOW_SCALE;
  /** Sequence number of the next octet to send, and of the next octet expected; 0 … 2^32−1. */
  seq = 0;
  ack = 0;
  ipId = 0;
  flowLabel = 0;
  /** As written in the header: scaled, but for SYNs. */
  window = 0;
  /** TSval received last, for TSecr. */
  recentTimestamp = 0;
  private readonly isnOffset: number;
  private readonly clockOffset: number;
  private readonly synWindow: number;

  constructor(host: Host, port: number, synWindow: number, random: Random) {
    this.host = host;
    this.port = port;
    this.mss = host.ip.length === 4 ? MSS_IPV4 : MSS_IPV6;
    this.synWindow = synWindow;
    this.isnOffset = random.bits() >>> 0;
    this.clockOffset = random.bits() >>> 0;
  }

  /** Largest payload of a segment with timestamps. */
  get segmentLen(): number {
    return this.mss - TIMESTAMPS_LEN;
  }

  /** Makes the endpoint ready for a new connection. Its sequence numbers and clock go on where time has taken them. */
  open(nowUs: number, random: Random): void {
    this.seq = (this.isnOffset + Math.floor(nowUs * ISN_STEPS_PER_US)) >>> 0;
    this.ack = 0;
    this.ipId = random.between(0, 0x10000);
    this.flowLabel = random.between(0, 0x100000);
    this.window = this.synWindow;
    this.recentTimestamp = 0;
  }

  /** TSval at a time: a millisecond clock with an offset for each pair of hosts. */
  timestampAt(nowUs: number): number {
    return (this.clockOffset + Math.floor(nowUs / 1000)) >>> 0;
  }
}
