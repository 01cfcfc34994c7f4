import { availableParallelism } from 'node:os';
import { fileStatus } from '../../io/file-source.ts';
import { SHARDS } from '../../tcp/shards.ts';

/** More threads than shards of connections would have nothing to do. */
export const MAX_JOBS = SHARDS;
/** From here on two threads are faster than one where there are just two processors (docs/performance.md). */
const WORTH_DIVIDING = 512 * 1024 * 1024;

/** The shards, as bits, of the thread at `place` among `jobs`. */
export function shardsOf(place: number, jobs: number): number {
  let shards = 0;
  for (let shard = place; shard < SHARDS; shard += jobs) shards |= 1 << shard;
  return shards;
}

/** `--jobs auto`: a thread for each processor, unless there is only one or the input is small. */
export function automaticJobs(paths: readonly string[]): number {
  const processors = availableParallelism();
  let octets = 0;
  for (const path of paths) {
    const status = path === '-' ? null : fileStatus(path);
    octets += status?.isFile() ? status.size : WORTH_DIVIDING;
  }
  return octets < WORTH_DIVIDING ? 1 : Math.min(processors, MAX_JOBS);
}
