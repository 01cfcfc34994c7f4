import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { isCapBuilt } from '../../src/io/live/cap-source.ts';
import { LiveProcess } from './live-process.ts';
import { SERVER_IP, TwoHosts, whyNotHere } from './namespaces.ts';
import { compareVerdicts } from './same-verdicts.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const reason = whyNotHere();
if (reason !== null) console.warn(`live capture is not tested: ${reason}`);
const providers = isCapBuilt() ? ['cap', 'tcpdump', 'dumpcap'] : ['tcpdump', 'dumpcap'];
if (!isCapBuilt()) console.warn('live capture with cap is not tested: it was not built');

const QUIET_MS = 3_000;

describe.skipIf(reason !== null)('live capture between two hosts', () => {
  // For its owner alone: what gives up root must not need to read it afterwards.
  const directory = mkdtempSync(join(tmpdir(), 'whohungup-live-'));
  const tree = mkdtempSync(join(tmpdir(), 'whohungup-tree-'));
  const program = join(tree, 'dist/program/main.js');
  const hosts = new TwoHosts(directory);
  const live = (...args: string[]): LiveProcess => new LiveProcess(hosts.server, program, args);

  beforeAll(() => {
    const bundler = join(root, '.ci/bundle-program.mjs');
    execFileSync(process.execPath, [bundler, join(tree, 'dist/program')], { cwd: root });
    copyFileSync(join(root, 'package.json'), join(tree, 'package.json'));
    symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'));
    hosts.start();
  }, 120_000);

  afterEach(async () => {
    for (let waitedMs = 0; hosts.processes().length > 0 && waitedMs < QUIET_MS; waitedMs += 100)
      await sleep(100);
    const left = hosts.processes().map((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
    expect(left, 'orphan processes').toEqual([]);
  });

  afterAll(() => {
    hosts.stop();
    rmSync(tree, { recursive: true, force: true });
  });

  test('every way to capture gives the verdicts of a file that tcpdump wrote', async () => {
    const file = join(directory, 'reference.pcap');
    const words = ['netns', 'exec', hosts.server, 'tcpdump', '-Z', 'root', '-U', '-i', 'eth0', '-w', file];
    const reference = spawn('ip', words, { stdio: ['ignore', 'ignore', 'pipe'] });
    const runs = providers.map((via) => live('-i', 'eth0', '--via', via, '--format', 'jsonl'));
    await Promise.all(runs.map((run) => run.ready()));
    await sleep(300);
    hosts.traffic();
    for (const run of runs)
      expect(rightsOf(run.pid)).toEqual({ uid: 65_534, capabilities: '0000000000000000' });
    await Promise.all(runs.map((run) => run.interrupt()));
    reference.kill('SIGINT');
    await new Promise((resolve) => reference.on('close', resolve));
    const { stdout } = spawnSync(process.execPath, [program, '--format', 'jsonl', file], {
      encoding: 'utf8',
    });
    const expected = stdout.split('\n').filter((line) => line.includes('"type":"connection"'));
    expect(expected).toHaveLength(5);
    const wanted = verdictsOf(expected.map((line) => JSON.parse(line) as Record<string, unknown>));
    for (const [index, run] of runs.entries()) {
      expect(run.code, run.err).toBe(0);
      expect(verdictsOf(run.records()), providers[index]).toEqual(wanted);
    }
    expect(wanted.map(([, group]) => group)).toEqual([null, 'client-abort', 'server', 'server', null]);
  });

  test.each(providers)(
    '%s: 400 connections that end in all ways have the verdicts of a file',
    async (via) => {
      const file = join(directory, `staged-${via}.pcap`);
      const words = ['netns', 'exec', hosts.server, 'tcpdump', '-Z', 'root', '-U', '-i', 'eth0', '-w', file];
      const reference = spawn('ip', words, { stdio: ['ignore', 'ignore', 'pipe'] });
      const run = live('-i', 'eth0', '--via', via, '--format', 'jsonl');
      await run.ready();
      await sleep(300);
      const clients = fileURLToPath(new URL('staged-clients.mjs', import.meta.url));
      await hosts.inClientMeanwhile(process.execPath, clients, SERVER_IP, '400', '100', '7');
      await sleep(500);
      await run.interrupt();
      reference.kill('SIGINT');
      await sleep(300);
      const { stdout } = spawnSync(process.execPath, [program, file, '--format', 'jsonl'], {
        encoding: 'utf8',
        maxBuffer: 1e8,
      });
      const offline = stdout.split('\n').filter((line) => line !== '');
      const { compared, same, differences } = compareVerdicts(
        run.records(),
        offline.map((line) => JSON.parse(line) as Record<string, unknown>),
      );
      if (differences.length > 0) console.warn(`${via}: verdicts that differ from the file's`, differences);
      expect(compared).toBe(400);
      expect(same / compared).toBeGreaterThanOrEqual(0.99);
    },
  );

  test('the record says whose clock it was and what was dropped', async () => {
    for (const via of providers) {
      const run = live('-i', 'eth0', '--via', via, '--format', 'jsonl');
      await run.ready();
      await run.interrupt();
      const { capture } = run.records().at(-1) as { capture: Record<string, unknown> };
      const isCap = via === 'cap';
      expect(capture, via).toMatchObject({
        complete: true,
        timestampSource: isCap ? 'userspace' : 'kernel',
        clockError: isCap ? 0.02 : 0,
        drops: isCap ? null : 0,
        warnings: [],
      });
    }
  });

  test('a verdict comes without further packets, and in a line', async () => {
    const run = live('-i', 'eth0', '--linger', '1s', '-f', 'tcp port 80');
    await run.ready();
    hosts.abort();
    await run.until(() => run.out.includes('\n'), 'a line');
    expect(run.out).toMatch(
      /^\d\d:\d\d:\d\d\.\d{3} ! client \(likely\), in the response body; 10\.91\.0\.1:\d+ → /,
    );
    run.send('SIGUSR1');
    await run.until(() => run.err.includes('connection ended'), 'counts');
    expect(run.err).toMatch(
      /1 connection ended, 0 open; hung up: client 1, intermediary 0, server 0; memory \d+ MiB/,
    );
    await run.interrupt();
    expect(run.code).toBe(0);
    expect(run.out).toContain('1  the client hung up');
  });

  test.each(providers.map((via) => [via]))('%s is killed: the results so far stand', async (via) => {
    const run = live('-i', 'eth0', '--via', via, '--format', 'jsonl');
    await run.ready();
    hosts.abort();
    await sleep(1_300);
    const [victim] = capturing(hosts.processes(), run.pid);
    process.kill(victim!, 'SIGKILL');
    await run.end();
    expect(run.code).toBe(0);
    const last = run.records().at(-1)!;
    expect(last).toMatchObject({ type: 'summary', byGroup: { 'client-abort': 1 } });
    expect(run.err.match(/warning: /g)).toHaveLength(1);
    expect(run.err).toMatch(
      /warning: The capture process .*killed by SIGKILL: the results are those up to then/,
    );
  });

  test.each(providers.map((via) => [via]))('%s does not outlive a killed analyser', async (via) => {
    const run = live('-i', 'eth0', '--via', via);
    await run.ready();
    run.send('SIGKILL');
    await run.end();
    expect(run.signal).toBe('SIGKILL');
  });

  test.skipIf(!isCapBuilt())('cap goes on after the interface went down and came back', async () => {
    const run = live('-i', 'eth0', '--via', 'cap', '--format', 'jsonl');
    await run.ready();
    hosts.abort();
    await sleep(200);
    hosts.setLink('down');
    await run.until(() => run.err.includes('went down'), 'it is told that the interface is down');
    hosts.setLink('up');
    await run.until(() => run.err.includes('is up again'), 'it is told that the interface is up');
    hosts.abort();
    await run.interrupt();
    expect(run.code).toBe(0);
    expect(run.records().at(-1)).toMatchObject({ byGroup: { 'client-abort': 2 } });
  });

  test('Ctrl-C at any moment: the summary, or nothing at all', async () => {
    for (const delayMs of [20, 60, 120, 180, 240, 320, 450, 700]) {
      const run = live(
        '-i',
        'eth0',
        '--format',
        'jsonl',
        ...(delayMs % 40 === 0 ? ['--via', 'tcpdump'] : []),
      );
      await sleep(delayMs);
      run.send('SIGINT');
      await run.end();
      // Before the program has begun Node.js itself ends.
      const isTooEarly = run.signal === 'SIGINT' && run.out === '';
      if (!isTooEarly) {
        expect(run.code, `${delayMs} ms: ${run.err}`).toBe(0);
        expect(run.records().at(-1)).toMatchObject({ type: 'summary' });
      }
    }
  }, 60_000);

  test('-w keeps the packets of bad ends, from their first, with the verdict', async () => {
    const place = join(directory, 'proof');
    mkdirSync(place, { mode: 0o777 });
    chmodSync(place, 0o777);
    chmodSync(directory, 0o711);
    const file = join(place, 'proof.pcapng');
    const run = live('-i', 'eth0', '--via', 'tcpdump', '-w', file, '--format', 'jsonl');
    await run.ready();
    hosts.traffic();
    await run.interrupt();
    expect(run.err).toContain(`-w: 3 connections saved in ${file}`);
    const { stdout } = spawnSync(process.execPath, [program, '--format', 'jsonl', file], {
      encoding: 'utf8',
    });
    const saved = verdictsOf(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    );
    const bad = verdictsOf(run.records()).filter(([, group]) => group !== null);
    expect(saved).toEqual(bad);
    expect(readFileSync(file).toString('latin1')).toContain('whohungup: The client hung up after ');
  });

  test('a file that cannot be made is said, and nothing is captured', async () => {
    const run = live('-i', 'eth0', '-w', join(tree, 'proof.pcapng'));
    await run.end();
    expect(run.err).toMatch(
      /^whohungup: -w: .*proof\.pcapng cannot be made \(EACCES\); it is written as user nobody/,
    );
    expect(run.code).toBe(2);
  });

  test('a full disk is said once, and the verdicts go on', async () => {
    const disk = join(directory, 'disk');
    mkdirSync(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24k,mode=777', 'tmpfs', disk]);
    chmodSync(directory, 0o711);
    try {
      const run = live('-i', 'eth0', '--via', 'tcpdump', '-w', join(disk, 'p.pcapng'), '--format', 'jsonl');
      await run.ready();
      hosts.traffic();
      await run.interrupt();
      expect(run.code).toBe(0);
      expect(run.err.match(/the disk is full/g)).toHaveLength(1);
      expect(run.err).toMatch(/2 connections saved in .*; 1 connection could not be saved/);
      expect(run.records().at(-1)).toMatchObject({ connections: 5 });
    } finally {
      execFileSync('umount', ['-l', disk]);
    }
  });

  test('any: what passes an interface and loopback, once each', async () => {
    const run = live('-i', 'any', '--format', 'jsonl', '-f', 'tcp port 80');
    await run.ready();
    hosts.abort();
    await run.interrupt();
    const [connection] = run.records().filter(({ type }) => type === 'connection');
    expect(connection).toMatchObject({ group: 'client-abort', position: 'in-response-body' });
    expect(run.records().at(-1)).toMatchObject({
      capture: { linkTypes: [113], vantage: { place: 'server' } },
    });
  });

  test('metrics for Prometheus, on loopback', async () => {
    const run = live('-i', 'eth0', '--via', 'tcpdump', '--linger', '1s', '--metrics', ':19464');
    await run.ready();
    hosts.abort();
    await run.until(() => run.out.includes('client (likely)'), 'a verdict');
    const scrape = ['netns', 'exec', hosts.server, 'curl', '-s', 'http://127.0.0.1:19464/metrics'];
    const { stdout } = spawnSync('ip', scrape, { encoding: 'utf8' });
    await run.interrupt();
    expect(stdout).toContain(
      'whohungup_hangups_total{group="client-abort",position="in-response-body",side="client"} 1\n',
    );
    expect(stdout).toMatch(/^whohungup_dropped_frames 0$/m);
    expect(stdout).toMatch(/^whohungup_frames [1-9]\d*$/m);
    const dashboard = readFileSync(join(root, 'docs/grafana-dashboard.json'), 'utf8');
    const asked = new Set(dashboard.match(/whohungup_[a-z_]+/g));
    expect(asked.size).toBeGreaterThan(5);
    for (const name of asked)
      expect(stdout, `${name}, which the dashboard asks for`).toContain(`# TYPE ${name} `);
  });

  test('a closed terminal (SIGHUP) ends it with the summary', async () => {
    const run = live('-i', 'eth0', '--via', providers[0]!, '--format', 'jsonl');
    await run.ready();
    hosts.traffic();
    await sleep(500);
    run.send('SIGHUP');
    await run.end();
    expect([run.code, run.signal]).toEqual([0, null]);
    expect(run.records().at(-1)).toMatchObject({ type: 'summary', connections: 5 });
  });

  test('--for, -c and --until-reset end it', async () => {
    const timed = live('-i', 'eth0', '--for', '500ms');
    await timed.end();
    expect(timed.code).toBe(0);
    const counted = live('-i', 'eth0', '-c', '4', '--format', 'jsonl');
    const reset = live('-i', 'eth0', '--until-reset', '--linger', '1s', '--format', 'jsonl');
    await Promise.all([counted.ready(), reset.ready()]);
    hosts.traffic();
    await Promise.all([counted.end(), reset.end()]);
    expect(counted.records().at(-1)).toMatchObject({ type: 'summary', capture: { packets: 4 } });
    expect(reset.code).toBe(0);
    expect(reset.records().some(({ type, kind }) => type === 'connection' && kind === 'RST')).toBe(true);
  });

  test.each(providers.map((via) => [via]))('what is wrong is said in a line: %s', async (via) => {
    const missing = live('-i', 'nope', '--via', via);
    await missing.end();
    expect(missing.err).toMatch(
      /^whohungup: cannot capture on nope \(.*\); there is: lo eth0 any \(see whohungup live -D\)\n$/,
    );
    expect(missing.code).toBe(2);
    const filter = live('-i', 'eth0', '-f', 'tcp prt 80', '--via', via);
    await filter.end();
    expect(filter.err).toMatch(
      /^whohungup: -f: "tcp prt 80" is no capture filter \(can't parse .*\); e\.g\. .*\n$/,
    );
    expect(filter.code).toBe(2);
  });

  test('without root: what to type', () => {
    const words = ['--reuid', '65534', '--clear-groups', process.execPath, join(root, 'bin/whohungup.js')];
    const { status, stderr } = spawnSync('setpriv', [...words, 'live', '-i', 'lo'], { encoding: 'utf8' });
    expect(stderr).toBe('whohungup: capturing on lo needs root: sudo whohungup live -i lo\n');
    expect(status).toBe(3);
  });
});

function rightsOf(pid: number): { uid: number; capabilities: string | undefined } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const uids = /^Uid:\t(\d+)\t(\d+)\t(\d+)\t(\d+)$/m.exec(status)!.slice(1).map(Number);
  return { uid: Math.min(...uids), capabilities: /^CapEff:\t(\w+)$/m.exec(status)?.[1] };
}

/** Those that capture: not the analyser, nor what keeps them. */
function capturing(pids: readonly number[], analyser: number): number[] {
  return pids.filter((pid) => {
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return pid !== analyser && !command.includes('cap-keeper');
  });
}

/** What a verdict says, by connection; times, numbers of frames and what follows from them left out. */
function verdictsOf(records: readonly Record<string, unknown>[]): unknown[][] {
  return records
    .filter(({ type }) => type === 'connection')
    .sort((a, b) => Number(a['id']) - Number(b['id']))
    .map((record) => {
      const names = ['outcome', 'group', 'certainty', 'closedBy', 'kind', 'position', 'communityId'];
      const closes = record['closes'] as { from: string; kind: string; role: string }[];
      return [
        ...names.map((name) => record[name]),
        ...closes.map(({ from, kind, role }) => `${from} ${kind} ${role}`),
      ];
    });
}
