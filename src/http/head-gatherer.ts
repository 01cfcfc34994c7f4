import { CR, LF } from '../bytes/ascii.ts';
import { type MessageHead, parseHead } from './message-head.ts';

/** A head larger than this is not gathered further. nginx takes 32 KiB, Node 16 KiB, Apache 8 KiB a line. */
const MAX_HEAD_LEN = 256 * 1024;
const FIRST_GATHER_LEN = 4_096;

/** Waits for the end of a message head. One that lies in one piece is parsed where it lies; one that is split is gathered. */
export class HeadGatherer {
  readonly #isRequest: boolean;
  #gathered: Uint8Array | null = null;
  #len = 0;
  /** Octets of the current line gathered so far, its line end not counted. */
  #lineLen = 0;
  #lines = 0;
  isTooLarge = false;

  constructor(isRequest: boolean) {
    this.#isRequest = isRequest;
  }

  reset(): void {
    this.#gathered = null;
    this.#len = 0;
    this.#lineLen = 0;
    this.#lines = 0;
    this.isTooLarge = false;
  }

  /** Offset behind the head, with `head` filled; or −1 when its end has not come, and the octets are kept. */
  take(bytes: Uint8Array, start: number, end: number, head: MessageHead): number {
    if (this.#gathered === null) {
      const headEnd = parseHead(bytes, start, end, this.#isRequest, head);
      if (headEnd < 0) {
        this.#scan(bytes, start, end, head);
        this.#gather(bytes, start, end);
      }
      return headEnd;
    }
    const headEnd = this.#scan(bytes, start, end, head);
    this.#gather(bytes, start, headEnd < 0 ? end : headEnd);
    if (headEnd >= 0) this.parseCut(head);
    return headEnd;
  }

  /** Fills `head` from what has been gathered; the rest will not come. */
  parseCut(head: MessageHead): void {
    if (this.#gathered === null) head.reset();
    else parseHead(this.#gathered, 0, this.#len, this.#isRequest, head);
    this.#gathered = null;
  }

  /** Looks at each octet once, however many pieces there are. Offset behind the head, or −1. */
  #scan(bytes: Uint8Array, start: number, end: number, head: MessageHead): number {
    for (let at = start; at < end; at++) {
      const octet = bytes[at];
      if (octet !== LF) {
        if (octet !== CR) this.#lineLen++;
        continue;
      }
      const isFirst = this.#lines++ === 0;
      if (isFirst && this.#isSimpleRequest(bytes, start, at, head)) return at + 1;
      if (!isFirst && this.#lineLen === 0) return at + 1;
      this.#lineLen = 0;
    }
    return -1;
  }

  /** Rare and short: the first line came in pieces, so it is put together to see whether it is all there is. */
  #isSimpleRequest(bytes: Uint8Array, start: number, lineEnd: number, head: MessageHead): boolean {
    if (!this.#isRequest || this.#gathered === null) return false;
    const line = new Uint8Array(this.#len + lineEnd + 1 - start);
    line.set(this.#gathered.subarray(0, this.#len));
    line.set(bytes.subarray(start, lineEnd + 1), this.#len);
    return parseHead(line, 0, line.length, true, head) === line.length;
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
