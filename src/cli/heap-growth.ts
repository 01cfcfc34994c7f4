import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/**
 * Octets of the young generation, both halves, from which it grows no more. V8 would let it come to 32 MiB: 24 MB more on any
 * capture that takes a second, for no time that could be measured (docs/performance.md).
 */
const ENOUGH_YOUNG = 8 * 1024 * 1024;
const LOOK_EVERY_MS = 20;

/** Keeps memory small where V8 would trade it for little time. Its limits for the young generation are set before any program runs, its growth is not. */
export function boundHeapGrowth(): void {
  // The old generation may grow by half before it is collected; left to itself V8 lets it triple: 240 MB instead of 165 on a
  // large capture.
  setFlagsFromString('--heap-growing-percent=50');
  const timer = setInterval(() => {
    const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
    if (young !== undefined && young.space_size < ENOUGH_YOUNG) return;
    setFlagsFromString('--semi-space-growth-factor=1');
    clearInterval(timer);
  }, LOOK_EVERY_MS);
  timer.unref();
}
