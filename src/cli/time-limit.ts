import { createContext, Script } from 'node:vm';

const CALL = new Script('work()');

/**
 * Runs `work`, which is ended when it takes longer: false then, and what it had done by then stays done. Ends a regular
 * expression that backtracks for ever, too, which nothing else in the same thread can.
 */
export function endsWithin(limitMs: number, work: () => void): boolean {
  try {
    CALL.runInContext(createContext({ work }), { timeout: limitMs });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return false;
    throw error;
  }
}
