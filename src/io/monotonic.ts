/**
 * Milliseconds since some moment, whatever is done to the system's clock. `performance.now()` says the same, but Node
 * loads three milliseconds' worth of modules at its first call.
 */
export function monotonicMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}
