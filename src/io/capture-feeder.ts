import type { CaptureReader } from '../capture/capture-reader.ts';

/**
 * First size of the buffer: what a processor's second cache holds beside the program's own state, so that the octets are
 * still there when they are looked at. It doubles when one record does not fit, and the reader bounds the length of
 * records.
 */
const BUFFER_LEN = 256 * 1024;

/** The one buffer that a file's octets pass through on their way to the reader. */
export class CaptureFeeder {
  readonly #reader: CaptureReader;
  #bytes = new Uint8Array(BUFFER_LEN);
  #view = new DataView(this.#bytes.buffer);
  /** Octets at the front that wait for the rest of their record. */
  #heldLen = 0;

  constructor(reader: CaptureReader) {
    this.#reader = reader;
  }

  /** True when the reader wants no more. */
  get isStopped(): boolean {
    return this.#reader.isStopped;
  }

  /** Free room to read into, at least one octet, at most `maxLen`; call `commit` with the octets put there. */
  room(maxLen: number): Uint8Array {
    if (this.#heldLen === this.#bytes.length) this.#grow();
    return this.#bytes.subarray(this.#heldLen, Math.min(this.#bytes.length, this.#heldLen + maxLen));
  }

  commit(len: number): void {
    const end = this.#heldLen + len;
    // Too little for the record that is waited for: asking the reader would only cost time.
    const consumedTo = end < this.#reader.neededLen ? 0 : this.#reader.read(this.#bytes, this.#view, 0, end);
    if (consumedTo > 0) this.#bytes.copyWithin(0, consumedTo, end);
    this.#heldLen = end - consumedTo;
  }

  /** Copies octets in from elsewhere. */
  push(bytes: Uint8Array, start: number, end: number): void {
    let at = start;
    while (at < end && !this.isStopped) {
      const room = this.room(end - at);
      room.set(bytes.subarray(at, at + room.length));
      this.commit(room.length);
      at += room.length;
    }
  }

  /** The file is over. `isDamageTold`: a warning says already why the last record is not whole. */
  end(isDamageTold: boolean): void {
    const consumedTo = this.#heldLen > 0 ? this.#reader.read(this.#bytes, this.#view, 0, this.#heldLen) : 0;
    this.#reader.end(isDamageTold ? 0 : this.#heldLen - consumedTo);
  }

  #grow(): void {
    const larger = new Uint8Array(this.#bytes.length * 2);
    larger.set(this.#bytes);
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}
