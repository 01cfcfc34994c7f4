/** The command line is at fault: the message says how, and is all that is printed (with a pointer to --help). */
export class UsageError extends Error {
  /** False for a message that already says all there is to say. */
  readonly wantsHelpHint: boolean;

  constructor(message: string, wantsHelpHint = true) {
    super(message);
    this.wantsHelpHint = wantsHelpHint;
  }
}
