import type { Palette } from './palette.ts';

/** Below this nothing sensible fits; narrower terminals get lines of this width. */
export const MIN_WIDTH = 40;

/** How a text report is to look. */
export interface TextOptions {
  readonly palette: Palette;
  /** Columns of the terminal; no line is wider. */
  readonly width: number;
  /** 0 plain, 1 evidence (-v), 2 all evidence (-vv). */
  readonly verbosity: number;
  /** Counts only. */
  readonly isQuiet: boolean;
  /** Every connection by itself, none left out. */
  readonly isAll: boolean;
  /** The -Y expression as typed, or null. */
  readonly selection: string | null;
}
