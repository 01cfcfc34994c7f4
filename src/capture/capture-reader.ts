import type { FrameSink } from '../model/frame.ts';
import type { CaptureState } from './capture-state.ts';
import { describeForeign, detectReader, HEAD_LEN, MAGIC_LEN } from './detect.ts';
import type { RecordReader } from './record-reader.ts';

/**
 * Reads one capture file, fed in chunks of any size, and calls the sink for each frame. pcap, pcapng and snoop are told
 * apart by their first octets.
 *
 * The caller owns the buffer: it calls `read` with what it has, moves the octets from the returned offset on to the front,
 * refills behind them (making room for `neededLen`), and calls `end` when the file is over. The frames and warnings do
 * not depend on where the chunks are cut. Nothing that is in a file makes it throw.
 */
export class CaptureReader {
  /** Why this is no capture, as the end of a sentence that begins with the file's name; null while it may be one. */
  refusal: string | null = null;
  readonly #sink: FrameSink;
  readonly #state: CaptureState;
  #records: RecordReader | null = null;
  #head = new Uint8Array(0);

  constructor(sink: FrameSink, state: CaptureState) {
    this.#sink = sink;
    this.#state = state;
  }

  /** Octets that the next record needs, counted from the offset that `read` returned. */
  get neededLen(): number {
    return this.#records?.neededLen ?? HEAD_LEN;
  }

  /** True when nothing more will be read: the octets are no capture, or damaged beyond the last frame. */
  get isStopped(): boolean {
    return this.refusal !== null || (this.#records?.isStopped ?? false);
  }

  /** Consumes all whole records in `start … end` and returns the offset of the first octet not consumed. */
  read(bytes: Uint8Array, view: DataView, start: number, end: number): number {
    if (this.refusal !== null) return end;
    this.#records ??= this.#detect(bytes, view, start, end);
    return this.#records === null ? start : this.#records.read(bytes, view, start, end);
  }

  /** The file is over; `leftoverLen` octets were not consumed. Pass 0 when it has been told why they are not whole. */
  end(leftoverLen: number): void {
    if (this.#records === null) this.refusal ??= describeForeign(this.#head);
    else this.#records.end(leftoverLen);
  }

  #detect(bytes: Uint8Array, view: DataView, start: number, end: number): RecordReader | null {
    if (end - start >= MAGIC_LEN) {
      const records = detectReader(this.#sink, this.#state, view, start);
      if (records !== null) return records;
    }
    this.#head = bytes.slice(start, Math.min(end, start + HEAD_LEN));
    if (this.#head.length === HEAD_LEN) this.refusal = describeForeign(this.#head);
    return null;
  }
}
