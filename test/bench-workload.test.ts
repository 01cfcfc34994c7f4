import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withoutFile } from '../bench/digest.ts';
import { isInstalled } from '../bench/programs.ts';
import {
  VARIANT_NAMES,
  WORKLOAD_NAMES,
  type WorkloadFile,
  type WorkloadName,
  workload,
  workloadFile,
} from '../bench/workloads/catalogue.ts';
import { offloadFrames } from '../bench/workloads/frame-cuts.ts';
import { Random } from '../bench/workloads/random.ts';
import { CaptureState, readCaptures } from '../src/index.ts';

/** 500 web connections, 960 long ones, 2,000 SYNs: seconds for tshark. */
const TINY = 0.001;
const SERVER_PORTS = new Set(['80', '8080']);

/** Offset of the total length of IPv4 behind Ethernet. */
const IP_LENGTH = 16;

const hasZstd = isInstalled('zstd');
if (!hasZstd) console.warn('bench-workload: zstd is not installed; W6zst is not looked at');
const ALL_NAMES = [...WORKLOAD_NAMES, ...VARIANT_NAMES].filter((name) => hasZstd || name !== 'W6zst');

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bench-workload-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function make(name: WorkloadName, run = 'first'): Promise<WorkloadFile> {
  return workloadFile(join(folder, run), workload(name, TINY));
}

