import { closeSync, constants, createReadStream, openSync, readSync, type Stats, statSync } from 'node:fs';
import { Socket } from 'node:net';
import type { ByteSource } from './byte-source.ts';
import { CaptureInputError } from './capture-input-error.ts';
import { StreamSource } from './stdin-source.ts';

/**
 * A regular file, read synchronously: of all ways to read in Node it is the fastest, and a disk does not keep the event
 * loop waiting for long. Pipes and devices do, so they are read as streams.
 */
class FileSource implements ByteSource {
  readonly totalLen: number;
  /** Nothing beyond is read. */
  readonly #lastLen: number;
  readonly #descriptor: number;
  #position = 0;

  constructor(path: string, totalLen: number, lastLen: number) {
    this.totalLen = totalLen;
    this.#lastLen = lastLen;
    this.#descriptor = openSync(path, 'r');
  }

  read(into: Uint8Array): number {
    const wantedLen = Math.min(into.length, this.#lastLen - this.#position);
    const readLen = readSync(this.#descriptor, into, 0, wantedLen, this.#position);
    this.#position += readLen;
    return readLen;
  }

  rewind(): boolean {
    this.#position = 0;
    return true;
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

/** What a path is, or null when the system does not tell; opening it then tells why. */
export function fileStatus(path: string): Stats | null {
  try {
    return statSync(path);
  } catch {
    return null;
  }
}

/** The same for two paths that lead to one regular file; null for anything else. */
export function fileIdentity(path: string): string | null {
  if (fileStatus(path)?.isFile() !== true) return null;
  const { dev, ino } = statSync(path, { bigint: true });
  return `${dev}:${ino}`;
}

/** Opens a path; throws CaptureInputError. `lastLen`: octets of a regular file to read at most, however it grows. */
export function openFile(path: string, lastLen = Number.POSITIVE_INFINITY): ByteSource {
  try {
    const status = statSync(path);
    if (status.isDirectory())
      throw CaptureInputError.about(path, 'is a directory: name the capture files in it');
    if (status.isFile()) return new FileSource(path, status.size, lastLen);
    return new StreamSource(isAwaitable(status) ? awaitWriter(path) : createReadStream(path));
  } catch (error) {
    throw error instanceof CaptureInputError ? error : CaptureInputError.fromSystem(path, error);
  }
}

/** On Linux a named pipe that nobody has opened for writing is neither readable nor at its end (pipe_poll). */
function isAwaitable(status: Stats): boolean {
  return status.isFIFO() && process.platform === 'linux';
}

/** open(2) waits for somebody who writes, and a thread that waits in it holds up the end of the process, too. */
function awaitWriter(path: string): Socket {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return new Socket({ fd, readable: true, writable: false });
}
