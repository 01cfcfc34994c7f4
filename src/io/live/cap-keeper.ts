import { type ChildProcess, spawn } from 'node:child_process';
import { writeSync } from 'node:fs';
import { type CapOrder, type CapStatus, readOrder, STATUS_FD } from './cap-status.ts';
import { scriptCommand } from './script-command.ts';

/**
 * Keeps the process that captures with cap: starts it, and starts it again when its interface went down, for which root
 * is needed once more. It reads no packet. Ends, and ends the other, when its standard input does: so neither outlives
 * the analyser, however that ends.
 */

/** How often a downed interface is tried again. */
const RETRY_MS = 1_000;
/** A process that is busy with a flood does not notice that it should end. */
const MAX_ENDING_MS = 1_500;
const MAX_SAID = 2_048;

const order = readOrder(process.argv[2]);
let child: ChildProcess | null = null;
let isStopping = false;
let isOpen = false;

start(order);
process.stdin.on('end', stop).on('close', stop).on('error', stop).resume();
process.on('SIGINT', stop).on('SIGTERM', stop).on('SIGHUP', stop);

function start(given: CapOrder): void {
  const [program, ...words] = scriptCommand('cap-child', JSON.stringify(given));
  const started = spawn(program, words, {
    stdio: ['pipe', 'inherit', 'pipe', 'pipe'],
    env: process.env,
  });
  child = started;
  let said = '';
  let heard = '';
  let last: CapStatus | null = null;
  started.stderr!.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-MAX_SAID);
  });
  (started.stdio[STATUS_FD] as NodeJS.ReadableStream).setEncoding('utf8').on('data', (text: string) => {
    heard += text;
    const line = heard.split('\n')[0] ?? '';
    if (!heard.includes('\n') || last !== null) return;
    last = JSON.parse(line) as CapStatus;
    if (last.event === 'open') opened();
  });
  started.stdin!.on('error', () => {});
  started.on('error', (error) => leave({ event: 'died', clause: `did not start: ${error.message}` }));
  started.on('close', (code, signal) => closed(last, code, signal, said));
}

function opened(): void {
  tell({ event: isOpen ? 'reopened' : 'open' });
  isOpen = true;
}

function closed(last: CapStatus | null, code: number | null, signal: string | null, said: string): void {
  child = null;
  if (isStopping) process.exit(0);
  if (last?.event === 'fault') {
    const isDown = isOpen && /not up|network is down/i.test(last.said);
    if (isDown) setTimeout(again, RETRY_MS);
    else if (isOpen) leave({ event: 'died', clause: `could not go on: ${last.said}` });
    else leave(last);
    return;
  }
  // libuv's own words for a descriptor in error, on which cap asserts: the interface is down.
  if (isOpen && signal === 'SIGABRT') {
    tell({ event: 'down' });
    setTimeout(again, RETRY_MS);
    return;
  }
  const how = signal === null ? `ended with exit code ${code}` : `was killed by ${signal}`;
  leave({
    event: 'died',
    clause: said === '' || signal !== null ? how : `${how} (${said.trim().split('\n')[0]})`,
  });
}

function again(): void {
  if (!isStopping) start({ ...order, isContinuation: true });
}

function stop(): void {
  if (isStopping) return;
  isStopping = true;
  if (child === null) process.exit(0);
  child.stdin?.end();
  setTimeout(() => child?.kill('SIGKILL'), MAX_ENDING_MS);
}

function leave(status: CapStatus): never {
  tell(status);
  process.exit(0);
}

function tell(status: CapStatus): void {
  try {
    writeSync(STATUS_FD, `${JSON.stringify(status)}\n`);
  } catch {
    // The analyser is gone; standard input ends us.
  }
}
