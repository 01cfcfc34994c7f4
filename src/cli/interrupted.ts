import type { CommandContext } from './context.ts';
import { EXIT_INTERRUPTED } from './exit-codes.ts';

/** For a command that has nothing to show for half its work. `during`: "the log was being read: nothing was explained". */
export function interrupted({ diagnostics }: CommandContext, during: string): number {
  diagnostics.say(`interrupted while ${during}`);
  return EXIT_INTERRUPTED;
}
