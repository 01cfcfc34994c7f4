import { writeSync } from 'node:fs';

/**
 * Milliseconds. `cat` takes the 64 KiB of a pipe in some 20 µs, and a wait below 0.05 ms is as long as one of 0.05: with 2 ms
 * each time, a reader could have no more than 32 MB/s (docs/performance.md).
 */
const FIRST_WAIT_MS = 0.05;
const LONGEST_WAIT_MS = 2;

const nobodyWakes = new Int32Array(new SharedArrayBuffer(4));

/**
 * Writes all octets to a file or pipe, and waits as long as a pipe is full; also when it is non-blocking, as Node makes its
 * own standard output as soon as anything (a library, say) looks at it. Throws what the system says, but for EAGAIN:
 * EPIPE when there is no reader any more.
 */
export function writeAll(descriptor: number, octets: Uint8Array): void {
  let written = 0;
  let waitMs = FIRST_WAIT_MS;
  while (written < octets.length) {
    const taken = writeSome(descriptor, octets, written);
    written += taken;
    if (written === octets.length) return;
    // What took a part is full now, and asking it at once would only make it throw.
    Atomics.wait(nobodyWakes, 0, 0, waitMs);
    waitMs = taken > 0 ? FIRST_WAIT_MS : Math.min(2 * waitMs, LONGEST_WAIT_MS);
  }
}

function writeSome(descriptor: number, octets: Uint8Array, from: number): number {
  try {
    return writeSync(descriptor, octets, from);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0;
    throw error;
  }
}
