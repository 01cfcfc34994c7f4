/** Exit codes of every command (docs/json.md, --help). */
export const EXIT_DONE = 0;
/** A connection matched --fail-on. */
export const EXIT_FOUND = 1;
/** The command line or the input is at fault. */
export const EXIT_USAGE = 2;
/** Capturing needs a right, or libpcap, that is missing. */
export const EXIT_NO_CAPTURE = 3;
/** Second Ctrl-C, or the first where half the work shows nothing: as a shell reports a process that SIGINT ended. */
export const EXIT_INTERRUPTED = 130;
