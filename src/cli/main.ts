import { runCli } from './cli.ts';
import { boundHeapGrowth } from './heap-growth.ts';

boundHeapGrowth();

process.exitCode = await runCli(process.argv.slice(2));
