import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';

/**
 * bash's `time` waits for the command and adds up what it and its children used, to the millisecond. Its own line goes
 * to standard error (2), the command's to file descriptor 3.
 */
const TIME_SCRIPT = `TIMEFORMAT='%R %U %S'; time "$@" 2>&3`;
const GNU_TIME = '/usr/bin/time';
/** Without GNU time the peak of memory is polled: often enough to miss little of the growth of a short run. */
const POLL_MS = 20;
/** A peer that takes more of the machine than this would push the file out of the page cache, or end other programs. */
const MEMORY_SHARE = 0.8;
/** 128 + SIGINT, as shells count. */
const EXIT_INTERRUPTED = 130;
/** Enough of standard error to say why a peer failed. */
const KEPT_ERROR_LEN = 2_000;

type Outcome = 'done' | 'failed' | 'over-time' | 'over-memory';

/** One run of a whole process, its start included. */
export interface Run {
  readonly outcome: Outcome;
  readonly wallS: number;
  readonly cpuS: number;
  /** Largest resident set of any one process of the run; null where it cannot be had. */
  readonly peakRssKib: number | null;
  /** Last line of standard error of a run that failed. */
  readonly error: string | null;
}

const hasGnuTime = existsSync(GNU_TIME) && spawnSync(GNU_TIME, ['-f', '%M', 'true']).status === 0;
const hasProc = existsSync('/proc/self/status');

/** How the figures were had, for the record. */
export function measuringMethod(): string {
  const memory = hasGnuTime ? 'GNU time' : hasProc ? `VmHWM every ${POLL_MS} ms` : 'not measured';
  return `wall and CPU: bash time; peak memory: ${memory}`;
}

/** Runs a command with its output thrown away. `scratch` is a folder for a short-lived file, and its working folder. */
export async function measure(command: readonly string[], limitS: number, scratch: string): Promise<Run> {
  const peakFile = join(scratch, `peak-${process.pid}`);
  const timed = hasGnuTime ? [GNU_TIME, '-q', '-f', '%M', '-o', peakFile, ...command] : command;
  const child = spawn('bash', ['-c', TIME_SCRIPT, 'bash', ...timed], {
    cwd: scratch,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    // A process group of its own: ending it ends the peer, and nothing else.
    detached: true,
  });
  let times = '';
  let complaint = '';
  child.stderr!.on('data', (octets: Buffer) => {
    times += octets.toString('latin1');
  });
  child.stdio[3]!.on('data', (octets: Buffer) => {
    complaint = (complaint + octets.toString('utf8')).slice(-KEPT_ERROR_LEN);
  });

  let polledKib = 0;
  let stopped: Outcome | null = null;
  const stop = (why: Outcome) => {
    if (stopped !== null) return;
    stopped = why;
    process.kill(-child.pid!, 'SIGKILL');
  };
  // In its own group, the peer does not hear of Ctrl-C itself.
  const interrupt = () => {
    process.kill(-child.pid!, 'SIGKILL');
    rmSync(peakFile, { force: true });
    process.exit(EXIT_INTERRUPTED);
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  const timer = setTimeout(stop, limitS * 1000, 'over-time');
  const poll = setInterval(() => {
    polledKib = Math.max(polledKib, peakOfTree(child.pid!));
    if (polledKib * 1024 > totalmem() * MEMORY_SHARE) stop('over-memory');
  }, POLL_MS);
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  clearTimeout(timer);
  clearInterval(poll);
  process.off('SIGINT', interrupt);
  process.off('SIGTERM', interrupt);

  const [wallS = limitS, userS = 0, systemS = 0] = times.trim().split(' ').filter(Boolean).map(Number);
  const outcome: Outcome = stopped ?? (status === 0 ? 'done' : 'failed');
  return {
    outcome,
    wallS,
    cpuS: userS + systemS,
    peakRssKib: takePeak(peakFile) ?? (polledKib > 0 ? polledKib : null),
    error: outcome === 'failed' ? (complaint.trim().split('\n').at(-1) ?? '') : null,
  };
}

/** GNU time's figure, in KiB; null when it wrote none. */
function takePeak(file: string): number | null {
  if (!existsSync(file)) return null;
  const peak = Number(readFileSync(file, 'utf8').trim());
  rmSync(file);
  return peak > 0 ? peak : null;
}

/** Largest VmHWM among a process and its descendants, in KiB; 0 when there is no /proc or they have ended. */
function peakOfTree(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim().split(' ');
    const own = Number(/VmHWM:\s*(\d+)/.exec(status)?.[1] ?? 0);
    return children.filter(Boolean).reduce((peak, child) => Math.max(peak, peakOfTree(Number(child))), own);
  } catch {
    return 0;
  }
}
