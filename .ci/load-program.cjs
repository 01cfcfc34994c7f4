'use strict';
// dist/program/main.js: runs program.js beside it. Instead of having all of it parsed and compiled each time, it gives V8
// what it had compiled when the program was built (keep-compiled.mjs), if there is such a file for this version of
// Node. V8 itself refuses what another version or other flags have made, and then compiles as always.
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { Script } = require('node:vm');

const filename = join(__dirname, 'program.js');
const keptAt = join(__dirname, `program.${process.version}-${process.arch}.cache`);
const options = {
  filename,
  cachedData: readIfThere(keptAt),
};
const text = `(function (require, __filename) {${readFileSync(filename, 'latin1')}\n})`;
const script = new Script(text, options);
script.runInThisContext()(require, filename);
module.exports = { script, keptAt };

function readIfThere(path) {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
