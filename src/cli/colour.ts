import type { ColourChoice } from './args.ts';

export interface ColourEnvironment {
  readonly NO_COLOR?: string | undefined;
  readonly FORCE_COLOR?: string | undefined;
  readonly CLICOLOR_FORCE?: string | undefined;
  readonly TERM?: string | undefined;
}

/**
 * Is output coloured? What is typed wins over the environment; then NO_COLOR (no-color.org: any non-empty value), then
 * FORCE_COLOR and CLICOLOR_FORCE, then TERM=dumb, and last whether stdout is a terminal.
 */
export function isColoured(choice: ColourChoice, env: ColourEnvironment, isTerminal: boolean): boolean {
  if (choice !== 'auto') return choice === 'always';
  if (isSet(env.NO_COLOR)) return false;
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  if (isSet(env.CLICOLOR_FORCE) && env.CLICOLOR_FORCE !== '0') return true;
  return env.TERM !== 'dumb' && isTerminal;
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}
