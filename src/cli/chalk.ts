import { Chalk, type ChalkInstance } from 'chalk';

/** chalk with the level fixed by us: left alone it would ignore NO_COLOR and read our command line itself. */
export function chalkFor(isColouredOutput: boolean): ChalkInstance {
  return new Chalk({ level: isColouredOutput ? 1 : 0 });
}
