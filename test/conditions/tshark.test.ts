import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { analyzeConditions } from '../support/analyze-conditions.ts';

const FIXTURES = fileURLToPath(new URL('../../fixtures/', import.meta.url));
const hasTshark = spawnSync('tshark', ['--version']).status === 0;
if (!hasTshark) console.warn('conditions against tshark: skipped, tshark is not installed');

/** Copies, tunnels and reordered captures, in which the two count different segments, and one without a handshake. */
const OTHERWISE = /^(?:85|86|87|90|91|94|94b|95|92)-/;

const NAMES = readdirSync(FIXTURES).filter(
  (name) =>
    /^\d/.test(name) && !OTHERWISE.test(name) && readdirSync(FIXTURES + name).includes('capture.pcap'),
);

function fields(path: string, filter: string, ...names: string[]): string[][] {
  const wanted = names.flatMap((name) => ['-e', name]);
  const args = ['-r', path, '-Y', filter, '-T', 'fields', '-E', 'occurrence=f', ...wanted];
  const { stdout } = spawnSync('tshark', args, { encoding: 'utf8', maxBuffer: 1 << 26 });
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t'));
}

/** tshark takes a third of a second for each: one in four, other ones as fixtures are added. */
const EVERY = 4;
const SAMPLE = NAMES.filter((_name, index) => index % EVERY === 0);

describe.skipIf(!hasTshark)('conditions are those that tshark sees', () => {
  test.each(SAMPLE)('%s: MSS, TTL and round trip', async (name) => {
    const path = `${FIXTURES}${name}/capture.pcap`;
    const run = await analyzeConditions(path);
    const rows = fields(
      path,
      'tcp.flags.syn == 1 || tcp.analysis.initial_rtt',
      'tcp.stream',
      'tcp.flags.syn',
      'tcp.flags.ack',
      'tcp.options.mss_val',
      'ip.ttl',
      'tcp.analysis.initial_rtt',
    );
    const seen = new Set<string>();
    const roundTrips = new Map<string, number>();
    for (const [stream = '', syn, ack, mss, ttl, roundTrip] of rows) {
      if (roundTrip !== undefined && roundTrip !== '') roundTrips.set(stream, Number(roundTrip));
      if (syn !== '1' || seen.has(`${stream} ${ack}`)) continue;
      seen.add(`${stream} ${ack}`);
      const conditions = run.connections[Number(stream)]?.conditions;
      const host = ack === '1' ? conditions?.server : conditions?.client;
      expect(host?.mss ?? null).toBe(mss === '' ? null : Number(mss));
      if (ttl !== '') expect(host?.os.signature).toContain(`TTL ${ttl},`);
    }
    expect(seen.size).toBeGreaterThan(0);
    for (const { facts, conditions } of run.connections) {
      const theirs = roundTrips.get(String(facts.id));
      const ours = conditions?.path.roundTripNs ?? null;
      if (theirs !== undefined && ours !== null) expect(ours / 1e9).toBeCloseTo(theirs, 6);
    }
  });

  test('zero windows and retransmissions of a shut window and a lossy path', async () => {
    const shut = `${FIXTURES}40-nginx-send-timeout/capture.pcap`;
    const zero = fields(shut, 'tcp.analysis.zero_window', 'frame.number');
    const { toClient } = (await analyzeConditions(shut)).of(0);
    expect(toClient.zeroWindowFrame).toBe(Number(zero[0]?.[0]));
    const lossy = `${FIXTURES}107-lossy-path/capture.pcap`;
    const again = fields(lossy, 'tcp.analysis.retransmission || tcp.analysis.out_of_order', 'frame.number');
    expect((await analyzeConditions(lossy)).of(0).path.fromServer.retransmitted).toBe(again.length);
  });

  test('octets in flight', async () => {
    for (const name of ['102-window-limited', '40-nginx-send-timeout', '81-tiny-writes']) {
      const path = `${FIXTURES}${name}/capture.pcap`;
      const flights = fields(path, 'tcp.srcport == 80', 'tcp.analysis.bytes_in_flight').map(Number);
      expect((await analyzeConditions(path)).of(0).toClient.peakInFlight, name).toBe(Math.max(...flights));
    }
  });
});
