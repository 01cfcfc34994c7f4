'use strict';
// dist/program/main.js: runs program.js beside it. Instead of having all of it parsed and compiled each time, it gives V8
// what it had compiled when the program was built (keep-compiled.mjs), if there is such a file for this version of
// Node. V8 itself refuses what another version or other flags have made, and then compiles as always.
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { Script } = require('node:vm');

const filename = join(__dirname, 'program.js');
const keptAt = join(__dirname, `program.${process.version}-${process.arch}.cache`);
const octets = readFileSync(filename);
const text = `(function (require, __filename) {${octets.latin1Slice()}\n})`;
const script = new Script(text, { filename, cachedData: keptOf(octets) });
script.runInThisContext()(require, filename);
module.exports = { script, keptAt, octets };

/** V8 compares no more of a script than its length, so behind what it compiled there is a copy of the script. */
function keptOf(octets) {
  try {
    const kept = readFileSync(keptAt);
    const endOfKept = kept.length - octets.length;
    return endOfKept > 0 && kept.subarray(endOfKept).equals(octets) ? kept.subarray(0, endOfKept) : undefined;
  } catch {
    return undefined;
  }
}
