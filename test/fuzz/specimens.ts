import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { snoopFile } from '../capture/snoop-file.ts';
import {
  MODIFIED_MAGIC,
  NANOSECOND_MAGIC,
  PcapngBuilder,
  pcapFile,
  type RecordSpec,
} from '../support/pcap-builder.ts';
import type { Specimen } from './damage.ts';

const FIXTURES = fileURLToPath(new URL('../../fixtures/', import.meta.url));
const PCAP_HEADER_LEN = 24;
const RECORD_HEADER_LEN = 16;
const SNOOP_HEADER_LEN = 16;
const PCAPNG_MAGIC = 0x0a0d0d0a;

/** The fixtures of at most `maxLen` octets, the smallest first. */
export function fixtureSpecimens(maxLen: number): Specimen[] {
  return readdirSync(FIXTURES, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.pcap(ng)?$/.test(name))
    .map((name) => specimen(name, new Uint8Array(readFileSync(FIXTURES + name))))
    .filter(({ octets }) => octets.length <= maxLen)
    .sort((a, b) => a.octets.length - b.octets.length || (a.name < b.name ? -1 : 1));
}

/** The same frames in every other format that is read. Takes a little-endian microsecond pcap. */
export function variants({ name, octets, records }: Specimen): Specimen[] {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.length);
  if (view.getUint32(0, true) !== 0xa1b2c3d4) return [];
  const linkType = view.getUint32(20, true);
  const frames: RecordSpec[] = records.slice(0, -1).map((start, index) => ({
    seconds: view.getUint32(start, true),
    fraction: view.getUint32(start + 4, true),
    originalLen: view.getUint32(start + 12, true),
    octets: octets.subarray(start + RECORD_HEADER_LEN, records[index + 1]),
  }));
  const inNs = frames.map((frame) => ({ ...frame, fraction: (frame.fraction ?? 0) * 1000 }));
  return [
    specimen(
      `${name}, big-endian ns`,
      pcapFile(inNs, { isLittleEndian: false, magic: NANOSECOND_MAGIC, linkType }),
    ),
    specimen(`${name}, modified`, pcapFile(frames, { magic: MODIFIED_MAGIC, linkType })),
    specimen(`${name}, pcapng`, pcapngOf(frames, linkType)),
    // snoop numbers link types in its own way; 4 is Ethernet.
    ...(linkType === 1 ? [specimen(`${name}, snoop`, snoopFile(frames))] : []),
  ];
}

/** Two sections of either byte order, several interfaces, all block types. */
function pcapngOf(frames: readonly RecordSpec[], linkType: number): Uint8Array {
  const builder = new PcapngBuilder().section().interface({ linkType, name: 'eth0', resolution: 9 });
  const half = Math.ceil(frames.length / 2);
  for (const [
    index,
    { seconds = 0, fraction = 0, octets, originalLen = octets.length },
  ] of frames.entries()) {
    if (index === half) {
      builder.statistics(0, { ifdrop: 3n });
      builder
        .section(false)
        .interface({ linkType, snaplen: 65_535 })
        .interface({ linkType, offsetSeconds: 5n });
    }
    const us = BigInt(seconds) * 1_000_000n + BigInt(fraction);
    const ticks = index < half ? us * 1000n : us;
    if (index % 7 === 6) builder.obsolete({ ticks, octets, originalLen });
    else builder.enhanced({ ticks, octets, originalLen, flags: index & 3 });
  }
  return builder.secrets(0x544c_534b, new Uint8Array(9)).take();
}

function specimen(name: string, octets: Uint8Array): Specimen {
  return { name, octets, records: recordStarts(octets) };
}

/** Found by the length fields, plainly; the files are whole. */
function recordStarts(octets: Uint8Array): number[] {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.length);
  const magic = view.getUint32(0);
  if (magic === PCAPNG_MAGIC) return pcapngStarts(view);
  if (magic === 0x736e6f6f) return starts(SNOOP_HEADER_LEN, view, (at) => view.getUint32(at + 8));
  const isLittleEndian = view.getUint8(0) !== 0xa1;
  const headerLen =
    view.getUint32(0, isLittleEndian) === MODIFIED_MAGIC ? RECORD_HEADER_LEN + 8 : RECORD_HEADER_LEN;
  return starts(PCAP_HEADER_LEN, view, (at) => headerLen + view.getUint32(at + 8, isLittleEndian));
}

function pcapngStarts(view: DataView): number[] {
  let isLittleEndian = true;
  return starts(0, view, (at) => {
    if (view.getUint32(at) === PCAPNG_MAGIC) isLittleEndian = view.getUint8(at + 8) === 0x4d;
    return view.getUint32(at + 4, isLittleEndian);
  });
}

function starts(first: number, view: DataView, lenAt: (at: number) => number): number[] {
  const found = [first];
  for (let at = first; at < view.byteLength; ) {
    at += lenAt(at);
    found.push(at);
  }
  return found;
}
