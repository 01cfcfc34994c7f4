import { EXIT_INTERRUPTED } from './exit-codes.ts';

/**
 * Ctrl-C ends the reading, not the program: what was found so far is printed. A second one ends it at once. The same for
 * SIGTERM, and for SIGHUP, by which a terminal that is closed says so: a summary that goes to a file is not lost.
 * The signal stays installed for the life of the process.
 */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  const interrupt = (): void => {
    if (controller.signal.aborted) process.exit(EXIT_INTERRUPTED);
    controller.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt);
  return controller.signal;
}
