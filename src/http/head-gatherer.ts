import { CR, LF } from '../bytes/ascii.ts';
import { type MessageHead, parseHead } from './message-head.ts';

/** A head larger than this is not gathered further. nginx takes 32 KiB, Node 16 KiB, Apache 8 KiB a line. */
const MAX_HEAD_LEN = 256 * 1024;
const FIRST_GATHER_LEN = 4_096;

/** Finds the end of a message head. One that lies in one piece is parsed where it lies; one that is split is gathered. */
export class HeadGatherer {
  readonly #isRequest: boolean;
  #gathered: Uint8Array | null = null;
  #len = 0;
  /** Octets of the current line seen so far, its line end not counted. */
  #lineLen = 0;
  #hasFirstLine = false;
  isTooLarge = false;

  constructor(isRequest: boolean) {
    this.#isRequest = isRequest;
  }

  reset(): void {
    this.#gathered = null;
    this.#len = 0;
    this.#lineLen = 0;
    this.#hasFirstLine = false;
    this.isTooLarge = false;
  }

  /** Offset behind the blank line, with `head` filled; or −1 when it has not come, and the octets are kept. */
  take(bytes: Uint8Array, start: number, end: number, head: MessageHead): number {
    const headEnd = this.#findEnd(bytes, start, end, head);
    if (headEnd < 0) {
      this.#gather(bytes, start, end);
      return -1;
    }
    if (this.#gathered === null) {
      parseHead(bytes, start, headEnd, this.#isRequest, head);
      return headEnd;
    }
    this.#gather(bytes, start, headEnd);
    this.parseCut(head);
    return headEnd;
  }

  /** Fills `head` from what has been gathered; the rest will not come. */
  parseCut(head: MessageHead): void {
    if (this.#gathered === null) head.reset();
    else parseHead(this.#gathered, 0, this.#len, this.#isRequest, head);
    this.#gathered = null;
  }

  #findEnd(bytes: Uint8Array, start: number, end: number, head: MessageHead): number {
    let lineLen = this.#lineLen;
    for (let at = start; at < end; at++) {
      const octet = bytes[at];
      if (octet !== LF) {
        if (octet !== CR) lineLen++;
        continue;
      }
      if (lineLen === 0) return at + 1;
      if (!this.#hasFirstLine) {
        this.#hasFirstLine = true;
        if (this.#isRequest && this.#isSimpleRequest(bytes, start, at, head)) return at + 1;
      }
      lineLen = 0;
    }
    this.#lineLen = lineLen;
    return -1;
  }

  /** The first line is complete and has no version: an HTTP/0.9 request is one line (RFC 1945 §4.1). */
  #isSimpleRequest(bytes: Uint8Array, start: number, lineEnd: number, head: MessageHead): boolean {
    if (this.#gathered === null) {
      // An ordinary line ends in its version; only others are worth parsing twice.
      const isOrdinary = endsInVersion(bytes, start, lineEnd);
      if (isOrdinary) return false;
      parseHead(bytes, start, lineEnd, true, head);
    } else {
      // Rare and short: the line came in pieces, so it is put together to be looked at.
      const line = new Uint8Array(this.#len + lineEnd - start);
      line.set(this.#gathered.subarray(0, this.#len));
      line.set(bytes.subarray(start, lineEnd), this.#len);
      parseHead(line, 0, line.length, true, head);
    }
    return head.version === '0.9' && head.method === 'GET';
  }

  #gather(bytes: Uint8Array, start: number, end: number): void {
    const needed = this.#len + end - start;
    if (needed > MAX_HEAD_LEN) {
      this.isTooLarge = true;
      this.#gathered = null;
      return;
    }
    let room = this.#gathered ?? new Uint8Array(Math.max(FIRST_GATHER_LEN, needed));
    if (needed > room.length) {
      const larger = new Uint8Array(Math.max(2 * room.length, needed));
      larger.set(room);
      room = larger;
    }
    room.set(bytes.subarray(start, end), this.#len);
    this.#gathered = room;
    this.#len = needed;
  }
}

/** ` HTTP/x.y` before the line end. */
function endsInVersion(bytes: Uint8Array, start: number, lineEnd: number): boolean {
  const end = bytes[lineEnd - 1] === CR ? lineEnd - 1 : lineEnd;
  return end - start > 9 && bytes[end - 8] === 0x48 && bytes[end - 4] === 0x2f && bytes[end - 9] === 0x20;
}
