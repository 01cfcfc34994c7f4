import type { LogClock } from '../model/explanation.ts';
import type { LogEvent } from '../model/log-event.ts';

/** Of times with a zone, and of times without. */
export interface Clocks {
  readonly zoned: LogClock;
  readonly unzoned: LogClock;
  /** Formats used by programs of both habits: which moment their times fit better. */
  readonly either: 'start' | 'end';
}

/** The clock of a line's times. */
export function clockOf({ time }: LogEvent, { zoned, unzoned }: Clocks): LogClock {
  return time?.isZoneKnown === false ? unzoned : zoned;
}
