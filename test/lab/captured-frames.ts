import { readFileSync, writeFileSync } from 'node:fs';
import { MICROSECOND_MAGIC, pcapFile } from '../support/pcap-builder.ts';

/** The frames of a capture, to be damaged. Decoded here and not by the tool that is to be tried with them. */

export interface CapturedFrame {
  readonly timeUs: number;
  readonly originalLen: number;
  readonly octets: Uint8Array;
}

export interface FrameList {
  readonly linkType: number;
  readonly frames: readonly CapturedFrame[];
}

export const ETHERNET = 1;
export const LINUX_SLL2 = 276;

const FILE_HEADER_LEN = 24;
const LINK_TYPE_AT = 20;
const RECORD_HEADER_LEN = 16;
const US_PER_S = 1_000_000;

/** Reads what tcpdump wrote in the lab: little-endian classic pcap with microseconds. */
export function readFrames(path: string): FrameList {
  const file = readFileSync(path);
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (view.getUint32(0, true) !== MICROSECOND_MAGIC) {
    throw new Error(`${path}: not a little-endian pcap file with microseconds`);
  }
  const frames: CapturedFrame[] = [];
  let at = FILE_HEADER_LEN;
  while (at + RECORD_HEADER_LEN <= file.length) {
    const capturedLen = view.getUint32(at + 8, true);
    const from = at + RECORD_HEADER_LEN;
    frames.push({
      timeUs: view.getUint32(at, true) * US_PER_S + view.getUint32(at + 4, true),
      originalLen: view.getUint32(at + 12, true),
      octets: file.subarray(from, from + capturedLen),
    });
    at = from + capturedLen;
  }
  return { linkType: view.getUint32(LINK_TYPE_AT, true), frames };
}

export function writeFrames(path: string, { linkType, frames }: FrameList): void {
  const records = frames.map(({ timeUs, originalLen, octets }) => ({
    seconds: Math.floor(timeUs / US_PER_S),
    fraction: timeUs % US_PER_S,
    octets,
    originalLen,
  }));
  writeFileSync(path, pcapFile(records, { linkType }));
}

/** One end of a connection as text, and whether the frame opens it. */
export interface FrameEnds {
  readonly source: string;
  readonly target: string;
  readonly isOpening: boolean;
}

const ETHER_TYPE_AT = 12;
export const ETHERNET_HEADER_LEN = 14;
export const IPV4 = 0x0800;
const IPV6 = 0x86dd;
const TCP = 6;
const IPV6_HEADER_LEN = 40;
const SYN = 0x02;
const ACK = 0x10;

/** Addresses and ports of a TCP segment in an Ethernet frame; null for anything else. */
export function endsOf(octets: Uint8Array): FrameEnds | null {
  const ip = ipHeaderOf(octets);
  if (ip === null || octets[ip.protocolAt] !== TCP || octets.length < ip.payloadAt + 14) return null;
  const port = (at: number): number => octets[at]! * 256 + octets[at + 1]!;
  const address = (at: number): string => octets.subarray(at, at + ip.addressLen).join('.');
  const flags = octets[ip.payloadAt + 13]!;
  return {
    source: `${address(ip.addressesAt)}:${port(ip.payloadAt)}`,
    target: `${address(ip.addressesAt + ip.addressLen)}:${port(ip.payloadAt + 2)}`,
    isOpening: (flags & (SYN | ACK)) === SYN,
  };
}

interface IpHeader {
  readonly version: 4 | 6;
  readonly ttlAt: number;
  readonly protocolAt: number;
  readonly addressesAt: number;
  readonly addressLen: number;
  readonly payloadAt: number;
}

/** Where things lie in the IP header of an Ethernet frame; null for other frames. */
export function ipHeaderOf(octets: Uint8Array): IpHeader | null {
  const at = ETHERNET_HEADER_LEN;
  const type = etherTypeOf(octets);
  if (type === IPV4 && octets.length >= at + 20) {
    const payloadAt = at + (octets[at]! & 15) * 4;
    return { version: 4, ttlAt: at + 8, protocolAt: at + 9, addressesAt: at + 12, addressLen: 4, payloadAt };
  }
  if (type === IPV6 && octets.length >= at + IPV6_HEADER_LEN) {
    const payloadAt = at + IPV6_HEADER_LEN;
    return { version: 6, ttlAt: at + 7, protocolAt: at + 6, addressesAt: at + 8, addressLen: 16, payloadAt };
  }
  return null;
}

export function etherTypeOf(octets: Uint8Array): number {
  return octets.length < ETHERNET_HEADER_LEN ? 0 : octets[ETHER_TYPE_AT]! * 256 + octets[ETHER_TYPE_AT + 1]!;
}
