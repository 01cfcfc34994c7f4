/** Frames that are kept at most, whatever their length: bounds what is known about each (some 50 octets). */
const FRAMES_PER_MIB = 4_096;
const MIB = 1024 * 1024;
const NONE = -1;

/** A frame in the ring; `octets` is valid until the next `add`. */
export interface RingFrame {
  readonly frameNumber: number;
  readonly timeNs: number;
  readonly linkType: number;
  readonly originalLen: number;
  readonly octets: Uint8Array;
}

/**
 * The latest frames of a capture, within a fixed amount of memory: when it is full, the oldest go. The frames of one
 * connection are chained from the last to the first, so that they are found when it is known how it ended.
 */
export class FrameRing {
  readonly #bytes: Uint8Array;
  readonly #slots: number;
  readonly #start: Float64Array;
  readonly #len: Int32Array;
  readonly #originalLen: Float64Array;
  readonly #linkType: Int32Array;
  readonly #timeNs: Float64Array;
  readonly #frameNumber: Float64Array;
  /** The frame of the same connection before this one, counted over all frames ever added. */
  readonly #previous: Float64Array;
  readonly #last = new Map<number, number>();
  /** Octets ever added: the place of the next one is this, modulo the size. */
  #written = 0;
  /** Frames ever added, and the oldest of them that is still whole. */
  #added = 0;
  #oldest = 0;

  constructor(maxLen: number) {
    this.#bytes = new Uint8Array(maxLen);
    this.#slots = Math.ceil(maxLen / MIB) * FRAMES_PER_MIB;
    this.#start = new Float64Array(this.#slots);
    this.#len = new Int32Array(this.#slots);
    this.#originalLen = new Float64Array(this.#slots);
    this.#linkType = new Int32Array(this.#slots);
    this.#timeNs = new Float64Array(this.#slots);
    this.#frameNumber = new Float64Array(this.#slots);
    this.#previous = new Float64Array(this.#slots);
  }

  /** Copies a frame of `connection`. One that is larger than the whole ring is not kept. */
  add(
    connection: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    frame: Omit<RingFrame, 'octets'>,
  ): void {
    const len = end - start;
    const size = this.#bytes.length;
    if (len > size) return;
    // A frame lies in one piece: what is left before the end of the memory is passed over.
    const at = this.#written % size;
    if (at + len > size) this.#written += size - at;
    this.#forgetUpTo(this.#written + len - size);
    const slot = this.#added % this.#slots;
    if (this.#added - this.#oldest >= this.#slots) this.#oldest = this.#added - this.#slots + 1;
    this.#bytes.set(bytes.subarray(start, end), this.#written % size);
    this.#start[slot] = this.#written;
    this.#len[slot] = len;
    this.#originalLen[slot] = frame.originalLen;
    this.#linkType[slot] = frame.linkType;
    this.#timeNs[slot] = frame.timeNs;
    this.#frameNumber[slot] = frame.frameNumber;
    this.#previous[slot] = this.#last.get(connection) ?? NONE;
    this.#last.set(connection, this.#added);
    this.#added++;
    this.#written += len;
  }

  /** The frames of a connection that are still here, the first first. */
  framesOf(connection: number): RingFrame[] {
    const frames: RingFrame[] = [];
    let index = this.#last.get(connection) ?? NONE;
    while (index >= this.#oldest && index !== NONE) {
      frames.push(this.#frameAt(index % this.#slots));
      index = this.#previous[index % this.#slots]!;
    }
    return frames.reverse();
  }

  /** The connection is over, and nobody will ask for it. */
  forget(connection: number): void {
    this.#last.delete(connection);
  }

  #frameAt(slot: number): RingFrame {
    const at = this.#start[slot]! % this.#bytes.length;
    return {
      frameNumber: this.#frameNumber[slot]!,
      timeNs: this.#timeNs[slot]!,
      linkType: this.#linkType[slot]!,
      originalLen: this.#originalLen[slot]!,
      octets: this.#bytes.subarray(at, at + this.#len[slot]!),
    };
  }

  /** Frames that begin before `written` are about to be overwritten. */
  #forgetUpTo(written: number): void {
    while (this.#oldest < this.#added && this.#start[this.#oldest % this.#slots]! < written) this.#oldest++;
  }
}
