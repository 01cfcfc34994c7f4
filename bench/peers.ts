import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
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
}

export const PEERS: readonly Peer[] = [
  {
    name: 'cat',
    does: 'reads the file',
    command: (file) => ['cat', file],
    versionArgs: ['--version'],
    isSlow: false,
  },
  {
    name: 'tcpdump',
    does: 'copies records',
    command: (file) => ['tcpdump', '-r', file, '-w', '/dev/null'],
    versionArgs: ['--version'],
    isSlow: false,
  },
  {
    name: 'capinfos',
    does: 'counts and hashes',
    command: (file) => ['capinfos', file],
    versionArgs: ['--version'],
    isSlow: true,
  },
  {
    name: 'tcptrace',
    does: 'TCP state',
    command: (file) => ['tcptrace', '-n', file],
    versionArgs: ['-version'],
    isSlow: false,
  },
  {
    name: 'tcpflow',
    does: 'reassembly',
    command: (file) => ['tcpflow', '-X', '/dev/null', '-c', '-r', file],
    versionArgs: ['--version'],
    isSlow: true,
  },
  {
    name: 'tshark-conv',
    does: 'dissects all',
    command: (file) => ['tshark', '-n', '-r', file, '-q', '-z', 'conv,tcp'],
    versionArgs: ['--version'],
    isSlow: false,
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
  },
  {
    name: WHOHUNGUP,
    does: 'TCP, HTTP and verdicts',
    command: (file) => [process.execPath, join(ROOT, 'bin/whohungup.js'), file],
    versionArgs: [join(ROOT, 'bin/whohungup.js'), '--version'],
    isSlow: false,
  },
];

/** Why a peer cannot run here, or null when it can. */
export function absence(peer: Peer): string | null {
  if (peer.name === WHOHUNGUP) {
    return existsSync(join(ROOT, 'dist/program/main.js')) ? null : 'not built: npm run build';
  }
  const [program] = peer.command('');
  return isInstalled(program!) ? null : 'not installed';
}

export function isInstalled(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** The first line that names a version; some programs write it to standard error. */
export function versionOf(peer: Peer): string {
  const [program] = peer.command('');
  const { stdout, stderr } = spawnSync(program!, [...peer.versionArgs], { encoding: 'utf8' });
  const lines = `${stdout ?? ''}\n${stderr ?? ''}`.split('\n');
  return lines.find((line) => /\d+\.\d+/.test(line))?.trim() ?? 'unknown';
}
