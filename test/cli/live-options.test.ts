import { describe, expect, test } from 'vitest';
import { parseArgs } from '../../src/cli/args.ts';
import type { LiveOptions } from '../../src/cli/live-options.ts';
import { optionsFrom } from '../../src/cli/options.ts';
import { listInterfaces } from '../../src/io/live/interfaces.ts';

const surroundings = { env: {}, isStdoutTerminal: false, columns: undefined };

async function live(...words: string[]): Promise<LiveOptions> {
  return optionsFrom(await parseArgs(['live', ...words]), surroundings).live!;
}

function fault(...words: string[]): Promise<string> {
  return live(...words).then(
    () => 'no fault',
    (error: Error) => error.message,
  );
}

describe('the options of live', () => {
  test('defaults', async () => {
    expect(await live('-i', 'eth0')).toEqual({
      device: 'eth0',
      filter: '',
      via: null,
      bufferMiB: 256,
      user: null,
      isListing: false,
      durationMs: null,
      isUntilReset: false,
      lingerAfterRstNs: 5e9,
      save: null,
      metrics: null,
      otlp: null,
      wantsScreen: true,
    });
  });

  test('all of them', async () => {
    const words =
      '-i any -f tcp --via dumpcap -B 64 -Z www-data --for 10m --until-reset --linger 30 -w p.pcapng';
    const more = '-C 10 -G 1h -W 3 --ring 16 --metrics [::1]:9 --otlp http://localhost:4318 --no-screen';
    expect(await live(...`${words} ${more}`.split(' '))).toEqual({
      device: 'any',
      filter: 'tcp',
      via: 'dumpcap',
      bufferMiB: 64,
      user: 'www-data',
      isListing: false,
      durationMs: 600_000,
      isUntilReset: true,
      lingerAfterRstNs: 30e9,
      save: { path: 'p.pcapng', maxLen: 10e6, maxAgeMs: 3_600_000, maxFiles: 3, ringLen: 16 * 1024 * 1024 },
      metrics: { host: '::1', port: 9 },
      otlp: 'http://localhost:4318',
      wantsScreen: false,
    });
  });

  test.each([
    [':9464', '127.0.0.1', 9464],
    ['9464', '127.0.0.1', 9464],
    ['0.0.0.0:80', '0.0.0.0', 80],
  ])('--metrics %s', async (text, host, port) => {
    expect((await live('-i', 'a', '--metrics', text)).metrics).toEqual({ host, port });
  });

  test.each([
    [[], /^live needs an interface: /],
    [['eth0'], /^live reads an interface, not "eth0"/],
    [['-i', 'a', '--via', 'x'], /^--via: "x" is none of: cap tcpdump dumpcap$/],
    [['-i', 'a', '-B', '0'], /^-B: "0" is not a whole number from 1 to 2047$/],
    [['-i', 'a', '--for', 'soon'], /^--for: "soon" is no duration such as 90s, 10m, 2h$/],
    [['-i', 'a', '--for', '0'], /^--for: "0" is no duration/],
    [['-i', 'a', '--metrics', 'x:y'], /^--metrics: "x:y" is not \[HOST\]:PORT/],
    [['-i', 'a', '--metrics', ':70000'], /^--metrics: ":70000" is not/],
    [['-i', 'a', '--otlp', 'localhost'], /^--otlp: "localhost" is no address/],
    [['-i', 'a', '-C', '1'], /^-C belongs to -w FILE$/],
    [['-i', 'a', '-w', '-'], /^-w: standard output is for the verdicts/],
    [['-i', 'a', '--conn', '1'], /^--conn belongs to the timeline command/],
  ] as const)('%j', async (words, message) => {
    expect(await fault(...words)).toMatch(message);
  });

  test('belong to live alone', async () => {
    await expect(parseArgs(['a.pcap', '-i', 'eth0'])).rejects.toThrow(
      '-i belongs to the live command: whohungup live -i IF -i …',
    );
  });
});

test('interfaces: what has an address, and any', () => {
  const names = listInterfaces().map(({ name }) => name);
  expect(names.at(-1)).toBe('any');
  expect(listInterfaces().at(-1)).toEqual({ name: 'any', state: 'all of them at once', addresses: [] });
});
