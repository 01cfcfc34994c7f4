import type { Segment } from '../model/segment.ts';

/**
 * A segment as 16 words, from which it can be made again. Of its payload only the lengths are in them. Which interface, VLAN
 * and tunnel a frame came by is not: only copies are told by it, and they are known when the record is written.
 */

/** Int32 places of a record; the time is a float over the first two. */
const FRAME = 2;
const SEQ = 3;
const ACK = 4;
const TS_VAL = 5;
const TS_ECR = 6;
/** Flags (9 bits), options (9), DF (1), checksum (2), half (1), direction (2), window scale (8). */
const FLAGS = 7;
/** Window (16 bits), TTL (8), ToS (8). */
const WINDOW = 8;
/** IPv4 ID + 1 (17 bits), tunnel depth (8). */
const IP_ID = 9;
const MSS = 10;
const FLOW_LABEL = 11;
const SOURCE_MAC = 12;
const PAYLOAD_LEN = 13;
/** Payload octets that were captured, and how many of them stand behind the record. */
const CAPTURED_LEN = 14;
const KEPT_LEN = 15;
export const RECORD_INTS = 16;

/** The same octets twice. */
export interface RecordArrays {
  readonly ints: Int32Array;
  readonly floats: Float64Array;
}

/** Writes `segment`, sent on half-stream `half` (0 or 1), to the even place `at`. */
export function writeRecord(
  { ints, floats }: RecordArrays,
  at: number,
  segment: Segment,
  half: number,
  keptLen: number,
): void {
  floats[at >>> 1] = segment.timeNs;
  ints[at + FRAME] = segment.frameNumber;
  ints[at + SEQ] = segment.seq;
  ints[at + ACK] = segment.ack;
  ints[at + TS_VAL] = segment.tsVal;
  ints[at + TS_ECR] = segment.tsEcr;
  ints[at + FLAGS] =
    segment.flags |
    (segment.options << 9) |
    (segment.dontFragment << 18) |
    (segment.checksum << 19) |
    (half << 21) |
    (segment.direction << 22) |
    (segment.windowScale << 24);
  ints[at + WINDOW] = segment.window | (segment.ttl << 16) | (segment.tos << 24);
  ints[at + IP_ID] = (segment.ipId + 1) | (segment.tunnelDepth << 17);
  ints[at + MSS] = segment.mss;
  ints[at + FLOW_LABEL] = segment.flowLabel;
  ints[at + SOURCE_MAC] = segment.sourceMac;
  ints[at + PAYLOAD_LEN] = segment.payloadLen;
  ints[at + CAPTURED_LEN] = segment.payloadEnd - segment.payloadStart;
  ints[at + KEPT_LEN] = keptLen;
}

/** Makes `segment` the one whose record is at `at`, but for its payload octets. Returns its half-stream. */
export function readRecord({ ints, floats }: RecordArrays, at: number, segment: Segment): number {
  const flags = ints[at + FLAGS]!;
  const window = ints[at + WINDOW]!;
  const ipId = ints[at + IP_ID]!;
  segment.timeNs = floats[at >>> 1]!;
  segment.frameNumber = ints[at + FRAME]!;
  segment.seq = ints[at + SEQ]!;
  segment.ack = ints[at + ACK]!;
  segment.tsVal = ints[at + TS_VAL]!;
  segment.tsEcr = ints[at + TS_ECR]!;
  segment.flags = flags & 0x1ff;
  segment.options = (flags >>> 9) & 0x1ff;
  segment.dontFragment = (flags >>> 18) & 1;
  segment.checksum = ((flags >>> 19) & 3) as Segment['checksum'];
  segment.direction = (flags >>> 22) & 3;
  segment.windowScale = flags >>> 24;
  segment.window = window & 0xffff;
  segment.ttl = (window >>> 16) & 0xff;
  segment.tos = window >>> 24;
  segment.ipId = (ipId & 0x1ffff) - 1;
  segment.tunnelDepth = ipId >>> 17;
  segment.mss = ints[at + MSS]!;
  segment.flowLabel = ints[at + FLOW_LABEL]!;
  segment.sourceMac = ints[at + SOURCE_MAC]!;
  segment.payloadLen = ints[at + PAYLOAD_LEN]!;
  segment.payloadStart = 0;
  segment.payloadEnd = ints[at + CAPTURED_LEN]!;
  return (flags >>> 21) & 1;
}

/** Payload octets that stand behind the record at `at`. */
export function keptLenAt({ ints }: RecordArrays, at: number): number {
  return ints[at + KEPT_LEN]!;
}
