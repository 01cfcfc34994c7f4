import { type ChildProcess, spawn } from 'node:child_process';
import { StreamSource } from '../stdin-source.ts';
import { type CaptureRequest, LiveCaptureError } from './capture-request.ts';
import { faultOf, meaningOf } from './fault-words.ts';
import type { LiveSource, UnexpectedEnd } from './live-source.ts';

type Tool = 'tcpdump' | 'dumpcap';

/** Of what a program writes to standard error, enough for its last words. */
const MAX_SAID = 4_096;
/** Printed once the interface is open and the filter understood: by tcpdump, by dumpcap. */
const IS_OPEN = /listening on |^File: /m;
/**
 * Frames wait in the kernel for their block to fill, for so long at most (libpcap's read timeout: 1 s as tcpdump sets it,
 * 0.25 s as dumpcap does), and a program that is interrupted leaves them there.
 */
const DELIVERY_MS: Readonly<Record<Tool, number>> = { tcpdump: 1_100, dumpcap: 350 };
/** Opening an interface takes milliseconds; a host name in the filter is looked up, which may take seconds. */
const MAX_OPENING_MS = 20_000;
/** Once nobody wants to wait any longer. One that opens as it should is then ended in order, with a summary. */
const MAX_LAST_OPENING_MS = 1_000;
/** tcpdump, at SIGUSR1 and at its end: "3 packets dropped by kernel", "1 packet dropped by interface". */
const DROPPED = /(\d+) packets? dropped by (kernel|interface)/g;

/**
 * tcpdump or dumpcap as a capture process. setpriv(1) starts it: with the right to capture and none other, as the very
 * user that the analyser becomes (which so may signal it), and so that it dies with the analyser, however that ends.
 * One that has not opened the interface within `maxOpeningMs` milliseconds is ended.
 */
export async function openTool(
  tool: Tool,
  request: CaptureRequest,
  maxOpeningMs = MAX_OPENING_MS,
): Promise<LiveSource> {
  const command = [...withoutRoot(request), tool, ...argumentsOf(tool, request)];
  const child = spawn(command[0]!, command.slice(1), {
    // A session of its own: Ctrl-C is for the analyser, which then ends the capture in order.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], LC_ALL: 'C' },
  });
  const source = new ToolSource(tool, child);
  const timer = setTimeout(() => source.giveUp(), maxOpeningMs);
  let grace: NodeJS.Timeout | undefined;
  const abandon = (): void => {
    grace = setTimeout(() => source.abandon(), MAX_LAST_OPENING_MS);
  };
  request.signal?.addEventListener('abort', abandon);
  if (request.signal?.aborted === true) abandon();
  try {
    await source.opened(request);
  } finally {
    request.signal?.removeEventListener('abort', abandon);
    clearTimeout(grace);
    clearTimeout(timer);
  }
  return source;
}

function withoutRoot({ identity }: CaptureRequest): string[] {
  if (process.platform !== 'linux') return [];
  if (identity === null) return ['setpriv', '--pdeathsig=KILL', '--'];
  const rights = '-all,+net_raw';
  return [
    'setpriv',
    `--reuid=${identity.uid}`,
    `--regid=${identity.gid}`,
    '--clear-groups',
    `--inh-caps=${rights}`,
    `--ambient-caps=${rights}`,
    `--bounding-set=${rights}`,
    '--no-new-privs',
    '--pdeathsig=KILL',
    '--',
  ];
}

function argumentsOf(tool: Tool, { device, filter, bufferMiB }: CaptureRequest): string[] {
  if (tool === 'dumpcap') {
    const chosen = filter === '' ? [] : ['-f', filter];
    return ['-i', device, '-q', '-B', String(bufferMiB), ...chosen, '-w', '-'];
  }
  const shape = ['-n', '-U', '-s', '0', '--time-stamp-precision', 'nano', '-B', String(bufferMiB * 1024)];
  return ['-i', device, ...shape, '-w', '-', '--', filter];
}