function sha256(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

describe('workload files', () => {
  it.each(ALL_NAMES)('%s has the same octets each time it is made', async (name) => {
    const first = await make(name, 'first');
    const second = await make(name, 'second');
    expect(second.madeInS).not.toBeNull();
    expect(sha256(second.path)).toBe(sha256(first.path));
    expect(statSync(first.path).size).toBe(first.octets);
  });

  it.each(['W5', 'W6gz'] as const)('%s is made once, and anew for another scale', async (name) => {
    const first = await make(name, 'reuse');
    const again = await make(name, 'reuse');
    const other = await workloadFile(join(folder, 'reuse'), workload(name, 2 * TINY));
    expect(again).toEqual({ ...first, madeInS: null });
    expect(other.path).not.toBe(first.path);
    expect(other.connections).toBe(2 * first.connections);
  });

  it('end early about one time in ten, and never in W1, W1g and W5', async () => {
    for (const name of ALL_NAMES) {
      const { connections, resetEarly, closedEarly } = await make(name);
      const share = (resetEarly + closedEarly) / connections;
      if (['W1', 'W1g', 'W5'].includes(name)) expect(share).toBe(0);
      else expect(Math.abs(share - 0.1)).toBeLessThan(0.03);
    }
  });
});

/** What our own reader finds: times in nanoseconds since the epoch, and a digest of the frames' octets. */
async function readFrames(path: string): Promise<{ epochNs: bigint; digits: number; digest: string }> {
  const state = new CaptureState();
  const hash = createHash('sha256');
  await readCaptures(
    [path],
    {
      frame: ({ bytes, start, end, timeNs, originalLen }) => {
        hash.update(bytes.subarray(start, end)).update(`${timeNs} ${originalLen}`);
      },
      interfaceFound: () => {},
      warning: ({ text }) => {
        throw new Error(text);
      },
    },
    { state },
  );
  return { ...state.clock, digest: hash.digest('hex') };
}

describe('W2 in other formats', () => {
  it.each([...VARIANT_NAMES, 'W6gz'] as const)('%s has the same frames at the same times', async (name) => {
    const plain = await readFrames((await make('W2')).path);
    const other = await readFrames((await make(name)).path);
    expect(other).toEqual({ ...plain, digits: name === 'W6gz' ? 6 : 9 });
  });

  it.skipIf(!hasZstd)('W6zst unpacks to W2', async () => {
    const { path } = await make('W6zst');
    const unpacked = execFileSync('zstd', ['-dc', path], { maxBuffer: 1 << 28 });
    expect(createHash('sha256').update(unpacked).digest('hex')).toBe(sha256((await make('W2')).path));
  });
});

describe('W1g', () => {
  it('has frames of many segments, up to nearly 64 KiB of IP packet', async () => {
    const lengths: number[] = [];
    await readCaptures(
      [(await make('W1g')).path],
      {
        frame: ({ view, start }) => lengths.push(view.getUint16(start + IP_LENGTH)),
        interfaceFound: () => {},
        warning: () => {},
      },
      { state: new CaptureState() },
    );
    const withPayload = lengths.filter((length) => length > 1_000);
    const mean = withPayload.reduce((sum, length) => sum + length, 0) / withPayload.length;
    expect(Math.max(...lengths)).toBe(45 * 1448 + 52);
    expect(mean).toBeGreaterThan(10_000);
    expect(mean).toBeLessThan(25_000);
  });
});

describe('frames with offload', () => {
  it('are whole segments, no larger than the window, and one IP packet at most', () => {
    const starts = offloadFrames(3_000_000, 1448, 10, new Random(7));
    const lengths = starts.map((start, i) => (starts[i + 1] ?? 3_000_000) - start);
    expect(starts.every((start) => start % 1448 === 0)).toBe(true);
    expect(lengths.every((length, i) => length <= Math.min(65_483, 1448 * (10 + 2 * i)))).toBe(true);
    expect(lengths.every((length) => length > 0)).toBe(true);
  });
});

describe('digests', () => {
  it('leave the name of the file out, whatever it has in it', () => {
    const record = (file: string) => JSON.stringify({ type: 'connection', schema: 1, file, id: 3 });
    expect(withoutFile(record('a "b" \\.pcap'))).toBe('{"type":"connection","schema":1,"id":3}');
    expect(withoutFile(record('a.pcap'))).toBe(withoutFile(record('elsewhere/b.pcap')));
  });
});

/** What tshark says of each TCP connection. */
interface Stream {
  syns: number;
  resets: number;
  requests: number;
  responses: number;
  isFirstFinByClient: boolean | null;
}

const FIELDS = [
  'tcp.stream',
  'tcp.srcport',
  'tcp.flags.syn',
  'tcp.flags.fin',
  'tcp.flags.reset',
  'tcp.flags.ack',
];
const LAST_FIELDS = [
  'tcp.checksum.status',
  'ip.checksum.status',
  '_ws.malformed',
  'http.request',
  'http.response',
];
const CHECKSUM_BAD = '0';

interface Reading {
  readonly packets: number;
  readonly damaged: number;
  readonly streams: ReadonlyMap<string, Stream>;
}

function readWithTshark(path: string): Reading {
  const fields = [...FIELDS, ...LAST_FIELDS].flatMap((name) => ['-e', name]);
  const checks = ['-o', 'tcp.check_checksum:TRUE', '-o', 'ip.check_checksum:TRUE'];
  const args = ['-n', ...checks, '-r', path, '-T', 'fields', ...fields];
  const output = execFileSync('tshark', args, {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const rows = output.split('\n').slice(0, -1);
  const streams = new Map<string, Stream>();
  let damaged = 0;
  for (const row of rows) {
    const [id, port, syn, fin, reset, ack, tcpSum, ipSum, malformed, request, response] = row.split('\t');
    if (malformed !== '' || tcpSum === CHECKSUM_BAD || ipSum === CHECKSUM_BAD) damaged++;
    const stream = streams.get(id!) ?? {
      syns: 0,
      resets: 0,
      requests: 0,
      responses: 0,
      isFirstFinByClient: null,
    };
    streams.set(id!, stream);
    if (syn === '1' && ack === '0') stream.syns++;
    if (reset === '1') stream.resets++;
    if (fin === '1') stream.isFirstFinByClient ??= !SERVER_PORTS.has(port!);
    if (request !== '') stream.requests++;
    if (response !== '') stream.responses++;
  }
  return { packets: rows.length, damaged, streams };
}

const hasTshark = isInstalled('tshark');
if (!hasTshark)
  console.warn('bench-workload: tshark is not installed; its reading of the workloads is not compared');

describe.skipIf(!hasTshark)('tshark reads the workload files', () => {
  it.each(ALL_NAMES)('%s: as many connections as were written, all frames sound', async (name) => {
    const file = await make(name);
    const { packets, damaged, streams } = readWithTshark(file.path);
    expect(packets).toBe(file.packets);
    expect(damaged).toBe(0);
    expect(streams.size).toBe(file.connections);
    expect([...streams.values()].every(({ syns }) => syns === 1)).toBe(true);
  });

  it.each(['W2', 'W4'] as const)(
    '%s: as many requests, resets and early FINs as were written',
    async (name) => {
      const file = await make(name);
      const all = [...readWithTshark(file.path).streams.values()];
      expect(all.reduce((sum, { requests }) => sum + requests, 0)).toBe(file.requests);
      // A reset is the first close wherever no FIN is; one that follows a FIN answers octets sent to a closed socket.
      const resetEarly = all.filter(
        ({ resets, isFirstFinByClient }) => resets > 0 && isFirstFinByClient === null,
      );
      expect(resetEarly).toHaveLength(file.resetEarly);
      const closedByClient = all.filter(
        ({ resets, isFirstFinByClient }) => resets > 0 && isFirstFinByClient === true,
      );
      const closedByServer = all.filter(
        ({ responses, requests, resets, isFirstFinByClient }) =>
          resets === 0 && isFirstFinByClient === false && responses < requests,
      );
      expect(closedByClient.length + closedByServer.length).toBe(file.closedEarly);
    },
  );
});
