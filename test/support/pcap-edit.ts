import { readFileSync } from 'node:fs';
import { concat } from './pcap-builder.ts';

/** One frame of a little-endian classic pcap with microseconds: Ethernet, IPv4, TCP. */
export interface EditableFrame {
  timeUs: number;
  readonly octets: Buffer;
}

const FILE_HEADER_LEN = 24;
const RECORD_HEADER_LEN = 16;
const US_PER_SECOND = 1_000_000;
const ETHERNET_LEN = 14;
const TCP_AT = ETHERNET_LEN + 20;

/** The frames of a capture, to be changed as boxes and clocks do; checksums are left as they are. */
export function framesOf(path: string): EditableFrame[] {
  const file = readFileSync(path);
  const frames: EditableFrame[] = [];
  for (let at = FILE_HEADER_LEN; at < file.length; ) {
    const capturedLen = file.readUInt32LE(at + 8);
    const start = at + RECORD_HEADER_LEN;
    const timeUs = file.readUInt32LE(at) * US_PER_SECOND + file.readUInt32LE(at + 4);
    frames.push({ timeUs, octets: Buffer.from(file.subarray(start, start + capturedLen)) });
    at = start + capturedLen;
  }
  return frames;
}

/** A pcap file of these frames. */
export function fileOf(frames: readonly EditableFrame[]): Uint8Array {
  const header = Buffer.alloc(FILE_HEADER_LEN);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(262_144, 16);
  header.writeUInt32LE(1, 20);
  return concat([header, ...frames.map(recordOf)]);
}

function recordOf({ timeUs, octets }: EditableFrame): Uint8Array {
  const header = Buffer.alloc(RECORD_HEADER_LEN);
  header.writeUInt32LE(Math.floor(timeUs / US_PER_SECOND), 0);
  header.writeUInt32LE(timeUs % US_PER_SECOND, 4);
  header.writeUInt32LE(octets.length, 8);
  header.writeUInt32LE(octets.length, 12);
  return concat([header, octets]);
}

function isFromClient({ octets }: EditableFrame): boolean {
  return octets.readUInt16BE(TCP_AT + 2) === 80;
}

/** A firewall that gives a side other sequence numbers: its own go up, and so do the other's acknowledgements. */
export function renumber(frame: EditableFrame, side: 'client' | 'server', by: number): void {
  const isOwn = isFromClient(frame) === (side === 'client');
  const hasAck = (frame.octets.readUInt8(TCP_AT + 13) & 0x10) !== 0;
  const at = TCP_AT + (isOwn ? 4 : 8);
  if (isOwn || hasAck) frame.octets.writeUInt32BE((frame.octets.readUInt32BE(at) + by) >>> 0, at);
}

/** A NAT: the client gets another address and port. */
export function translate(frame: EditableFrame, address: number, port: number): void {
  const isOwn = isFromClient(frame);
  frame.octets.writeUInt32BE(address, ETHERNET_LEN + (isOwn ? 12 : 16));
  frame.octets.writeUInt16BE(port, TCP_AT + (isOwn ? 0 : 2));
}

export function isReset({ octets }: EditableFrame): boolean {
  return (octets.readUInt8(TCP_AT + 13) & 0x04) !== 0;
}
