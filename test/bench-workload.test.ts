import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isInstalled } from '../bench/peers.ts';
import {
  WORKLOAD_NAMES,
  type WorkloadFile,
  type WorkloadName,
  workload,
  workloadFile,
} from '../bench/workloads/catalogue.ts';

/** 500 web connections, 960 long ones, 2,000 SYNs: seconds for tshark. */
const TINY = 0.001;
const SERVER_PORTS = new Set(['80', '8080']);

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bench-workload-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function make(name: WorkloadName, run = 'first'): WorkloadFile {
  return workloadFile(join(folder, run), workload(name, TINY));
}

function sha256(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

describe('workload files', () => {
  it.each(WORKLOAD_NAMES)('%s has the same octets each time it is made', (name) => {
    const first = make(name, 'first');
    const second = make(name, 'second');
    expect(second.madeInS).not.toBeNull();
    expect(sha256(second.path)).toBe(sha256(first.path));
    expect(statSync(first.path).size).toBe(first.octets);
  });

  it('are made once, and anew for another scale', () => {
    const first = make('W5', 'reuse');
    const again = make('W5', 'reuse');
    const other = workloadFile(join(folder, 'reuse'), workload('W5', 2 * TINY));
    expect(again).toEqual({ ...first, madeInS: null });
    expect(other.path).not.toBe(first.path);
    expect(other.connections).toBe(2 * first.connections);
  });

  it('end early about one time in ten in W2, W3 and W4, and never in W1 and W5', () => {
    for (const name of WORKLOAD_NAMES) {
      const { connections, resetEarly, closedEarly } = make(name);
      const share = (resetEarly + closedEarly) / connections;
      if (name === 'W1' || name === 'W5') expect(share).toBe(0);
      else expect(Math.abs(share - 0.1)).toBeLessThan(0.03);
    }
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
  it.each(WORKLOAD_NAMES)('%s: as many connections as were written, all frames sound', (name) => {
    const file = make(name);
    const { packets, damaged, streams } = readWithTshark(file.path);
    expect(packets).toBe(file.packets);
    expect(damaged).toBe(0);
    expect(streams.size).toBe(file.connections);
    expect([...streams.values()].every(({ syns }) => syns === 1)).toBe(true);
  });

  it.each(['W2', 'W4'] as const)('%s: as many requests, resets and early FINs as were written', (name) => {
    const file = make(name);
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
  });
});
