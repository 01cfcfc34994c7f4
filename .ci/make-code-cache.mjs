// Runs the program that bundle-program.mjs has built on a capture, and writes down what V8 compiled for that: src/cli/start.ts
// hands it to V8 again. Usage: node .ci/make-code-cache.mjs FOLDER CAPTURE
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import v8 from 'node:v8';
import { constants, Script } from 'node:vm';

const [folder, capture] = process.argv.slice(2).map((path) => resolve(path));
const filename = join(folder, 'whohungup.cjs');
// What was compiled under other flags than those at the start of the program would not be taken.
v8.setFlagsFromString = () => {};
process.argv = [process.execPath, filename, capture];
const script = new Script(readFileSync(filename, 'latin1'), {
  filename,
  importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
});
process.on('exit', () => writeFileSync(join(folder, 'whohungup.cache'), script.createCachedData()));
script.runInThisContext()(createRequire(filename), filename);
