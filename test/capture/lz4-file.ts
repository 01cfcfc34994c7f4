import { XxHash32 } from '../../src/capture/xxhash32.ts';
import { concat, OctetWriter } from '../support/pcap-builder.ts';

export interface Lz4Spec {
  readonly blockLen?: number;
  readonly isLinked?: boolean;
  readonly hasBlockChecksums?: boolean;
  readonly hasContentSize?: boolean;
  readonly isStored?: boolean;
}

const MIN_MATCH_LEN = 4;
/** The last five octets of a block are literals, and no match begins in the last twelve (lz4_Block_format.md). */
const LAST_LITERALS_LEN = 5;
const MATCH_LIMIT_LEN = 12;
const MAX_DISTANCE = 65_535;

/** An LZ4 frame of 64 KiB blocks at most, packed by the simplest greedy search. */
export function lz4File(content: Uint8Array, spec: Lz4Spec = {}): Uint8Array {
  const flags =
    0x44 |
    (spec.isLinked ? 0 : 0x20) |
    (spec.hasBlockChecksums ? 0x10 : 0) |
    (spec.hasContentSize ? 0x08 : 0);
  const descriptor = new OctetWriter(true);
  descriptor.octets(Uint8Array.of(flags, 0x40));
  if (spec.hasContentSize) descriptor.u64(BigInt(content.length));
  const head = descriptor.take();
  const writer = new OctetWriter(true);
  writer.u32(0x184d2204);
  writer.octets(head);
  writer.octets(Uint8Array.of((checksum(head) >>> 8) & 0xff));
  const blockLen = spec.blockLen ?? 65_536;
  for (let start = 0; start < content.length; start += blockLen) {
    const end = Math.min(content.length, start + blockLen);
    const block = spec.isStored
      ? content.subarray(start, end)
      : packBlock(content, spec.isLinked ? 0 : start, start, end);
    writer.u32(spec.isStored ? (block.length | 0x8000_0000) >>> 0 : block.length);
    writer.octets(block);
    if (spec.hasBlockChecksums) writer.u32(checksum(block));
  }
  writer.u32(0);
  writer.u32(checksum(content));
  return writer.take();
}

export function skippableFrame(content: Uint8Array): Uint8Array {
  const writer = new OctetWriter(true);
  writer.u32(0x184d2a53);
  writer.u32(content.length);
  return concat([writer.take(), content]);
}

function checksum(octets: Uint8Array): number {
  const hash = new XxHash32();
  hash.update(octets, 0, octets.length);
  return hash.digest();
}

function packBlock(content: Uint8Array, historyStart: number, start: number, end: number): Uint8Array {
  const out: number[] = [];
  const lastSeen = new Map<number, number>();
  for (let at = historyStart; at < start; at++) lastSeen.set(key(content, at), at);
  let literalStart = start;
  for (let at = start; at < end - MATCH_LIMIT_LEN; at++) {
    const from = lastSeen.get(key(content, at));
    lastSeen.set(key(content, at), at);
    if (from === undefined || at - from > MAX_DISTANCE) continue;
    let len = 0;
    while (at + len < end - LAST_LITERALS_LEN && content[from + len] === content[at + len]) len++;
    if (len < MIN_MATCH_LEN) continue;
    putSequence(out, content.subarray(literalStart, at), at - from, len);
    at += len - 1;
    literalStart = at + 1;
  }
  putSequence(out, content.subarray(literalStart, end), 0, MIN_MATCH_LEN);
  return Uint8Array.from(out);
}

function key(content: Uint8Array, at: number): number {
  return new DataView(content.buffer, content.byteOffset).getUint32(Math.min(at, content.length - 4));
}

/** A distance of 0 stands for "no match follows". */
function putSequence(out: number[], literals: Uint8Array, distance: number, matchLen: number): void {
  const extraLen = matchLen - MIN_MATCH_LEN;
  out.push((Math.min(literals.length, 15) << 4) | Math.min(extraLen, 15));
  putLength(out, literals.length);
  out.push(...literals);
  if (distance === 0) return;
  out.push(distance & 0xff, distance >> 8);
  putLength(out, extraLen);
}

function putLength(out: number[], len: number): void {
  if (len < 15) return;
  let rest = len - 15;
  for (; rest >= 255; rest -= 255) out.push(255);
  out.push(rest);
}
