import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

const STEP_MS = 50;

/** `whohungup live` as a process in a network namespace. */
export class LiveProcess {
  readonly #child: ChildProcess;
  readonly #closed: Promise<void>;
  out = '';
  err = '';
  code: number | null = null;
  signal: string | null = null;

  /** `take` gets what it prints, in pieces, which else gathers in `out`. */
  constructor(namespace: string, program: string, args: readonly string[], take?: (text: string) => void) {
    const command = ['netns', 'exec', namespace, process.execPath, program, 'live', ...args];
    // Not as whoever called sudo for the tests.
    const { SUDO_UID: _, SUDO_GID: __, NODE_OPTIONS: ___, ...env } = process.env;
    this.#child = spawn('ip', command, { stdio: ['ignore', 'pipe', 'pipe'], env });
    this.#child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      if (take === undefined) this.out += text;
      else take(text);
    });
    this.#child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.err += text;
    });
    this.#closed = new Promise((resolve) => {
      this.#child.on('close', (code, signal) => {
        this.code = code;
        this.signal = signal;
        resolve();
      });
    });
  }

  /** `ip netns exec` becomes the program, so this is the analyser. */
  get pid(): number {
    return this.#child.pid!;
  }

  /** The interface is open. */
  ready(): Promise<void> {
    return this.until(() => this.err.includes('capturing on'), 'capture has begun');
  }

  async until(isSo: () => boolean, what: string, limitMs = 15_000): Promise<void> {
    for (let waitedMs = 0; !isSo(); waitedMs += STEP_MS) {
      if (waitedMs > limitMs) throw new Error(`never: ${what}\n${this.out}\n${this.err}`);
      await sleep(STEP_MS);
    }
  }

  send(signal: NodeJS.Signals): void {
    process.kill(this.pid, signal);
  }

  /** Waits for the end, which must come. */
  async end(): Promise<void> {
    const limit = sleep(20_000, 'hangs' as const, { ref: false });
    if ((await Promise.race([this.#closed, limit])) !== 'hangs') return;
    this.#child.kill('SIGKILL');
    throw new Error(`hangs:\n${this.out}\n${this.err}`);
  }

  async interrupt(): Promise<void> {
    this.send('SIGINT');
    await this.end();
  }

  records(): Record<string, unknown>[] {
    return this.out
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }
}
