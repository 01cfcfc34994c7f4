import { writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { writeAll } from '../write-all.ts';
import { type CapStatus, readOrder, STATUS_FD } from './cap-status.ts';
import type { FaultKind } from './capture-request.ts';
import { meaningOf } from './fault-words.ts';
import { becomeUnprivileged } from './identity.ts';
import { PcapBatch, pcapFileHeader } from './pcap-batch.ts';
import { UserClock } from './user-clock.ts';

/**
 * The process that captures with cap, and the only one that loads it: in the process that parses, its callbacks would
 * hold up signals and timers for seconds, and some of its faults abort the process (an interface that goes down) or end
 * it with a segmentation fault (closing after a bad filter).
 */

/** The part of cap that is used; it has no types of its own. */
interface CapModule {
  readonly Cap: new () => {
    open(device: string, filter: string, bufferLen: number, frame: Buffer): string;
    on(event: 'packet', listener: (capturedLen: number, isCut: boolean) => void): void;
  };
}

const STDOUT = 1;
const MIB = 1024 * 1024;
/** cap asks libpcap for no more of a frame. */
const SNAPLEN = 65_535;
/** A frame waits no longer than this to be passed on. */
const MAX_WAIT_MS = 20;
const LAST_LOOK_MS = 50;
/** cap's names of link types, as LINKTYPE_ numbers. */
const LINK_TYPES: Readonly<Record<string, number>> = {
  NULL: 0,
  ETHERNET: 1,
  RAW: 101,
  LINKTYPE_LINUX_SLL: 113,
  IEEE802_11_RADIO: 127,
};

const order = readOrder(process.argv[2]);
const frame = Buffer.alloc(SNAPLEN + 1);
const batch = new PcapBatch();
const clock = new UserClock(Date.now, () => performance.now(), performance.timeOrigin);
let timer: NodeJS.Timeout | null = null;
let batchStartedMs = 0;
let isFinishing = false;

capture();

function capture(): void {
  const { cap, linkType } = open();
  if (order.uid !== null && order.gid !== null)
    becomeUnprivileged({ name: '', uid: order.uid, gid: order.gid });
  if (!order.isContinuation) pass(pcapFileHeader(linkType));
  tell({ event: 'open' });
  cap.on('packet', take);
  // The parent is gone, or wants us to go.
  process.stdin.on('end', finishSoon).on('close', finishSoon).on('error', finishSoon).resume();
  process.on('SIGINT', finishSoon).on('SIGTERM', finishSoon).on('SIGHUP', finishSoon);
}

function open() {
  const cap = makeCap();
  try {
    const name = cap.open(order.device, order.filter, order.bufferMiB * MIB, frame);
    const linkType = LINK_TYPES[name] ?? Number(/\d+$/.exec(name)?.[0] ?? Number.NaN);
    if (!Number.isNaN(linkType)) return { cap, linkType };
    return refuse('other', `link type ${name}`);
  } catch (error) {
    return refuse(meaningOf(messageOf(error)), messageOf(error));
  }
}

function makeCap() {
  try {
    const { Cap } = createRequire(import.meta.url)('cap') as CapModule;
    return new Cap();
  } catch (error) {
    return refuse('missing', messageOf(error));
  }
}

function take(capturedLen: number, isCut: boolean): void {
  const nowMs = performance.now();
  if (batch.isEmpty) batchStartedMs = nowMs;
  batch.add(frame, capturedLen, isCut, clock.nowUs());
  // While frames come thick and fast, timers have no turn.
  if (batch.isFull || nowMs - batchStartedMs > MAX_WAIT_MS) flush();
  else timer ??= setTimeout(flush, MAX_WAIT_MS);
}

function flush(): void {
  if (timer !== null) clearTimeout(timer);
  timer = null;
  if (!batch.isEmpty) pass(batch.take());
}

/** Frames that are with the kernel already are still taken. */
function finishSoon(): void {
  if (isFinishing) return;
  isFinishing = true;
  setTimeout(() => {
    flush();
    // Not by closing: cap's close() can hang, or crash.
    process.exit(0);
  }, LAST_LOOK_MS);
}

function pass(octets: Uint8Array): void {
  try {
    writeAll(STDOUT, octets);
  } catch {
    process.exit(0);
  }
}

/** cap's object is broken after a failed open, and its finaliser crashes: the process ends without it. */
function refuse(kind: FaultKind, said: string): never {
  tell({ event: 'fault', kind, said });
  process.kill(process.pid, 'SIGKILL');
  throw new Error('killed');
}

function tell(status: CapStatus): void {
  try {
    writeSync(STATUS_FD, `${JSON.stringify(status)}\n`);
  } catch {
    process.exit(0);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
