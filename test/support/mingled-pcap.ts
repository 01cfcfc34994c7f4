import { ACK, FIN, PSH, RST, SYN } from '../../src/model/segment.ts';
import {
  ethernet,
  ip4,
  ipv4,
  octets,
  PROTOCOL,
  type TcpFields,
  tcp,
  u16,
  withTcpChecksum,
} from './packet-builder.ts';
import { pcapFile, type RecordSpec } from './pcap-builder.ts';

const SERVER = '198.51.100.2';
const START_SECONDS = 1_767_323_045;
/** Longer than an idle connection or a remembered 4-tuple is kept. */
const LONG_SECONDS = 4_000;
const REQUEST = new TextEncoder().encode('GET /part HTTP/1.1\r\nHost: shop.example\r\n\r\n');
const RESPONSE = new TextEncoder().encode(
  `HTTP/1.1 200 OK\r\nContent-Length: 3000\r\n\r\n${'x'.repeat(900)}`,
);
const ASKED = 1001 + REQUEST.length;
const ANSWERED = 5001 + RESPONSE.length;

type Put = (packet: Uint8Array) => void;

/**
 * `rounds` times the same 24 clients, each from its own port and at once: connections on 4-tuples used in the round before,
 * packets in fragments, ICMP errors that quote a segment, and connections that fall silent until their time is over.
 */
export function mingledConnections(rounds: number): Uint8Array {
  const records: RecordSpec[] = [];
  let micros = 0;
  for (let round = 0; round < rounds; round++) {
    const put: Put = (packet) => {
      micros += 700;
      const seconds = START_SECONDS + round * LONG_SECONDS * (round % 2) + Math.floor(micros / 1e6);
      records.push({ seconds, fraction: micros % 1e6, octets: ethernet(packet) });
    };
    for (let step = 0; step < STEPS; step++)
      for (let client = 0; client < 24; client++) story(put, client, round, step);
  }
  records.sort((a, b) => a.seconds! - b.seconds! || a.fraction! - b.fraction!);
  return pcapFile(records);
}

const STEPS = 7;

function story(put: Put, client: number, round: number, step: number): void {
  const src = `192.0.2.${1 + (client % 5)}`;
  const kind = client % 4;
  // Nobody comes back to the connections that fall silent.
  const port = 20_000 + client * 7 + (kind === 3 ? round * 200 : 0);
  const shift = round * 1_000_000;
  const up = (flags: number, seq: number, ack: number, payload?: Uint8Array): Uint8Array =>
    segment(src, SERVER, { srcPort: port, dstPort: 80, flags, seq: seq + shift, ack: ack + shift, payload });
  const down = (flags: number, seq: number, ack: number, payload?: Uint8Array): Uint8Array =>
    segment(SERVER, src, { srcPort: 80, dstPort: port, flags, seq: seq + shift, ack: ack + shift, payload });
  if (step === 0) put(up(SYN, 1000, -shift));
  else if (step === 1) put(down(SYN | ACK, 5000, 1001));
  else if (step === 2) put(up(ACK, 1001, 5001));
  else if (step === 3) put(up(PSH | ACK, 1001, 5001, REQUEST));
  else if (step === 4) {
    const answer = down(PSH | ACK, 5001, ASKED, RESPONSE);
    if (kind === 1) for (const part of inFragments(answer, client + round * 24)) put(part);
    else put(answer);
  } else if (step === 5) {
    if (kind === 0) put(up(RST | ACK, ASKED, ANSWERED));
    else if (kind === 1) put(down(FIN | ACK, ANSWERED, ASKED));
    else if (kind === 2)
      put(icmpUnreachable(src, down(PSH | ACK, ANSWERED, ASKED, RESPONSE.subarray(0, 100))));
  } else if (kind === 1) put(up(RST, ASKED, 0));
}

function segment(
  src: string,
  dst: string,
  { payload, ...fields }: Omit<TcpFields, 'payload'> & { payload: Uint8Array | undefined },
): Uint8Array {
  return ipv4(tcp({ ...fields, ...(payload && { payload }) }), { src, dst });
}

/** The IPv4 packet in two fragments, the later one first. */
function inFragments(packet: Uint8Array, id: number): Uint8Array[] {
  const [src, dst] = [packet.subarray(12, 16).join('.'), packet.subarray(16, 20).join('.')];
  const whole = withTcpChecksum(zeroed(packet.subarray(20)), ip4(src), ip4(dst));
  const cut = 400;
  return [
    ipv4(whole.subarray(cut), { src, dst, id, fragment: cut / 8 }),
    ipv4(whole.subarray(0, cut), { src, dst, id, fragment: 0x2000 }),
  ];
}

function zeroed(tcpSegment: Uint8Array): Uint8Array {
  const copy = tcpSegment.slice();
  copy.fill(0, 16, 18);
  return copy;
}

/** Host unreachable (RFC 792), from the client's address to the server, about `packet`. */
function icmpUnreachable(src: string, packet: Uint8Array): Uint8Array {
  const message = octets(3, 1, u16(0), [0, 0, 0, 0], packet.subarray(0, 28));
  return ipv4(message, { src, dst: SERVER, protocol: PROTOCOL.icmp });
}
