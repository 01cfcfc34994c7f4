import { execFileSync } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { ReadStream, WriteStream } from 'node:tty';
import { Chalk } from 'chalk';
import { afterAll, describe, expect, test } from 'vitest';
import { parseArgs } from '../../src/cli/args.ts';
import { Diagnostics } from '../../src/cli/diagnostics.ts';
import { LiveMetrics } from '../../src/cli/live-metrics.ts';
import { LiveNotices } from '../../src/cli/live-notices.ts';
import { LiveSession } from '../../src/cli/live-session.ts';
import { LiveView } from '../../src/cli/live-view.ts';
import { optionsFrom } from '../../src/cli/options.ts';
import { liveJsonReport, liveTextReport } from '../../src/cli/report-loading.ts';
import type { LiveSource, UnexpectedEnd } from '../../src/io/live/live-source.ts';
import { StreamSource } from '../../src/io/stdin-source.ts';
import { paletteOf } from '../../src/report/palette.ts';
import { abortedDownloads, cleanExchange } from '../support/tiny-pcap.ts';

const directory = mkdtempSync(join(tmpdir(), 'whohungup-session-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** A capture that has been taken before: gives its octets, then waits to be stopped, or ends by itself. */
class StoredSource implements LiveSource {
  readonly provider = 'tcpdump';
  readonly timestampSource = 'kernel';
  readonly clockErrorNs = 0;
  readonly pid = 1;
  readonly octets: StreamSource;
  readonly ended: Promise<UnexpectedEnd | null>;
  drops: number | null = 3;
  readonly #stream = new Readable({ read: () => {} });
  #end: (end: UnexpectedEnd | null) => void = () => {};

  constructor(octets: Uint8Array, ownEnd: string | null) {
    this.octets = new StreamSource(this.#stream);
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.#stream.push(octets);
    if (ownEnd !== null) this.#finish({ clause: ownEnd });
  }

  askForDrops(): void {}

  stop(): void {
    this.#finish(null);
  }

  abandon(): void {
    this.#finish(null);
    this.octets.close();
  }

  #finish(end: UnexpectedEnd | null): void {
    this.#stream.push(null);
    this.#end(end);
  }
}

/** A terminal without a screen: keeps what was drawn last. */
class PaperTerminal extends EventEmitter {
  columns = 100;
  rows = 30;
  drawn = '';
  isRaw = false;

  write(text: string): boolean {
    this.drawn = text;
    return true;
  }

  setRawMode(isRaw: boolean): this {
    this.isRaw = isRaw;
    return this;
  }

  setEncoding(): this {
    return this;
  }

  resume(): this {
    return this;
  }

  pause(): this {
    return this;
  }

  type(...keys: string[]): void {
    for (const key of keys) this.emit('data', key);
  }
}

interface Setting {
  readonly octets?: Uint8Array;
  /** Why the capture ends by itself; null: it waits for Ctrl-C. */
  readonly ownEnd?: string | null;
  readonly terminal?: PaperTerminal;
  /** Called 200 ms after the start; Ctrl-C follows. */
  readonly meanwhile?: () => void | Promise<void>;
}

async function run(
  line: string,
  { octets = abortedDownloads(3), ownEnd = null, terminal, meanwhile }: Setting = {},
) {
  let out = '';
  let err = '';
  const write = (chunk: string): void => {
    out += chunk;
  };
  const surroundings = { env: {}, isStdoutTerminal: false, columns: undefined };
  const options = optionsFrom(
    await parseArgs(['live', '-i', 'eth0', ...line.split(' ').filter(Boolean)]),
    surroundings,
  );
  const diagnostics = new Diagnostics((text) => {
    err += text;
  });
  const interrupt = new AbortController();
  const context = {
    write,
    flush: () => {},
    diagnostics,
    signal: interrupt.signal,
    run: () => Promise.reject(new Error('no files here')),
    isDebug: false,
    isStdoutTerminal: false,
    isStderrTerminal: false,
    isSeekable: () => false,
  };
  const report = await (options.format === 'jsonl' ? liveJsonReport : liveTextReport)(options, write);
  const ladder = {
    palette: paletteOf(new Chalk({ level: 0 })),
    width: 80,
    verbosity: 0,
    isQuiet: false,
    isAll: false,
    selection: null,
    timeMode: 'relative' as const,
    fileCount: 1,
  };
  const screen = terminal as unknown as WriteStream & ReadStream;
  const parts = {
    report,
    notices: new LiveNotices(diagnostics),
    makeView:
      terminal === undefined
        ? null
        : (
            ...[board, title, onQuit]: ConstructorParameters<typeof LiveView> extends [
              infer B,
              infer T,
              ...unknown[],
            ]
              ? [B, T, () => void]
              : never
          ) => new LiveView(board, title, ladder, screen, screen, onQuit),
    makeOtlp: null,
    makeMetrics:
      options.live?.metrics == null
        ? null
        : (...read: ConstructorParameters<typeof LiveMetrics>) => new LiveMetrics(...read),
  };
  const source = new StoredSource(octets, ownEnd);
  const session = new LiveSession(options, context, parts, { source, identity: null });
  const timer = setTimeout(async () => {
    await meanwhile?.();
    interrupt.abort();
  }, 200);
  const code = await session.run();
  clearTimeout(timer);
  return {
    code,
    out,
    err,
    records: () =>
      out
        .trim()
        .split('\n')
        .map((each) => JSON.parse(each) as Record<string, unknown>),
  };
}

describe('a live session', () => {
  test('ends with Ctrl-C: lines, then the summary', async () => {
    const { code, out, err } = await run('');
    expect(code).toBe(0);
    expect(out.match(/^\d\d:\d\d:\d\d\.\d{3} ! client \(likely\), in the response body; /gm)).toHaveLength(3);
    expect(out).toContain('Read      eth0: 21 frames, 3 TCP connections');
    expect(out).toContain('Lost      3 frames dropped by the capture itself');
    expect(err).toBe('whohungup: capturing on eth0 with tcpdump; Ctrl-C ends it\n');
  });

  test('as records, with drops and clock', async () => {
    const { records } = await run('--format jsonl');
    expect(records().map(({ type }) => type)).toEqual([
      'capture',
      'connection',
      'connection',
      'connection',
      'summary',
    ]);
    expect(records().at(-1)).toMatchObject({
      capture: { complete: true, drops: 3, timestampSource: 'kernel', clockError: 0, warnings: [] },
    });
  });

  test('survives the end of the capture process, and says so once', async () => {
    const { code, err, records } = await run('--format jsonl', { ownEnd: 'was killed by SIGKILL' });
    expect(code).toBe(0);
    expect(err.match(/warning/g)).toHaveLength(1);
    expect(err).toContain(
      'warning: The capture process was killed by SIGKILL: the results are those up to then.',
    );
    expect(records().at(-1)).toMatchObject({ connections: 3 });
  });

  test('a stream that ends within a frame, or before the first octet', async () => {
    const whole = abortedDownloads(3);
    const cut = await run('--format jsonl', {
      octets: whole.subarray(0, whole.length - 30),
      ownEnd: 'is gone',
    });
    expect(cut.err.match(/warning/g)).toHaveLength(1);
    expect(cut.records().at(-1)).toMatchObject({ connections: 3 });
    const nothing = await run('--format jsonl', { octets: new Uint8Array(0), ownEnd: 'is gone' });
    expect(nothing.code).toBe(0);
    expect(nothing.records().at(-1)).toMatchObject({ connections: 0 });
  });

  test.each([null, 'ended by itself'])(
    'what is no capture is not waited for (the process: %s)',
    async (ownEnd) => {
      const { code, out, err } = await run('', { octets: Buffer.alloc(100_000, 'garbage'), ownEnd });
      expect(code).toBe(2);
      expect(err).toContain(
        'warning: The capture process (tcpdump) writes what is no capture: nothing can be read.',
      );
      expect(err).not.toContain('results are those');
      expect(out).toContain('The capture holds no frames');
    },
  );

  test('-c, --for, -Y, --fail-on', async () => {
    expect((await run('-c 7 --format jsonl')).records().at(-1)).toMatchObject({ capture: { packets: 7 } });
    expect((await run('--for 50ms')).code).toBe(0);
    const none = await run('-Y server --fail-on client-abort');
    expect(none.code).toBe(0);
    expect(none.out).not.toMatch(/^\d\d:/m);
    expect((await run('--fail-on client-abort')).code).toBe(1);
  });

  test('-w saves the bad ends, and -q says nothing', async () => {
    const file = join(directory, 'bad.pcapng');
    const { err } = await run(`-w ${file} -q`);
    expect(err).toBe('');
    expect(readFileSync(file).toString('latin1').split('whohungup: The client hung up')).toHaveLength(4);
    const clean = join(directory, 'clean.pcapng');
    const { err: said } = await run(`-w ${clean}`, { octets: cleanExchange() });
    expect(said).toContain(`-w: 0 connections saved in ${clean}`);
    const nowhere = await run('-w /nonexistent/x.pcapng');
    expect(nowhere.code).toBe(2);
    expect(nowhere.err).toBe('whohungup: -w: /nonexistent/x.pcapng cannot be made (ENOENT)\n');
  });

  test.runIf(process.platform === 'linux')('-w to a pipe is refused, read or not (Linux)', async () => {
    const pipe = join(directory, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const said = `whohungup: -w: ${pipe} is a pipe: name a file\n`;
    expect(await run(`-w ${pipe}`)).toMatchObject({ code: 2, err: said });
    const descriptor = openSync(pipe, 'r+');
    expect(await run(`-w ${pipe}`)).toMatchObject({ code: 2, err: said });
    closeSync(descriptor);
  });

  test('SIGUSR1 prints the counts', async () => {
    const { err } = await run('', { meanwhile: () => void process.emit('SIGUSR1') });
    expect(err).toMatch(/21 frames, 3 dropped; 0 connections ended, 3 open; hung up: client 0, /);
  });

  test('the screen: keys, list, timeline', async () => {
    const terminal = new PaperTerminal();
    const pages: string[] = [];
    const { code, out } = await run('--linger 1s', {
      terminal,
      meanwhile: async () => {
        await new Promise((resolve) => setTimeout(resolve, 3_500));
        pages.push(terminal.drawn);
        terminal.type('\u001b[B', 'j', 'k', 'p', 't');
        pages.push(terminal.drawn);
        terminal.type('j', ' ', '\u001b[5~', 'q', 'p', 'f', 's', 'x', '\u007f', '\r');
        pages.push(terminal.drawn);
        terminal.type('\u001b', 'f', '\u007f', ...'server', '\r', 't');
        pages.push(terminal.drawn);
        expect(terminal.isRaw).toBe(true);
        terminal.emit('resize');
        terminal.type('q');
      },
    });
    expect(code).toBe(0);
    expect(pages[0]).toContain('whohungup live: eth0 with tcpdump');
    expect(pages[0]).toMatch(/>!\s+\d \d\d:\d\d:\d\d\.\d{3} client \(likely\)/);
    expect(pages[1]).toContain('This ended it. Who hung up: client');
    expect(pages[2]).toContain('filter (as -Y; empty = bad ends): s_   ("s"');
    expect(pages[3]).toContain('None so far.');
    expect(pages[3]).toContain('there is no connection to show yet');
    expect(terminal.isRaw).toBe(false);
    expect(out).toContain('3  the client hung up');
  });

  test('metrics: only what is asked for, only at /metrics', async () => {
    const seen: (string | number)[] = [];
    const { code } = await run('--metrics 127.0.0.1:29464', {
      meanwhile: async () => {
        const at = 'http://127.0.0.1:29464';
        seen.push((await fetch(`${at}/`)).status, (await fetch(`${at}/metrics`, { method: 'POST' })).status);
        seen.push(await (await fetch(`${at}/metrics`)).text());
      },
    });
    expect(code).toBe(0);
    expect(seen.slice(0, 2)).toEqual([404, 405]);
    expect(seen[2]).toContain('whohungup_frames 21\n');
    expect(seen[2]).toContain('whohungup_dropped_frames 3\n');
  });
});
