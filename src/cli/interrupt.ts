import { EXIT_INTERRUPTED } from './exit-codes.ts';

/**
 * Ctrl-C ends the reading, not the program: what was found so far is printed. A second one ends it at once.
 * The signal stays installed for the life of the process.
 */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  const interrupt = (): void => {
    if (controller.signal.aborted) process.exit(EXIT_INTERRUPTED);
    controller.abort();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  return controller.signal;
}
