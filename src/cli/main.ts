import { setFlagsFromString } from 'node:v8';
import { runCli } from './cli.ts';

/**
 * The old generation may grow by half before it is collected. Left to itself V8 lets it triple: 240 MB instead of 165 on a
 * large capture, for no time that could be measured (docs/performance.md).
 */
setFlagsFromString('--heap-growing-percent=50');

process.exitCode = await runCli(process.argv.slice(2));
