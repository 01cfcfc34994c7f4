import { spawn } from 'node:child_process';
import { PEERS, WHOHUNGUP } from './peers.ts';
import type { WorkloadFile } from './workloads/catalogue.ts';

/** The summary record is the last line, and shorter than this. */
const KEPT_LEN = 256 * 1024;

interface Summary {
  readonly connections: number;
  readonly byOutcome: Readonly<Record<string, number>>;
}

/**
 * Runs whohungup once more, not timed, and holds its summary against what the generator wrote: a fast wrong answer
 * would be worth nothing.
 */
export async function checkResults(
  file: WorkloadFile,
  isHeadersOnly: boolean,
): Promise<{ connections: number; problem: string | null }> {
  const { connections } = file;
  const [program, ...args] = PEERS.find(({ name }) => name === WHOHUNGUP)!.command(file.path);
  const child = spawn(program!, [...args, '--format', 'jsonl'], { stdio: ['ignore', 'pipe', 'ignore'] });
  let tail = '';
  child.stdout.on('data', (octets: Buffer) => {
    tail = (tail + octets.toString('utf8')).slice(-KEPT_LEN);
  });
  const status = await new Promise((resolve) => child.once('close', resolve));
  if (status !== 0) return { connections, problem: `exit code ${String(status)}` };
  const summary = JSON.parse(tail.trimEnd().split('\n').at(-1)!) as Summary;
  const { refused = 0, aborted = 0, truncated = 0 } = summary.byOutcome;
  if (summary.connections !== connections) {
    return { connections, problem: `${summary.connections} connections found, ${connections} written` };
  }
  const most = file.resetEarly + file.closedEarly;
  // Headers cut off by snaplen hide Content-Length: a FIN before the end of a body cannot be told from one after it.
  const least = isHeadersOnly ? file.resetEarly : most;
  const found = refused + aborted + truncated;
  if (found < least || found > most) {
    return { connections, problem: `${found} early ends found, ${least} to ${most} written` };
  }
  return { connections, problem: null };
}
