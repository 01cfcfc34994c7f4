/** Records of a pcap file with microseconds (draft-ietf-opsawg-pcap), gathered until a write is worth its while. */

const MAGIC_MICROSECONDS = 0xa1b2c3d4;
const FILE_HEADER_LEN = 24;
const RECORD_HEADER_LEN = 16;
/** What libpcap is asked for by cap. */
const SNAPLEN = 65_535;
/** Octets gathered before a write: large enough to be cheap, small enough that a reader is not kept waiting. */
const BATCH_LEN = 256 * 1024;
const US_PER_SECOND = 1e6;

export function pcapFileHeader(linkType: number): Uint8Array {
  const header = new Uint8Array(FILE_HEADER_LEN);
  const view = new DataView(header.buffer);
  view.setUint32(0, MAGIC_MICROSECONDS, true);
  view.setUint16(4, 2, true);
  view.setUint16(6, 4, true);
  view.setUint32(16, SNAPLEN, true);
  view.setUint32(20, linkType, true);
  return header;
}

export class PcapBatch {
  readonly #bytes = new Uint8Array(BATCH_LEN + RECORD_HEADER_LEN + SNAPLEN);
  readonly #view = new DataView(this.#bytes.buffer);
  #len = 0;

  get isEmpty(): boolean {
    return this.#len === 0;
  }

  get isFull(): boolean {
    return this.#len >= BATCH_LEN;
  }

  /** Copies `frame[0 … capturedLen)`. A frame that was cut counts one octet more on the wire: nobody knows how many. */
  add(frame: Uint8Array, capturedLen: number, isCut: boolean, timeUs: number): void {
    const at = this.#len;
    const view = this.#view;
    const seconds = Math.floor(timeUs / US_PER_SECOND);
    view.setUint32(at, seconds, true);
    view.setUint32(at + 4, Math.floor(timeUs - seconds * US_PER_SECOND), true);
    view.setUint32(at + 8, capturedLen, true);
    view.setUint32(at + 12, isCut ? capturedLen + 1 : capturedLen, true);
    this.#bytes.set(frame.subarray(0, capturedLen), at + RECORD_HEADER_LEN);
    this.#len = at + RECORD_HEADER_LEN + capturedLen;
  }

  /** What was gathered; valid until the next `add`. */
  take(): Uint8Array {
    const taken = this.#bytes.subarray(0, this.#len);
    this.#len = 0;
    return taken;
  }
}
