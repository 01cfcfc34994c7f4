import { runCli } from './cli.ts';
import { boundHeapGrowth } from './heap-growth.ts';

boundHeapGrowth();

// No `await` here: the program is also built into a script, which is no module (start.ts).
void runCli(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
