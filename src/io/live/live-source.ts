import type { ByteSource } from '../byte-source.ts';
import type { Provider } from './capture-request.ts';

/** How a capture process ended, when it was not asked to. */
export interface UnexpectedEnd {
  /** The end of a sentence that begins with "the capture": "was killed by SIGKILL". */
  readonly clause: string;
}

/** A capture that runs in a process of its own and writes a capture file into a pipe. */
export interface LiveSource {
  readonly provider: Provider;
  readonly octets: ByteSource;
  readonly timestampSource: 'kernel' | 'userspace';
  /** How far a time stamp may be from the true time. */
  readonly clockErrorNs: number;
  /** Frames dropped so far as the capture process says it; null while it does not, or cannot. */
  readonly drops: number | null;
  /** The process that captures. */
  readonly pid: number;
  /** Asks for `drops` to be brought up to date; the answer takes a moment. */
  askForDrops(): void;
  /** Ends the capture in order: what has been captured still comes out of `octets`. */
  stop(): void;
  /** Ends it at once; `octets` ends, too. */
  abandon(): void;
  /** When the process is gone: null when it was asked to go. */
  readonly ended: Promise<UnexpectedEnd | null>;
}

/** Called with a line for the user when the capture process has something to tell: it went down, it was opened again. */
export type OnNotice = (text: string) => void;
