// Runs the bundled program on a capture, and keeps what V8 compiled for that beside it: the next run need not
// compile it again. Usage: node .ci/keep-compiled.mjs FOLDER
import { renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** More captures, of other ends, make a larger file and no faster start. */
const CAPTURE = 'fixtures/06-curl-sigkill-unread/capture.pcap';

const require = createRequire(import.meta.url);
// V8 compares flags: they must be those that the program starts with.
require('node:v8').setFlagsFromString = () => {};
const main = join(process.argv[2], 'main.js');
process.argv = [process.execPath, main, CAPTURE];
const { script, keptAt, keepable } = require(main);
process.on('exit', () => {
  writeFileSync(`${keptAt}.new`, keepable(script.createCachedData()));
  renameSync(`${keptAt}.new`, keptAt);
});
