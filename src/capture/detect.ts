import type { FrameSink } from '../model/frame.ts';
import type { CaptureState } from './capture-state.ts';
import { findPcapVariant, PcapReader } from './pcap.ts';
import { PcapngReader, SECTION_HEADER_BLOCK } from './pcapng.ts';
import type { RecordReader } from './record-reader.ts';
import { SnoopReader } from './snoop.ts';

export const MAGIC_LEN = 4;
/** Octets looked at to name a file that is not a capture. */
export const HEAD_LEN = 16;

/** 'snoo': the first half of RFC 1761's eight-octet magic. */
const SNOOP_MAGIC = 0x736e6f6f;

/** The reader for the file whose first octets lie at `start` (MAGIC_LEN of them), or null when it is no capture. */
export function detectReader(
  sink: FrameSink,
  state: CaptureState,
  view: DataView,
  start: number,
): RecordReader | null {
  const magic = view.getUint32(start);
  if (magic === SECTION_HEADER_BLOCK) return new PcapngReader(sink, state);
  if (magic === SNOOP_MAGIC) return new SnoopReader(sink, state);
  const variant = findPcapVariant(view, start);
  return variant && new PcapReader(sink, state, variant);
}

interface ForeignFormat {
  readonly prefix: readonly number[];
  readonly looksLike: string;
}

/** What people feed to a capture tool by mistake, by first octets. */
const FOREIGN_FORMATS: readonly ForeignFormat[] = [
  { prefix: [0x1f, 0x8b], looksLike: 'gzip data inside other compression' },
  { prefix: [0x28, 0xb5, 0x2f, 0xfd], looksLike: 'zstd data inside other compression' },
  { prefix: [0x1f, 0x9d], looksLike: 'compress (.Z) data; unpack it first' },
  { prefix: ascii('PK\x03\x04'), looksLike: 'a zip archive; unpack it first' },
  { prefix: ascii('7z\xbc\xaf'), looksLike: 'a 7-Zip archive; unpack it first' },
  { prefix: ascii('GMBU'), looksLike: 'a Microsoft Network Monitor capture; editcap converts it' },
  { prefix: ascii('RTSS'), looksLike: 'a Microsoft Network Monitor capture; editcap converts it' },
  { prefix: ascii('XCP\0'), looksLike: 'a NetXRay or Sniffer capture; editcap converts it' },
  { prefix: ascii('TRSNIFF data'), looksLike: 'a Sniffer capture; editcap converts it' },
  { prefix: ascii('iptrace'), looksLike: 'an AIX iptrace capture; editcap converts it' },
  { prefix: ascii('\x7fELF'), looksLike: 'a program' },
  { prefix: ascii('<?xml'), looksLike: 'XML, perhaps a capture as PDML; the capture file itself is needed' },
];

const TAB = 0x09;
const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const DELETE = 0x7f;

/** Why the file with these first octets (up to HEAD_LEN) is refused, as the end of a sentence that begins with its name. */
export function describeForeign(head: Uint8Array): string {
  if (head.length === 0) return 'is empty';
  if (head.length < MAGIC_LEN) return 'is too short for a pcap or pcapng file';
  const format = FOREIGN_FORMATS.find(({ prefix }) => prefix.every((octet, at) => head[at] === octet));
  const text = 'text, perhaps the printed form of a capture; the capture file itself is needed (tcpdump -w)';
  const looksLike = format?.looksLike ?? (head.every(isTextOctet) ? text : null);
  return `is not a pcap or pcapng file${looksLike === null ? '' : ` (looks like ${looksLike})`}`;
}

function isTextOctet(octet: number): boolean {
  if (octet === TAB || octet === NEWLINE || octet === CARRIAGE_RETURN) return true;
  return octet >= SPACE && octet < DELETE;
}

function ascii(text: string): number[] {
  return Array.from(text, (character) => character.charCodeAt(0));
}
