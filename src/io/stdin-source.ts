import type { Readable } from 'node:stream';
import type { ByteSource } from './byte-source.ts';

const NOTHING = new Uint8Array(0);

/** A pipe, standard input or the output of another program. Read only as fast as the capture is analysed. */
export class StreamSource implements ByteSource {
  readonly totalLen = null;
  readonly #stream: Readable;
  readonly #chunks: AsyncIterator<Uint8Array>;
  #chunk: Uint8Array = NOTHING;
  #chunkAt = 0;

  constructor(stream: Readable) {
    this.#stream = stream;
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  async read(into: Uint8Array): Promise<number> {
    while (this.#chunkAt === this.#chunk.length) {
      const next = await this.#chunks.next();
      if (next.done) return 0;
      this.#chunk = next.value;
      this.#chunkAt = 0;
    }
    const len = Math.min(into.length, this.#chunk.length - this.#chunkAt);
    into.set(this.#chunk.subarray(this.#chunkAt, this.#chunkAt + len));
    this.#chunkAt += len;
    return len;
  }

  rewind(): boolean {
    return false;
  }

  close(): void {
    this.#stream.destroy();
  }
}

export function openStdin(): ByteSource {
  return new StreamSource(process.stdin);
}
