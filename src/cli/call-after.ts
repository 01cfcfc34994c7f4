/** The longest that setTimeout can wait: 24.8 days. With more it fires at once. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** Calls `action` once, in `ms` milliseconds, however many. Returns what cancels it. */
export function callAfter(ms: number, action: () => void): () => void {
  let timer: NodeJS.Timeout;
  const wait = (left: number): void => {
    timer = setTimeout(
      () => {
        if (left > MAX_TIMEOUT_MS) wait(left - MAX_TIMEOUT_MS);
        else action();
      },
      Math.min(left, MAX_TIMEOUT_MS),
    );
  };
  wait(ms);
  return () => clearTimeout(timer);
}
