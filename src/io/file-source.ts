import { closeSync, createReadStream, openSync, readSync, type Stats, statSync } from 'node:fs';
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

/** Opens a path; throws CaptureInputError. `lastLen`: octets of a regular file to read at most, however it grows. */
export function openFile(path: string, lastLen = Number.POSITIVE_INFINITY): ByteSource {
  try {
    const status = statSync(path);
    if (status.isDirectory())
      throw CaptureInputError.about(path, 'is a directory: name the capture files in it');
    return status.isFile()
      ? new FileSource(path, status.size, lastLen)
      : new StreamSource(createReadStream(path));
  } catch (error) {
    throw error instanceof CaptureInputError ? error : CaptureInputError.fromSystem(path, error);
  }
}
