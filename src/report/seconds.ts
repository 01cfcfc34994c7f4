const NS_PER_SECOND = 1e9;

/** Nanoseconds as seconds, the unit of all durations in a record. Whole nanoseconds survive up to 104 days. */
export function seconds(ns: number): number {
  return ns / NS_PER_SECOND;
}

export function secondsOrNull(ns: number | null): number | null {
  return ns === null ? null : seconds(ns);
}
