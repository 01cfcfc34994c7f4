'use strict';
// dist/program/main.js: runs program.js beside it. Instead of having all of it parsed and compiled each time, it gives V8
// what it had compiled when the program was built (keep-compiled.mjs), if there is such a file for this version of
// Node. V8 itself refuses what another version or other flags have made, and then compiles as always.
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { Script } = require('node:vm');
const { crc32 } = require('node:zlib');

/** Octets of a CRC-32. */
const CHECK_LEN = 4;

const filename = join(__dirname, 'program.js');
const keptAt = join(__dirname, `program.${process.version}-${process.arch}.cache`);
const octets = readFileSync(filename);
const text = `(function (require, __filename) {${octets.latin1Slice()}\n})`;
const script = new Script(text, { filename, cachedData: keptOf(octets) });
script.runInThisContext()(require, filename);
module.exports = { script, keptAt, keepable };

/**
 * What was compiled, if it and the script are octet by octet what they were when it was kept: V8 compares no more of a
 * script than its length, and of what it compiled nothing at all; a single bit turned there can make it run for ever.
 */
function keptOf(octets) {
  try {
    const kept = readFileSync(keptAt);
    const compiled = kept.subarray(0, kept.length - CHECK_LEN);
    return kept.readUInt32LE(compiled.length) === checkOf(octets, compiled) ? compiled : undefined;
  } catch {
    return undefined;
  }
}

/** CRC-32 of a script and what was compiled of it. */
function checkOf(octets, compiled) {
  return crc32(compiled, crc32(octets));
}

/** `compiled`, and behind it what it is checked by. */
function keepable(compiled) {
  const check = Buffer.alloc(CHECK_LEN);
  check.writeUInt32LE(checkOf(octets, compiled));
  return Buffer.concat([compiled, check]);
}
