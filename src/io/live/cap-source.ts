import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import type { Readable } from 'node:stream';
import { StreamSource } from '../stdin-source.ts';
import { type CapOrder, type CapStatus, STATUS_FD } from './cap-status.ts';
import type { CaptureRequest } from './capture-request.ts';
import { faultOf } from './fault-words.ts';
import type { LiveSource, OnNotice, UnexpectedEnd } from './live-source.ts';
import { scriptCommand } from './script-command.ts';

/** Measured against tcpdump on a loaded host: half of the times within 0.03 ms, the worst 20 ms late (docs/live.md). */
const CLOCK_ERROR_NS = 20e6;

/** False when the binding was not built on this host; it is optional. */
export function isCapBuilt(): boolean {
  try {
    createRequire(import.meta.url).resolve('cap/build/Release/cap.node');
    return true;
  } catch {
    return false;
  }
}

export async function openCap(request: CaptureRequest, onNotice: OnNotice): Promise<LiveSource> {
  const { device, filter, bufferMiB, identity } = request;
  const order: CapOrder = {
    device,
    filter,
    bufferMiB,
    uid: identity?.uid ?? null,
    gid: identity?.gid ?? null,
    isContinuation: false,
  };
  const [program, ...words] = scriptCommand('cap-keeper', JSON.stringify(order));
  const keeper = spawn(program, words, {
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore', 'pipe'],
    env: { PATH: process.env['PATH'], LC_ALL: 'C' },
  });
  const source = new CapSource(keeper, request, onNotice);
  await source.opened;
  return source;
}

class CapSource implements LiveSource {
  readonly provider = 'cap';
  readonly octets: StreamSource;
  readonly timestampSource = 'userspace';
  readonly clockErrorNs = CLOCK_ERROR_NS;
  /** cap has no call that tells them, and the kernel shows them nowhere else. */
  readonly drops = null;
  readonly pid: number;
  /** Resolves when the interface is open; rejects with a LiveCaptureError that says why it is not. */
  readonly opened: Promise<void>;
  readonly ended: Promise<UnexpectedEnd | null>;
  readonly #keeper: ChildProcess;
  readonly #onNotice: OnNotice;
  readonly #device: string;
  #isAsked = false;
  #end: UnexpectedEnd | null = null;

  constructor(keeper: ChildProcess, request: CaptureRequest, onNotice: OnNotice) {
    this.#keeper = keeper;
    this.#onNotice = onNotice;
    this.#device = request.device;
    this.pid = keeper.pid ?? -1;
    this.octets = new StreamSource(keeper.stdout!);
    keeper.stdin!.on('error', () => {});
    this.opened = new Promise((resolve, reject) => {
      this.#listen((status) => {
        if (status.event === 'open') resolve();
        else if (status.event === 'fault') reject(faultOf(status.kind, status.said, request));
        else if (status.event === 'died')
          reject(faultOf('other', `the capture process ${status.clause}`, request));
        this.#note(status);
      });
      keeper.on('error', (error) => reject(faultOf('other', error.message, request)));
      keeper.on('exit', (code, signal) =>
        reject(faultOf('other', `the capture process ended (${signal ?? code})`, request)),
      );
    });
    this.ended = new Promise((resolve) => {
      keeper.on('error', ({ message }) => resolve({ clause: message }));
      keeper.on('close', (code, signal) => {
        const unexplained = signal === null ? `ended with exit code ${code}` : `was killed by ${signal}`;
        resolve(this.#isAsked ? null : (this.#end ?? { clause: unexplained }));
      });
    });
  }

  askForDrops(): void {}

  stop(): void {
    this.#isAsked = true;
    this.#keeper.stdin!.end();
  }

  /** The keeper is root and cannot be signalled; the end of its standard input ends it. */
  abandon(): void {
    this.stop();
    this.octets.close();
  }

  #listen(take: (status: CapStatus) => void): void {
    let heard = '';
    const stream = this.#keeper.stdio[STATUS_FD] as Readable;
    stream.setEncoding('utf8').on('data', (text: string) => {
      heard += text;
      for (let at = heard.indexOf('\n'); at >= 0; at = heard.indexOf('\n')) {
        take(JSON.parse(heard.slice(0, at)) as CapStatus);
        heard = heard.slice(at + 1);
      }
    });
  }

  #note(status: CapStatus): void {
    if (status.event === 'down')
      this.#onNotice(`${this.#device} went down: waiting for it; what passes meanwhile is not seen`);
    else if (status.event === 'reopened') this.#onNotice(`${this.#device} is up again: capturing goes on`);
    else if (status.event === 'died') this.#end = { clause: status.clause };
  }
}
