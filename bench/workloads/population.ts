import { Endpoint, type Host } from './endpoint.ts';
import type { Random } from './random.ts';

/** Linux's default range of ports for callers. */
const FIRST_CALLER_PORT = 32_768;
const LAST_CALLER_PORT = 60_999;
/** Windows that Linux announces in a SYN and in a SYN+ACK. */
const CALLER_SYN_WINDOW = 64_240;
const LISTENER_SYN_WINDOW = 65_160;
/** Linux starts at 64, Windows at 128; clients are 6 to 19 hops away. */
const START_TTLS = [64, 64, 64, 128];
const ROUTER_MAC = Uint8Array.of(0x02, 0, 0, 0, 0, 1);
const SERVER_MAC = Uint8Array.of(0x02, 0, 0, 0, 0, 2);
const SERVERS = 4;

/** A 4-tuple with what belongs to its two ends for longer than one connection. */
export interface Pair {
  readonly client: Endpoint;
  readonly server: Endpoint;
  readonly roundTripUs: number;
  /** When the last connection on it ended. */
  endUs: number;
}

interface Caller {
  readonly host: Host;
  readonly isIpv6: boolean;
  readonly roundTripUs: number;
  nextPort: number;
}

/** The hosts of a workload: some servers beside the capture point, many clients far from it. */
export class Population {
  private readonly random: Random;
  private readonly callers: Caller[] = [];
  private readonly servers4: Host[] = [];
  private readonly servers6: Host[] = [];

  /** `ipv6Share`: of the clients, 0 … 1. Round trips lie in `from … to` microseconds. */
  constructor(random: Random, clients: number, ipv6Share: number, from: number, to: number) {
    this.random = random;
    for (let i = 1; i <= SERVERS; i++) {
      this.servers4.push({ ip: Uint8Array.of(203, 0, 113, i), mac: SERVER_MAC, ttl: 64 });
      this.servers6.push({ ip: ipv6Address(0xff, 0, i), mac: SERVER_MAC, ttl: 64 });
    }
    for (let i = 0; i < clients; i++) {
      const isIpv6 = random.chance(ipv6Share);
      const ip = isIpv6 ? ipv6Address(1, i >>> 16, i & 0xffff) : ipv4Address(i);
      const ttl = random.pick(START_TTLS) - random.between(6, 20);
      this.callers.push({
        host: { ip, mac: ROUTER_MAC, ttl },
        isIpv6,
        roundTripUs: random.between(from, to),
        nextPort: random.between(FIRST_CALLER_PORT, LAST_CALLER_PORT),
      });
    }
  }

  /** Some client's next port and a server: a 4-tuple that was not used before, or not for 28,000 connections. */
  newPair(): Pair {
    const { random } = this;
    const caller = random.pick(this.callers);
    const { nextPort, roundTripUs } = caller;
    caller.nextPort = nextPort === LAST_CALLER_PORT ? FIRST_CALLER_PORT : nextPort + 1;
    const server = random.pick(caller.isIpv6 ? this.servers6 : this.servers4);
    return {
      client: new Endpoint(caller.host, nextPort, CALLER_SYN_WINDOW, random),
      server: new Endpoint(server, random.chance(0.8) ? 80 : 8080, LISTENER_SYN_WINDOW, random),
      roundTripUs,
      endUs: 0,
    };
  }
}

/** 198.18.0.0/15, reserved for benchmarks (RFC 2544): room for 131,072 clients. */
function ipv4Address(index: number): Uint8Array {
  return Uint8Array.of(198, 18 + ((index >>> 16) & 1), (index >>> 8) & 0xff, index & 0xff);
}

/** In 2001:db8::/32, reserved for documentation (RFC 3849). */
function ipv6Address(net: number, high: number, low: number): Uint8Array {
  const ip = new Uint8Array(16);
  const view = new DataView(ip.buffer);
  view.setUint32(0, 0x20010db8);
  view.setUint16(6, net);
  view.setUint16(12, high);
  view.setUint16(14, low);
  return ip;
}
