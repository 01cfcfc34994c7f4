import { closeSync, constants, ftruncateSync, openSync, rmSync, writeSync } from 'node:fs';
import { extname } from 'node:path';

export interface Rotation {
  readonly path: string;
  /** A new file after so many octets, or so long; null = never. */
  readonly maxLen: number | null;
  readonly maxAgeMs: number | null;
  /** Files kept; null = all. */
  readonly maxFiles: number | null;
}

const NUMBER_DIGITS = 5;
/** To open a named pipe to write would wait until somebody reads, and hold up everything else: with O_NONBLOCK it fails. */
const { O_WRONLY, O_CREAT, O_TRUNC, O_NONBLOCK = 0 } = constants;
const OPEN_FLAGS = O_WRONLY | O_CREAT | O_TRUNC | O_NONBLOCK;

/**
 * A file that is continued in the next one by size and age: FILE itself, or with a number before its extension when it
 * rotates (`proof-00001.pcapng`). Each file begins with `head`. Not for pipes: what was written by halves could not be taken back. Throws what the system throws; what was written before
 * stands, and nothing is written by halves.
 */
export class RotatingFile {
  readonly #rotation: Rotation;
  readonly #now: () => number;
  readonly #isRotating: boolean;
  readonly #paths: string[] = [];
  #descriptor: number | null = null;
  #len = 0;
  #openedMs = 0;
  #count = 0;

  constructor(rotation: Rotation, now: () => number) {
    this.#rotation = rotation;
    this.#now = now;
    this.#isRotating = rotation.maxLen !== null || rotation.maxAgeMs !== null;
  }

  /** True when what comes next belongs into a new file, which then needs its head. */
  get isDue(): boolean {
    const { maxLen, maxAgeMs } = this.#rotation;
    if (this.#descriptor === null) return true;
    if (maxLen !== null && this.#len >= maxLen) return true;
    return maxAgeMs !== null && this.#now() - this.#openedMs >= maxAgeMs;
  }

  /** Opens the next file, and deletes the oldest beyond the count. */
  next(head: Uint8Array): void {
    this.close();
    const path = this.#isRotating ? numbered(this.#rotation.path, this.#count + 1) : this.#rotation.path;
    this.#descriptor = openSync(path, OPEN_FLAGS, 0o640);
    this.#count++;
    this.#len = 0;
    this.#openedMs = this.#now();
    this.#paths.push(path);
    const { maxFiles } = this.#rotation;
    while (maxFiles !== null && this.#paths.length > maxFiles) rmSync(this.#paths.shift()!, { force: true });
    try {
      this.write(head);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  write(octets: Uint8Array): void {
    if (this.#descriptor === null) return;
    try {
      let written = 0;
      while (written < octets.length)
        written += writeSync(this.#descriptor, octets, written, octets.length - written, this.#len + written);
      this.#len += octets.length;
    } catch (error) {
      this.#cutBack(this.#descriptor);
      throw error;
    }
  }

  #cutBack(descriptor: number): void {
    try {
      ftruncateSync(descriptor, this.#len);
    } catch {
      // Not a regular file: what is out is out.
    }
  }

  close(): void {
    if (this.#descriptor !== null) closeSync(this.#descriptor);
    this.#descriptor = null;
  }
}

function numbered(path: string, count: number): string {
  const extension = extname(path);
  return `${path.slice(0, path.length - extension.length)}-${String(count).padStart(NUMBER_DIGITS, '0')}${extension}`;
}
