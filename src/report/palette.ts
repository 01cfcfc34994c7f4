import type { ChalkInstance } from 'chalk';

/**
 * What colours mean in every report. Colour only repeats what a word or sign already says, so a palette of level 0
 * loses nothing.
 */
export interface Palette {
  title(text: string): string;
  faint(text: string): string;
  good(text: string): string;
  /** Something to look at. */
  bad(text: string): string;
  caution(text: string): string;
  /** Addresses, filters: what a reader copies. */
  reference(text: string): string;
}

export function paletteOf(chalk: ChalkInstance): Palette {
  return {
    title: (text) => chalk.bold(text),
    faint: (text) => chalk.dim(text),
    good: (text) => chalk.green(text),
    bad: (text) => chalk.red.bold(text),
    caution: (text) => chalk.yellow(text),
    reference: (text) => chalk.cyan(text),
  };
}
