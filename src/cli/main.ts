import { runCli } from './cli.ts';
import { EXIT_USAGE } from './exit-codes.ts';

// Stays if the run never comes to its end.
process.exitCode = EXIT_USAGE;
void runCli(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
