import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isInstalled } from './programs.ts';
import type { Packing } from './workloads/packing.ts';

export const ROOT = join(import.meta.dirname, '..');
export const WHOHUNGUP = 'whohungup';

/** Fields that together say what our own report says first: who reset or closed which exchange. */
const TSHARK_FIELDS = [
  'frame.number',
  'frame.time_epoch',
  'tcp.stream',
  'tcp.srcport',
  'tcp.len',
  'tcp.flags.fin',
  'tcp.flags.reset',
  'http.request.method',
  'http.request.uri',
  'http.response.code',
  'http.content_length',
];

/** A program to compare with. What each one really does stands in docs/performance.md. */
export interface Peer {
  readonly name: string;
  readonly does: string;
  /** Program and arguments for one capture file; standard output goes to /dev/null. */
  readonly command: (file: string) => readonly string[];
  readonly versionArgs: readonly string[];
  /** Takes minutes for a gigabyte: left out of full-size runs unless asked for. */
  readonly isSlow: boolean;
  /** Compressed captures that it opens by itself. */
  readonly unpacks: readonly Packing[];
}

const ALL_PACKINGS: readonly Packing[] = ['gz', 'zst'];

export const PEERS: readonly Peer[] = [
  {
    name: 'cat',
    does: 'reads the file',
    command: (file) => ['cat', file],
    versionArgs: ['--version'],
    isSlow: false,
    unpacks: ALL_PACKINGS,
  },
  {
    name: 'tcpdump',
    does: 'copies records',
    command: (file) => ['tcpdump', '-r', file, '-w', '/dev/null'],
    versionArgs: ['--version'],
    isSlow: false,
    unpacks: [],
  },
  {
    name: 'capinfos',
    does: 'counts and hashes',
    command: (file) => ['capinfos', file],
    versionArgs: ['--version'],
    isSlow: true,
    unpacks: ALL_PACKINGS,
  },
  {
    name: 'tcptrace',
    does: 'TCP state',
    command: (file) => ['tcptrace', '-n', file],
    versionArgs: ['-version'],
    isSlow: false,
    unpacks: ['gz'],
  },
  {
    name: 'tcpflow',
    does: 'reassembly',
    command: (file) => ['tcpflow', '-X', '/dev/null', '-c', '-r', file],
    versionArgs: ['--version'],
    isSlow: true,
    unpacks: ['gz'],
  },
  {
    name: 'httpry',
    does: 'HTTP heads, packet by packet',
    command: (file) => ['httpry', '-r', file],
    versionArgs: ['-h'],
    isSlow: false,
    unpacks: [],
  },
  {
    name: 'tshark-conv',
    does: 'dissects all',
    command: (file) => ['tshark', '-n', '-r', file, '-q', '-z', 'conv,tcp'],
    versionArgs: ['--version'],
    isSlow: false,
    unpacks: ALL_PACKINGS,
  },
  {
    name: 'tshark-fields',
    does: 'dissects all, prints TCP and HTTP',
    command: (file) => [
      'tshark',
      '-n',
      '-r',
      file,
      '-T',
      'fields',
      ...TSHARK_FIELDS.flatMap((name) => ['-e', name]),
    ],
    versionArgs: ['--version'],
    isSlow: true,
    unpacks: ALL_PACKINGS,
  },
  {
    name: WHOHUNGUP,
    does: 'TCP, HTTP and verdicts',
    command: (file) => [process.execPath, join(ROOT, 'bin/whohungup.js'), file],
    versionArgs: [join(ROOT, 'bin/whohungup.js'), '--version'],
    isSlow: false,
    unpacks: ALL_PACKINGS,
  },
];

/** Why a peer cannot run on this workload, or null when it can. */
export function obstacle(peer: Peer, packing: Packing | undefined): string | null {
  if (packing !== undefined && !peer.unpacks.includes(packing)) return `cannot read .${packing}`;
  return absence(peer);
}

/** Why a peer cannot run here, or null when it can. */
export function absence(peer: Peer): string | null {
  if (peer.name === WHOHUNGUP) {
    return existsSync(join(ROOT, 'dist/program/main.js')) ? null : 'not built: npm run build';
  }
  const [program] = peer.command('');
  return isInstalled(program!) ? null : 'not installed';
}

/** The first line that names a version; some programs write it to standard error. */
export function versionOf(peer: Peer): string {
  const [program] = peer.command('');
  const { stdout, stderr } = spawnSync(program!, [...peer.versionArgs], { encoding: 'utf8' });
  const lines = `${stdout ?? ''}\n${stderr ?? ''}`.split('\n');
  return lines.find((line) => /\d+\.\d+/.test(line))?.trim() ?? 'unknown';
}
