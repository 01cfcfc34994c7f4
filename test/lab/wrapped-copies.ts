import {
  type CapturedFrame,
  ETHERNET_HEADER_LEN,
  etherTypeOf,
  type FrameList,
  IPV4,
  ipHeaderOf,
  LINUX_SLL2,
} from './captured-frames.ts';

/** Captures that show each packet twice: once as it is, once as another interface or a tunnel shows it. */

/** From one interface of a host to the next. */
const COPY_DELAY_US = 4;

/** `tcpdump -i any` on a router: each packet as it comes in, and, with one hop less, as it goes out. */
export function sllDoubles({ frames }: FrameList): FrameList {
  const doubled = frames.flatMap((frame) => {
    const out = oneHopOn(frame.octets);
    return [
      { ...frame, octets: asSll2(frame.octets, SLL_TO_US, 2), originalLen: frame.originalLen + SLL_GROWTH },
      {
        timeUs: frame.timeUs + COPY_DELAY_US,
        octets: asSll2(out, SLL_OUTGOING, 3),
        originalLen: frame.originalLen + SLL_GROWTH,
      },
    ];
  });
  return { linkType: LINUX_SLL2, frames: inTime(doubled) };
}

/** A mirror port that shows a packet on the access port and, tagged, on the trunk. */
export function vlanCopies({ linkType, frames }: FrameList): FrameList {
  const copies = frames.flatMap((frame) => [
    frame,
    {
      timeUs: frame.timeUs + COPY_DELAY_US,
      octets: tagged(frame.octets),
      originalLen: frame.originalLen + VLAN_TAG.length,
    },
  ]);
  return { linkType, frames: inTime(copies) };
}

/** A host that shows a packet on the guest's interface and, inside VXLAN, on the wire. */
export function vxlanCopies({ linkType, frames }: FrameList): FrameList {
  const copies = frames.flatMap((frame) => {
    if (frame.originalLen > MAX_TUNNELLED_LEN) return [frame];
    const octets = tunnelled(frame);
    const growth = octets.length - frame.octets.length;
    return [frame, { timeUs: frame.timeUs + COPY_DELAY_US, octets, originalLen: frame.originalLen + growth }];
  });
  return { linkType, frames: inTime(copies) };
}

function inTime(frames: readonly CapturedFrame[]): CapturedFrame[] {
  return [...frames].sort((a, b) => a.timeUs - b.timeUs);
}

/** LINKTYPE_LINUX_SLL2: protocol, reserved, interface index, ARPHRD, packet type, address length, address. */
const SLL2_LEN = 20;
const SLL_GROWTH = SLL2_LEN - ETHERNET_HEADER_LEN;
const SLL_TO_US = 0;
const SLL_OUTGOING = 4;
const ARPHRD_ETHER = 1;
const MAC_LEN = 6;

function asSll2(frame: Uint8Array, packetType: number, interfaceIndex: number): Uint8Array {
  const octets = new Uint8Array(frame.length + SLL_GROWTH);
  const view = new DataView(octets.buffer);
  view.setUint16(0, etherTypeOf(frame));
  view.setUint32(4, interfaceIndex);
  view.setUint16(8, ARPHRD_ETHER);
  octets[10] = packetType;
  octets[11] = MAC_LEN;
  octets.set(frame.subarray(MAC_LEN, 2 * MAC_LEN), 12);
  octets.set(frame.subarray(ETHERNET_HEADER_LEN), SLL2_LEN);
  return octets;
}

/** The packet as a router sends it on: TTL or hop limit less one, header checksum mended (RFC 1624, equation 3). */
function oneHopOn(frame: Uint8Array): Uint8Array {
  const ip = ipHeaderOf(frame);
  if (ip === null) return frame;
  const octets = Uint8Array.from(frame);
  octets[ip.ttlAt] = octets[ip.ttlAt]! - 1;
  if (ip.version === 6) return octets;
  const checksumAt = ETHERNET_HEADER_LEN + 10;
  const view = new DataView(octets.buffer);
  const sum = view.getUint16(checksumAt) + 0x0100;
  view.setUint16(checksumAt, (sum & 0xffff) + (sum >> 16));
  return octets;
}

/** IEEE 802.1Q: TPID 0x8100, VLAN 42. */
const VLAN_TAG = Uint8Array.of(0x81, 0x00, 0x00, 42);

function tagged(frame: Uint8Array): Uint8Array {
  const addressesLen = 2 * MAC_LEN;
  return joined(frame.subarray(0, addressesLen), VLAN_TAG, frame.subarray(addressesLen));
}

const OUTER_IP_LEN = 20;
const UDP_LEN = 8;
/** RFC 7348 §5: flags with the I bit, network identifier 7. */
const VXLAN_HEADER = Uint8Array.of(0x08, 0, 0, 0, 0, 0, 7, 0);
const VXLAN_PORT = 4789;
const UDP = 17;
/** The outer IPv4 packet has 16 bits for its length. */
const MAX_TUNNELLED_LEN = 65_535 - OUTER_IP_LEN - UDP_LEN - VXLAN_HEADER.length;

function tunnelled({ octets, originalLen }: CapturedFrame): Uint8Array {
  const udpLen = UDP_LEN + VXLAN_HEADER.length + originalLen;
  const outer = new Uint8Array(ETHERNET_HEADER_LEN + OUTER_IP_LEN + UDP_LEN);
  const view = new DataView(outer.buffer);
  outer.set([0x02, 0, 0, 0, 0, 9, 0x02, 0, 0, 0, 0, 8]);
  view.setUint16(12, IPV4);
  outer.set([0x45, 0], ETHERNET_HEADER_LEN);
  view.setUint16(16, OUTER_IP_LEN + udpLen);
  outer.set([64, UDP], 22);
  outer.set([10, 0, 0, 8, 10, 0, 0, 9], 26);
  view.setUint16(24, headerChecksum(view));
  view.setUint16(34, 49_152);
  view.setUint16(36, VXLAN_PORT);
  view.setUint16(38, udpLen);
  return joined(outer, VXLAN_HEADER, octets);
}

function headerChecksum(view: DataView): number {
  let sum = 0;
  for (let at = ETHERNET_HEADER_LEN; at < ETHERNET_HEADER_LEN + OUTER_IP_LEN; at += 2)
    sum += view.getUint16(at);
  sum = (sum & 0xffff) + (sum >> 16);
  return ~((sum & 0xffff) + (sum >> 16)) & 0xffff;
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((total, { length }) => total + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
