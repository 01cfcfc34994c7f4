import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { AddressBook } from '../../src/bytes/address-book.ts';
import { CaptureReader } from '../../src/capture/capture-reader.ts';
import { CaptureState } from '../../src/capture/capture-state.ts';
import { FrameDecoder } from '../../src/decode/frame-decoder.ts';
import type { Frame } from '../../src/model/frame.ts';
import { DECODED_ICMP_ERROR, DECODED_TCP, type Segment } from '../../src/model/segment.ts';

/** Real captures, where a checkout has them beside it. */
const CAPTURES =
  process.env['WHOHUNGUP_CAPTURES'] ?? join(import.meta.dirname, '../../../shared/captures/dev');

const FIELDS = [
  'frame.number',
  'ip.src',
  'ip.dst',
  'ipv6.src',
  'ipv6.dst',
  'ip.ttl',
  'ipv6.hlim',
  'tcp.srcport',
  'tcp.dstport',
  'tcp.seq_raw',
  'tcp.ack_raw',
  'tcp.flags',
  'tcp.window_size_value',
  'tcp.len',
  'tcp.options.timestamp.tsval',
  'tcp.options.mss_val',
  'tcp.checksum.status',
];
const PREFERENCES = [
  'tcp.desegment_tcp_streams:FALSE',
  'tcp.relative_sequence_numbers:FALSE',
  'tcp.check_checksum:TRUE',
  'tcp.analyze_sequence_numbers:FALSE',
];

/**
 * Where we differ on purpose. Key: capture; value: why, and the frames.
 */
const KNOWN: Readonly<Record<string, { readonly why: string; readonly frames: readonly number[] }>> = {
  'libpcap__AH-IPcomp-IPv4.pcap': { why: 'tshark unpacks IPComp', frames: [3, 4, 5, 7] },
  'suricata-verify__transform-base64-7296.pcap': {
    why: 'data offset beyond the packet: no receiver would take the segment',
    frames: [11, 59],
  },
  'zeek__chksums__ip6-route0-tcp-good-chksum.pcap': {
    why: 'the field shows the next stop; the routing header names the destination',
    frames: [1],
  },
  'zeek__tcp__reassembly.pcap': {
    why: 'frames a few octets shorter than their IP length: the peer acknowledged what the IP length says',
    frames: [7, 26, 35, 39, 85],
  },
};

/** The flags that have a name; tshark prints the reserved ones too. */
const NAMED_FLAGS = 0x1ff;

type Row = Record<string, string>;

/** Frames with a TCP header, by number, as tshark reads them: the innermost header of each. */
function tsharkRows(file: string): Map<number, Row> {
  const args = ['-n', '-r', file, '-Y', 'tcp', '-T', 'fields', '-E', 'occurrence=l'];
  for (const preference of PREFERENCES) args.push('-o', preference);
  for (const field of FIELDS) args.push('-e', field);
  const output = spawnSync('tshark', args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 }).stdout;
  const rows = new Map<number, Row>();
  for (const line of output.split('\n')) {
    if (line === '') continue;
    const values = line.split('\t');
    const row = Object.fromEntries(FIELDS.map((field, index) => [field, values[index] ?? '']));
    row['tcp.flags'] = String(Number(row['tcp.flags']) & NAMED_FLAGS);
    rows.set(Number(row['frame.number']), row);
  }
  return rows;
}

/** The same columns from our segment; a quoted header has only the first ones. */
function ourRow(segment: Segment, addresses: AddressBook, isQuoted: boolean): Row {
  const family = segment.ipVersion === 4 ? 'ip' : 'ipv6';
  const row: Row = {
    [`${family}.src`]: addresses.format(segment.src, segment.ipVersion),
    [`${family}.dst`]: addresses.format(segment.dst, segment.ipVersion),
    'tcp.srcport': String(segment.srcPort),
    'tcp.dstport': String(segment.dstPort),
    'tcp.seq_raw': String(segment.seq >>> 0),
  };
  if (isQuoted) return row;
  row[segment.ipVersion === 4 ? 'ip.ttl' : 'ipv6.hlim'] = String(segment.ttl);
  row['tcp.ack_raw'] = String(segment.ack >>> 0);
  row['tcp.flags'] = String(segment.flags);
  row['tcp.window_size_value'] = String(segment.window);
  row['tcp.len'] = String(segment.payloadLen);
  if ((segment.options & 1) !== 0) row['tcp.options.timestamp.tsval'] = String(segment.tsVal >>> 0);
  if ((segment.options & 2) !== 0) row['tcp.options.mss_val'] = String(segment.mss);
  // tshark: 0 bad, 1 good, 2 unverified.
  if (segment.checksum !== 0) row['tcp.checksum.status'] = segment.checksum === 1 ? '1' : '0';
  return row;
}

/** One line for each field that differs, by frame number. */
function differences(file: string): Map<number, string[]> {
  const expected = tsharkRows(file);
  const addresses = new AddressBook();
  const decoder = new FrameDecoder(addresses);
  const found = new Map<number, string[]>();
  const note = (frame: number, text: string) => found.set(frame, [...(found.get(frame) ?? []), text]);
  readFrames(file, (frame) => {
    const result = decoder.decode(frame);
    const theirs = expected.get(frame.frameNumber);
    const isTcp = result === DECODED_TCP || result === DECODED_ICMP_ERROR;
    if (!isTcp) {
      if (theirs !== undefined) note(frame.frameNumber, `we say ${result}, tshark has TCP`);
      return;
    }
    if (theirs === undefined) {
      note(frame.frameNumber, 'we have TCP, tshark none');
      return;
    }
    const ours = ourRow(decoder.segment, addresses, result === DECODED_ICMP_ERROR);
    for (const [field, value] of Object.entries(ours)) {
      if (theirs[field] !== value) note(frame.frameNumber, `${field} ${value}, tshark ${theirs[field]}`);
    }
  });
  return found;
}

function readFrames(file: string, use: (frame: Frame) => void): void {
  const stored = readFileSync(file);
  const bytes = new Uint8Array(file.endsWith('.gz') ? gunzipSync(stored) : stored);
  const sink = { frame: use, interfaceFound: () => {}, warning: () => {} };
  const reader = new CaptureReader(sink, new CaptureState());
  reader.read(bytes, new DataView(bytes.buffer), 0, bytes.length);
}

function captures(): string[] {
  if (!existsSync(CAPTURES)) return [];
  return readdirSync(CAPTURES).filter((name) => /\.(pcap|pcapng|snoop)(\.gz)?$/.test(name));
}

function hasTshark(): boolean {
  try {
    execFileSync('tshark', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const names = hasTshark() ? captures() : [];
if (names.length === 0)
  console.warn('No comparison with tshark: tshark or the captures beside the repository are missing.');

describe.skipIf(names.length === 0)('agrees with tshark about every TCP header', () => {
  test.each(names)('%s', (name) => {
    const found = differences(join(CAPTURES, name));
    const known = KNOWN[name]?.frames ?? [];
    for (const frame of known) expect(found.delete(frame), `frame ${frame} differs as described`).toBe(true);
    expect([...found]).toEqual([]);
  });
});
