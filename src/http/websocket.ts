/**
 * Walks the frames of one direction of a WebSocket (RFC 6455 §5.2) to see whether it was closed in words: a Close frame
 * (opcode 8) and its code. Payloads are passed over; only the two octets of a close code are looked at.
 */

const OPCODE_CLOSE = 8;
const MASK_BIT = 0x80;
/** Opcode octet, length octet, up to 8 of extended length, up to 4 of mask. */
const MAX_HEADER_LEN = 14;

export class WebSocketWalker {
  isCloseSeen = false;
  closeCode: number | null = null;
  /** A gap lost the place; nothing more can be told. */
  isLost = false;
  readonly #header = new Uint8Array(MAX_HEADER_LEN);
  #headerLen = 0;
  #payloadLeft = 0;
  #isClose = false;
  #codeOctets = 0;
  #code = 0;

  /** Takes octets `start … end`; true when a Close frame's header was among them. */
  data(bytes: Uint8Array, start: number, end: number): boolean {
    const wasSeen = this.isCloseSeen;
    let at = start;
    while (at < end && !this.isLost) {
      if (this.#payloadLeft > 0) at = this.#skip(bytes, at, end);
      else this.#takeHeaderOctet(bytes[at++]!);
    }
    return this.isCloseSeen && !wasSeen;
  }

  gap(length: number): void {
    if (length > 0 && length <= this.#payloadLeft && !this.#isClose) this.#payloadLeft -= length;
    else if (length > 0) this.isLost = true;
  }

  #takeHeaderOctet(octet: number): void {
    this.#header[this.#headerLen++] = octet;
    if (this.#headerLen < this.#headerNeeded()) return;
    this.#isClose = (this.#header[0]! & 0x0f) === OPCODE_CLOSE;
    if (this.#isClose) this.isCloseSeen = true;
    this.#payloadLeft = this.#payloadLen();
    this.#codeOctets = 0;
    if (this.#payloadLeft === 0) this.#headerLen = 0;
  }

  #headerNeeded(): number {
    if (this.#headerLen < 2) return 2;
    const second = this.#header[1]!;
    const short = second & 0x7f;
    const extended = short === 126 ? 2 : short === 127 ? 8 : 0;
    return 2 + extended + ((second & MASK_BIT) !== 0 ? 4 : 0);
  }

  #payloadLen(): number {
    const short = this.#header[1]! & 0x7f;
    if (short < 126) return short;
    let len = 0;
    for (let k = 2; k < (short === 126 ? 4 : 10); k++) len = len * 256 + this.#header[k]!;
    return len;
  }

  #skip(bytes: Uint8Array, at: number, end: number): number {
    const len = Math.min(end - at, this.#payloadLeft);
    if (this.#isClose) {
      for (let k = 0; k < len && this.#codeOctets < 2; k++) this.#takeCodeOctet(bytes[at + k]!);
    }
    this.#payloadLeft -= len;
    if (this.#payloadLeft === 0) this.#headerLen = 0;
    return at + len;
  }

  #takeCodeOctet(octet: number): void {
    const isMasked = (this.#header[1]! & MASK_BIT) !== 0;
    const mask = isMasked ? this.#header[this.#headerLen - 4 + this.#codeOctets]! : 0;
    this.#code = this.#code * 256 + (octet ^ mask);
    if (++this.#codeOctets === 2) this.closeCode = this.#code;
  }
}