class ToolSource implements LiveSource {
  readonly provider: Tool;
  readonly octets: StreamSource;
  readonly timestampSource = 'kernel';
  readonly clockErrorNs = 0;
  readonly ended: Promise<UnexpectedEnd | null>;
  readonly pid: number;
  drops: number | null = null;
  readonly #child: ChildProcess;
  #said = '';
  #isAsked = false;
  #isOver = false;

  constructor(tool: Tool, child: ChildProcess) {
    this.provider = tool;
    this.#child = child;
    this.pid = child.pid ?? -1;
    this.octets = new StreamSource(child.stdout!);
    child.stderr!.setEncoding('utf8').on('data', (text: string) => this.#hear(text));
    this.ended = new Promise((resolve) => {
      child.on('error', (error) => resolve({ clause: error.message }));
      child.on('close', (code, signal) => {
        this.#isOver = true;
        resolve(this.#isAsked ? null : { clause: this.#clauseOf(code, signal) });
      });
    });
  }

  /** Resolves when the interface is open; rejects with a {@link LiveCaptureError} that says why it is not. */
  async opened(request: CaptureRequest): Promise<void> {
    const end = await Promise.race([this.ended, this.#opening()]);
    if (end === undefined) return;
    if (this.#said === '' && end !== null && /ENOENT/.test(end.clause))
      throw new LiveCaptureError('missing', `--via ${this.provider} needs setpriv (util-linux): install it`);
    if (/failed to execute|No such file or directory/.test(this.#said))
      throw new LiveCaptureError(
        'missing',
        `${this.provider} is not installed: apt install ${PACKAGES[this.provider]}`,
      );
    throw faultOf(meaningOf(this.#said), reasonIn(this.#said), request);
  }

  /** It does not open the interface. */
  giveUp(): void {
    this.#said += `\n${this.provider} has not opened it and does not say why\n`;
    this.#signal('SIGKILL');
  }

  askForDrops(): void {
    if (this.provider === 'tcpdump') this.#signal('SIGUSR1');
  }

  stop(): void {
    this.#isAsked = true;
    setTimeout(() => this.#signal('SIGINT'), DELIVERY_MS[this.provider]);
  }

  abandon(): void {
    this.#isAsked = true;
    this.#signal('SIGKILL');
    this.octets.close();
  }

  #opening(): Promise<undefined> {
    return new Promise((resolve) => {
      this.#child.stderr!.on('data', () => {
        if (IS_OPEN.test(this.#said)) resolve(undefined);
      });
    });
  }

  #hear(text: string): void {
    this.#said = (this.#said + text).slice(-MAX_SAID);
    // One answer names the kernel's drops and, where there were any, the interface's.
    const lines = [...this.#said.matchAll(DROPPED)];
    const last = lines.findLastIndex(([, , where]) => where === 'kernel');
    if (last < 0) return;
    const byInterface = lines[last + 1]?.[2] === 'interface' ? Number(lines[last + 1]?.[1]) : 0;
    this.drops = Number(lines[last]?.[1]) + byInterface;
  }

  #signal(name: NodeJS.Signals): void {
    if (this.#isOver || this.#child.pid === undefined) return;
    try {
      process.kill(this.#child.pid, name);
    } catch {
      // It is gone already: `ended` tells.
    }
  }

  #clauseOf(code: number | null, signal: NodeJS.Signals | null): string {
    if (signal !== null) return `(${this.provider}) was killed by ${signal}`;
    const reason = /disappeared|no longer attached|went down/i.test(this.#said)
      ? ': the interface is gone'
      : '';
    return `(${this.provider}) ended by itself${reason === '' ? ` with exit code ${code}` : reason}`;
  }
}

const PACKAGES: Readonly<Record<Tool, string>> = { tcpdump: 'tcpdump', dumpcap: 'wireshark-common' };

/** The line that gives the reason; dumpcap wraps it into several of advice. */
function reasonIn(said: string): string {
  const lines = said.split('\n').filter((line) => line.trim() !== '');
  return lines.find((line) => meaningOf(line) !== 'other') ?? lines.at(-1) ?? '';
}
