import { onesSum } from '../../src/bytes/internet-checksum.ts';
import type { CaptureWriter } from './capture-writer.ts';
import { Random } from './random.ts';
import { emptyTally, type Tally } from './tally.ts';

export interface SynFloodParameters {
  readonly kind: 'syn-flood';
  readonly seed: number;
  readonly connections: number;
  /** Between two SYNs, on average. */
  readonly intervalUs: number;
}

const ETHERNET_LEN = 14;
const IPV4_LEN = 20;
const TCP_LEN = 20;
/** Not padded to Ethernet's 60 octets, as on a virtual interface: tcpflow takes padding for payload. */
const FRAME_LEN = ETHERNET_LEN + IPV4_LEN + TCP_LEN;
const TARGET = Uint8Array.of(203, 0, 113, 1);
/** What flooding programs write for lack of a socket. */
const FLOOD_WINDOW = 512;

/** SYNs without options from random addresses and ports to one listener, which does not answer. */
export function writeSynFlood(writer: CaptureWriter, parameters: SynFloodParameters): Tally {
  const random = new Random(parameters.seed);
  const tally = emptyTally();
  const { octets, view } = writer;
  let timeUs = 0;
  for (let i = 0; i < parameters.connections; i++) {
    const frame = writer.begin();
    const ip = frame + ETHERNET_LEN;
    const tcp = ip + IPV4_LEN;
    octets.fill(0, frame, frame + FRAME_LEN);
    view.setUint16(frame, 0x0200);
    view.setUint8(frame + 5, 2);
    view.setUint16(frame + 6, 0x0200);
    view.setUint8(frame + 11, 1);
    view.setUint16(frame + 12, 0x0800);

    view.setUint16(ip, 0x4500);
    view.setUint16(ip + 2, IPV4_LEN + TCP_LEN);
    view.setUint16(ip + 4, random.between(0, 0x10000));
    view.setUint8(ip + 8, random.between(45, 59));
    view.setUint8(ip + 9, 6);
    // First octet 1 … 223: the unicast addresses.
    view.setUint8(ip + 12, random.between(1, 224));
    view.setUint8(ip + 13, random.between(0, 256));
    view.setUint16(ip + 14, random.between(0, 0x10000));
    octets.set(TARGET, ip + 16);
    view.setUint16(ip + 10, ~onesSum(view, ip, tcp, 0) & 0xffff);

    view.setUint16(tcp, random.between(1024, 0x10000));
    view.setUint16(tcp + 2, 80);
    view.setInt32(tcp + 4, random.bits());
    view.setUint16(tcp + 12, 0x5002);
    view.setUint16(tcp + 14, FLOOD_WINDOW);
    const pseudoHeader = onesSum(view, ip + 12, tcp, 6 + TCP_LEN);
    view.setUint16(tcp + 16, ~onesSum(view, tcp, tcp + TCP_LEN, pseudoHeader) & 0xffff);
    writer.commit(timeUs, FRAME_LEN);
    timeUs += random.between(0, 2 * parameters.intervalUs);
    tally.connections++;
  }
  return tally;
}
