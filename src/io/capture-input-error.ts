import { escapeText } from '../bytes/escape-text.ts';

/** A file that could not be read at all. The message is for the user and names the file. */
export class CaptureInputError extends Error {
  override readonly name = 'CaptureInputError';
  /** As the user wrote it; null when it sums up several files. */
  readonly path: string | null;

  constructor(path: string | null, message: string) {
    super(message);
    this.path = path;
  }

  /** `clause` follows the file's name: "is a directory". */
  static about(path: string, clause: string): CaptureInputError {
    return new CaptureInputError(path, `${displayName(path)} ${clause}`);
  }

  /** From an error that Node's fs threw. */
  static fromSystem(path: string, error: unknown): CaptureInputError {
    const code = errorCode(error);
    const clause = SYSTEM_CLAUSES.get(code) ?? `cannot be read (${code})`;
    return CaptureInputError.about(path, clause);
  }
}

const SYSTEM_CLAUSES = new Map([
  ['ENOENT', 'does not exist'],
  ['ENOTDIR', 'does not exist'],
  ['EISDIR', 'is a directory: name the capture files in it'],
  ['EACCES', 'may not be read: permission denied'],
  ['EPERM', 'may not be read: permission denied'],
]);

/** The system's name for what went wrong, such as `EIO`. */
export function errorCode(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.message : String(error);
}

export function displayName(path: string): string {
  // Of a shell variable that is not set.
  if (path === '') return '""';
  return path === '-' ? 'standard input' : escapeText(path);
}
