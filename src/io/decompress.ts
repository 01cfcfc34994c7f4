import type { Transform } from 'node:stream';
import * as zlib from 'node:zlib';
import { Decompress } from 'fzstd';
import { Lz4Decoder } from '../capture/lz4.ts';
import { ZstdFraming } from '../capture/zstd-framing.ts';
import type { Compression } from './compression.ts';

/** Receives decompressed octets; borrowed until it returns. */
export type OctetSink = (bytes: Uint8Array, start: number, end: number) => void;

/** The compressed data are damaged or cut. Everything that could be had before was put out. The message is a clause. */
export class DamagedDataError extends Error {
  override readonly name = 'DamagedDataError';
}

/**
 * A streaming decompressor. Chunks are borrowed until the promise settles; both calls throw DamagedDataError, and have put
 * out all that could be had by then. Otherwise what a chunk unpacks to may be put out during the next call.
 */
export interface Decompressor {
  /** False when it cannot tell wrong octets from right ones. */
  readonly isVerifying: boolean;
  /** True when octets decoded from the chunk that fails are lost, so that it is worth feeding it again in small bits. */
  readonly isLossyOnDamage: boolean;
  push(chunk: Uint8Array): Promise<void>;
  end(): Promise<void>;
  close(): void;
}

/** Decompressed octets that zlib hands over at a time. Small enough to stay in the processor's cache. */
const OUTPUT_CHUNK_LEN = 128 * 1024;
/** Most decompressed octets that wait while zlib goes on: a piece of ordinary data has a tenth, one of zeros thirty times as many. */
const MAX_WAITING_LEN = 1024 * 1024;

/** zstd is in Node's zlib from 22.15 on; the type package of the oldest supported Node does not know it. */
type ZlibWithZstd = typeof zlib & {
  createZstdDecompress?: (options: { chunkSize: number }) => Transform;
};

export function createDecompressor(kind: Compression, output: OctetSink): Decompressor {
  if (kind === 'gzip')
    return new ZlibDecompressor(zlib.createGunzip({ chunkSize: OUTPUT_CHUNK_LEN }), output);
  if (kind === 'lz4') return new Lz4Decompressor(output);
  const native = (zlib as ZlibWithZstd).createZstdDecompress?.({ chunkSize: OUTPUT_CHUNK_LEN });
  return native ? new ZlibDecompressor(native, output) : new FzstdDecompressor(output);
}

/**
 * One of Node's own, which unpacks in a thread of its own. Each write is awaited, so no more than one chunk's octets are
 * ever under way; meanwhile the output of the chunk before is read.
 */
class ZlibDecompressor implements Decompressor {
  readonly isVerifying = true;
  readonly isLossyOnDamage = true;
  readonly #stream: Transform;
  readonly #output: OctetSink;
  /** Unpacked, and not put out yet. */
  #waiting: Uint8Array[] = [];
  #waitingLen = 0;
  #failure: DamagedDataError | null = null;
  /** True once the data are complete; zlib then takes no more and calls no more writes back (zero padding follows). */
  #isEnded = false;
  /** Ends the call under way: a stream that fails or ends does not call back the write that made it do so. */
  #settle: () => void = () => {};

  constructor(stream: Transform, output: OctetSink) {
    this.#stream = stream;
    this.#output = output;
    stream.on('data', (octets: Uint8Array) => {
      this.#waiting.push(octets);
      this.#waitingLen += octets.length;
      if (this.#waitingLen > MAX_WAITING_LEN) this.#putOut();
    });
    stream.on('error', (error: Error) => {
      this.#failure ??= new DamagedDataError(error.message);
      this.#settle();
    });
    stream.on('end', () => {
      this.#isEnded = true;
      this.#settle();
    });
  }

  async push(chunk: Uint8Array): Promise<void> {
    await this.#until((done) => this.#stream.write(chunk, done));
  }

  async end(): Promise<void> {
    await this.#until(() => this.#stream.end());
    this.#putOut();
  }

  close(): void {
    this.#stream.destroy();
  }

  async #until(begin: (done: () => void) => void): Promise<void> {
    if (this.#failure === null && !this.#isEnded) {
      await new Promise<void>((resolve) => {
        this.#settle = resolve;
        begin(() => resolve());
        this.#putOut();
      });
    }
    if (this.#failure === null) return;
    this.#putOut();
    throw this.#failure;
  }

  #putOut(): void {
    const octets = this.#waiting;
    this.#waiting = [];
    this.#waitingLen = 0;
    for (const each of octets) this.#output(each, 0, each.length);
  }
}

class Lz4Decompressor implements Decompressor {
  readonly isVerifying = true;
  readonly isLossyOnDamage = false;
  readonly #decoder: Lz4Decoder;

  constructor(output: OctetSink) {
    this.#decoder = new Lz4Decoder(output);
  }

  async push(chunk: Uint8Array): Promise<void> {
    this.#decoder.push(chunk, 0, chunk.length);
    this.#throwProblem();
  }

  async end(): Promise<void> {
    this.#decoder.end();
    this.#throwProblem();
  }

  close(): void {}

  #throwProblem(): void {
    if (this.#decoder.problem !== null) throw new DamagedDataError(this.#decoder.problem);
  }
}

/** The zstd program's own limit; beyond it, it wants to be asked (`--long=31`). */
const MAX_ZSTD_WINDOW_LEN = 128 * 1024 * 1024;
/** Window octets that may be moved for each octet put out: blocks of 512 octets behind a window of 8 MiB, an odd writer. */
const MAX_MOVED_PER_OCTET = 16_384;
/** Moved before that ratio is looked at: a few seconds. */
const FREE_MOVED_LEN = 32 * 1024 ** 3;

/** For a Node without zstd. Plain JavaScript, block by block; it does not look at the checksums. */
class FzstdDecompressor implements Decompressor {
  readonly isVerifying = false;
  readonly isLossyOnDamage = false;
  readonly #decoder: Decompress;
  readonly #framing = new ZstdFraming();
  #outputLen = 0;

  constructor(output: OctetSink) {
    this.#decoder = new Decompress((octets) => {
      this.#outputLen += octets.length;
      output(octets, 0, octets.length);
    });
  }

  /** fzstd keeps what it cannot use yet, so it gets a copy. */
  async push(chunk: Uint8Array): Promise<void> {
    this.#framing.push(chunk);
    this.#refuseToil();
    this.#feed(chunk.slice(), false);
  }

  async end(): Promise<void> {
    this.#feed(new Uint8Array(0), true);
  }

  close(): void {}

  /** fzstd takes memory for the whole window at once and moves all of it for each block, however small. */
  #refuseToil(): void {
    const { maxWindowLen, movedLen } = this.#framing;
    if (maxWindowLen > MAX_ZSTD_WINDOW_LEN) {
      throw new DamagedDataError('the zstd window is larger than 128 MiB');
    }
    if (movedLen > FREE_MOVED_LEN + this.#outputLen * MAX_MOVED_PER_OCTET) {
      throw new DamagedDataError('the zstd blocks are far too small for their window');
    }
  }

  #feed(chunk: Uint8Array, isLast: boolean): void {
    try {
      this.#decoder.push(chunk, isLast);
    } catch (error) {
      throw new DamagedDataError(error instanceof Error ? error.message : String(error));
    }
  }
}
