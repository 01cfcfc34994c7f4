/**
 * What each capture tool keeps up with (root; needs wrk and tcpreplay): npx tsx test/live/load.ts [--rates 20000,50000] [--frames 200000]
 *
 * Frames of wrk and nginx, recorded first, are replayed on a cable between two namespaces at a given rate, to one tool at a
 * time. Prints frames offered and lost, and the processor time of the tool with all its processes.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { SERVER_IP, TwoHosts, whyNotHere } from './namespaces.ts';

const { values } = parseArgs({
  options: {
    rates: { type: 'string', default: '20000,50000,80000,120000' },
    frames: { type: 'string', default: '200000' },
    buffer: { type: 'string', default: '256' },
  },
});
const PROGRAM = fileURLToPath(new URL('../../bin/whohungup.js', import.meta.url));
const BUFFER_KIB = String(Number(values.buffer) * 1024);

interface Tool {
  readonly name: string;
  readonly command: readonly string[];
  /** Text on standard error that says that it captures. */
  readonly ready: RegExp;
  /** Frames it says it got. */
  frames(out: string, err: string): number;
}

const whohungup = (via: string): Tool => ({
  name: `whohungup --via ${via}`,
  command: [
    process.execPath,
    PROGRAM,
    'live',
    '-i',
    'eth0',
    '--via',
    via,
    '-B',
    values.buffer,
    '--format',
    'jsonl',
    '-Y',
    'id==0',
  ],
  ready: /capturing on/,
  frames: (out) => {
    const last = JSON.parse(out.trim().split('\n').at(-1) ?? '{}') as { capture?: { packets?: number } };
    return last.capture?.packets ?? Number.NaN;
  },
});

const TOOLS: readonly Tool[] = [
  ...['cap', 'tcpdump', 'dumpcap'].map(whohungup),
  {
    name: 'tcpdump -w /dev/null',
    command: ['tcpdump', '-i', 'eth0', '-B', BUFFER_KIB, '-w', '/dev/null'],
    ready: /listening on/,
    frames: (_, err) => Number(/(\d+) packets? captured/.exec(err)?.[1]),
  },
  {
    name: 'tshark -q -z conv,tcp',
    command: ['tshark', '-i', 'eth0', '-B', values.buffer, '-q', '-z', 'conv,tcp'],
    ready: /Capturing on/,
    frames: (_, err) => Number(/(\d+) packets? captured/.exec(err)?.[1]),
  },
];

const reason = whyNotHere();
if (reason !== null) throw new Error(`not here: ${reason}`);
const directory = mkdtempSync(join(tmpdir(), 'whohungup-load-'));
const hosts = new TwoHosts(directory);
hosts.start();
try {
  const file = record();
  console.log('| tool | offered/s | offered | lost | CPU s | share of a core |\n|---|---|---|---|---|---|');
  for (const rate of values.rates.split(',')) for (const tool of TOOLS) await measure(tool, file, rate);
} finally {
  hosts.stop();
}

/** Frames of short connections and of a few large answers. */
function record(): string {
  const file = join(directory, 'traffic.pcap');
  const words = [
    'netns',
    'exec',
    hosts.server,
    'tcpdump',
    '-Z',
    'root',
    '-B',
    '262144',
    '-i',
    'eth0',
    '-c',
    values.frames,
  ];
  const tcpdump = spawn('ip', [...words, '-w', file], { stdio: 'ignore' });
  spawnSync('sleep', ['1']);
  const close = ['-H', 'Connection: close'];
  while (tcpdump.exitCode === null && existsSync(`/proc/${tcpdump.pid}/exe`)) {
    hosts.inClient('wrk', '-t1', '-c16', '-d2', ...close, `http://${SERVER_IP}/small`);
  }
  return file;
}

async function measure(tool: Tool, file: string, rate: string): Promise<void> {
  const times = join(directory, 'times');
  const timed = ['/usr/bin/time', '-o', times, '-f', '%U %S', ...tool.command];
  const child = spawn('ip', ['netns', 'exec', hosts.server, ...timed], { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const closed = new Promise((resolve) => child.on('close', resolve));
  while (!tool.ready.test(err)) await sleep(50);
  await sleep(500);
  const replay = spawnSync(
    'ip',
    ['netns', 'exec', hosts.client, 'tcpreplay', '-q', '-i', 'eth0', '--preload-pcap', '--pps', rate, file],
    { encoding: 'utf8' },
  );
  const [, offered = '0', seconds = '1'] =
    /Actual: (\d+) packets .*? in ([\d.]+) seconds/.exec(replay.stdout) ?? [];
  await sleep(2_000);
  for (const pid of hosts.processes()) if (isTool(pid, tool)) process.kill(pid, 'SIGINT');
  await closed;
  const [user = 0, system = 0] = readFileSync(times, 'utf8')
    .trim()
    .split('\n')
    .at(-1)!
    .split(' ')
    .map(Number);
  const cpuS = user + system;
  const lost = Math.max(0, Number(offered) - tool.frames(out, err));
  const share = ((100 * lost) / Number(offered)).toFixed(1);
  const perSecond = Math.round(Number(offered) / Number(seconds));
  console.log(
    `| ${tool.name} | ${perSecond} | ${offered} | ${lost} (${share} %) | ${cpuS.toFixed(2)} | ${((100 * cpuS) / Number(seconds)).toFixed(0)} % |`,
  );
}

/** The tool itself: neither /usr/bin/time nor the capture processes it has started. */
function isTool(pid: number, tool: Tool): boolean {
  const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  return words[0] === tool.command[0] && words[1] === tool.command[1];
}
