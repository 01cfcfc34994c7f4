import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { constants, Script } from 'node:vm';

/**
 * Runs the program as it was built: one script, and what V8 had compiled of it when it was built. On a small capture,
 * finding and compiling modules takes longer than all the rest (docs/performance.md). V8 looks whether what it compiled fits
 * its version and flags, and compiles anew when not.
 */
const folder = dirname(fileURLToPath(import.meta.url));
const filename = join(folder, 'whohungup.cjs');

const cachedData = compiledBefore();
const script = new Script(readFileSync(filename, 'latin1'), {
  filename,
  ...(cachedData === null ? {} : { cachedData }),
  importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
});
const program = script.runInThisContext() as (require: NodeJS.Require, filename: string) => void;
program(createRequire(filename), filename);

function compiledBefore(): Buffer | null {
  try {
    return readFileSync(join(folder, 'whohungup.cache'));
  } catch {
    return null;
  }
}
