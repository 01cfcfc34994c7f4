/**
 * Blocks of a pcapng file with nanosecond times (draft-ietf-opsawg-pcapng), in little-endian order. Only what a file of
 * chosen packets needs: section, interfaces, packets with comments.
 */

const SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE_DESCRIPTION = 1;
const ENHANCED_PACKET = 6;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const UNKNOWN_SECTION_LEN = 0xffffffff;
const SNAPLEN = 262_144;

const OPT_END = 0;
const OPT_COMMENT = 1;
const SHB_USER_APPLICATION = 4;
const IF_NAME = 2;
const IF_TIME_RESOLUTION = 9;
/** Nanoseconds: 10^−9 s. */
const NANOSECONDS = 9;
/** Length of an option is a 16-bit number; comments are cut well before. */
const MAX_COMMENT_LEN = 8_192;

/** Type, length, length again. */
const BLOCK_FRAME_LEN = 12;
const TYPE_AND_LEN = 8;
const TWO_32 = 0x1_0000_0000n;

export interface SavedPacket {
  readonly interfaceIndex: number;
  /** Since 1970. */
  readonly timeNs: bigint;
  readonly originalLen: number;
  readonly octets: Uint8Array;
  /** Empty = none. */
  readonly comment: string;
}

const encoder = new TextEncoder();

export function sectionBlock(application: string): Uint8Array {
  const body = new Uint8Array(16);
  const view = new DataView(body.buffer);
  view.setUint32(0, BYTE_ORDER_MAGIC, true);
  view.setUint16(4, 1, true);
  view.setUint32(8, UNKNOWN_SECTION_LEN, true);
  view.setUint32(12, UNKNOWN_SECTION_LEN, true);
  return block(SECTION_HEADER, [body, option(SHB_USER_APPLICATION, encoder.encode(application)), end()]);
}

export function interfaceBlock(linkType: number, name: string): Uint8Array {
  const body = new Uint8Array(8);
  const view = new DataView(body.buffer);
  view.setUint16(0, linkType, true);
  view.setUint32(4, SNAPLEN, true);
  const resolution = option(IF_TIME_RESOLUTION, Uint8Array.of(NANOSECONDS));
  return block(INTERFACE_DESCRIPTION, [body, option(IF_NAME, encoder.encode(name)), resolution, end()]);
}

export function packetBlock({
  interfaceIndex,
  timeNs,
  originalLen,
  octets,
  comment,
}: SavedPacket): Uint8Array {
  const body = new Uint8Array(20 + padded(octets.length));
  const view = new DataView(body.buffer);
  view.setUint32(0, interfaceIndex, true);
  view.setUint32(4, Number(timeNs / TWO_32), true);
  view.setUint32(8, Number(timeNs % TWO_32), true);
  view.setUint32(12, octets.length, true);
  view.setUint32(16, originalLen, true);
  body.set(octets, 20);
  const options =
    comment === '' ? [] : [option(OPT_COMMENT, encoder.encode(comment).subarray(0, MAX_COMMENT_LEN)), end()];
  return block(ENHANCED_PACKET, [body, ...options]);
}

function block(type: number, parts: readonly Uint8Array[]): Uint8Array {
  const len = BLOCK_FRAME_LEN + parts.reduce((sum, part) => sum + part.length, 0);
  const bytes = new Uint8Array(len);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, type, true);
  view.setUint32(4, len, true);
  let at = TYPE_AND_LEN;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  view.setUint32(at, len, true);
  return bytes;
}

function option(code: number, value: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(4 + padded(value.length));
  const view = new DataView(bytes.buffer);
  view.setUint16(0, code, true);
  view.setUint16(2, value.length, true);
  bytes.set(value, 4);
  return bytes;
}

function end(): Uint8Array {
  return option(OPT_END, new Uint8Array(0));
}

function padded(len: number): number {
  return (len + 3) & ~3;
}
