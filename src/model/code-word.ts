import type { Group, Position } from './verdict.ts';

/** What a word of some program's log means, and what whohungup calls it. */
export interface CodeWord {
  /** As the program writes it; the first is the one shown. */
  readonly names: readonly string[];
  readonly program: string;
  /** What that program means by it. */
  readonly means: string;
  /** Our groups it can turn out to be, the likeliest first; empty: no bad end. */
  readonly groups: readonly Group[];
  /** Which side hung up, in words. */
  readonly hungUp: string;
  readonly positions: readonly Position[];
  /** What to look at next. */
  readonly next: string;
  /** Where it is documented. */
  readonly source: string;
}
