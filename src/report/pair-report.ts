import type { PairConnection, PairSummary } from '../model/pair.ts';

/** One output format of `pair`: first what holds for both captures, then each connection, then the end. */
export interface PairReport {
  begin(summary: PairSummary): void;
  /** `isSelected`: -Y and --conn let it through. The others only count. */
  connection(connection: PairConnection, isSelected: boolean): void;
  end(summary: PairSummary): void;
}
