import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { analyzeFile } from './support/analyze-file.ts';
import { capturePath, readTruth, truthCaptures } from './support/truth.ts';

const FIXTURES = fileURLToPath(new URL('../fixtures/', import.meta.url));
const hasTshark = spawnSync('tshark', ['--version']).status === 0;
if (!hasTshark) console.warn('connection numbers against tshark: skipped, tshark is not installed');

/** Why a capture may be numbered otherwise, or null. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'libpcap__AH-IPcomp-IPv4.pcap': 'tshark inflates IPComp payloads, we do not',
};

function captures(): [string, string][] {
  const fixtures = readdirSync(FIXTURES).flatMap((name): [string, string][] => {
    const file = ['capture.pcap', 'capture.pcapng'].find((each) => existsSync(`${FIXTURES}${name}/${each}`));
    return file === undefined ? [] : [[name, `${FIXTURES}${name}/${file}`]];
  });
  const real = truthCaptures().filter((name) => {
    const expectations = readTruth(name).expect ?? {};
    return Object.keys(expectations).length === 0 && !(name in EXCEPTIONS);
  });
  return [...fixtures, ...real.map((name): [string, string] => [name, capturePath(name)])];
}

/** First frame of each of tshark's streams, in their order; streams only quoted in ICMP errors are left out. */
function tsharkStreams(path: string): number[] {
  const { stdout } = spawnSync(
    'tshark',
    [
      '-r',
      path,
      '-T',
      'fields',
      '-e',
      'frame.number',
      '-e',
      'tcp.stream',
      '-e',
      'icmp.type',
      '-e',
      'icmpv6.type',
      '-E',
      'occurrence=l',
    ],
    { encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  const firstFrames = new Map<string, number>();
  for (const line of stdout.split('\n')) {
    const [frame, stream, icmp, icmp6] = line.split('\t');
    if (stream === undefined || stream === '' || icmp !== '' || icmp6 !== '') continue;
    if (!firstFrames.has(stream)) firstFrames.set(stream, Number(frame));
  }
  return [...firstFrames].sort(([a], [b]) => Number(a) - Number(b)).map(([, frame]) => frame);
}

describe.skipIf(!hasTshark)('connection numbers are those of tshark (tcp.stream)', () => {
  test.each(captures())('%s', async (_name, path) => {
    const { connections } = await analyzeFile(path);
    expect(connections.map(({ facts }) => facts.firstFrame)).toEqual(tsharkStreams(path));
    expect(connections.map(({ facts }) => facts.id)).toEqual(connections.map((_, place) => place));
  });
});
