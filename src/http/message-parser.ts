import { CR, hexValue, LF, startsWith, TAB } from '../bytes/ascii.ts';
import { type Framing, requestFraming, responseFraming } from './body-framing.ts';
import { guessRequest, guessResponse } from './detect.ts';
import { MessageHead, parseHead } from './message-head.ts';

/**
 * One direction of HTTP/1 as a state machine without I/O. It sees octets in order and gaps, and tells its
 * {@link MessageListener} what begins and ends.
 *
 *   start ──first octet──▶ head ──blank line──▶ by framing:
 *     none ─────────────────────────────────────▶ (complete) start
 *     content-length ──▶ length ──0 left────────▶ (complete) start
 *     chunked ──▶ chunk-size ⇄ chunk-data ──size 0──▶ trailer ──blank line──▶ (complete) start
 *     until-close ──▶ until-close ──FIN─────────▶ (complete)
 *     tunnel ──▶ tunnel (both directions)
 *   any ──gap that cannot be bridged──▶ lost ──octets that begin a message──▶ start
 *
 * Body octets are passed over by arithmetic. A head that lies in one piece is parsed where it lies; only one that is
 * split over segments is gathered.
 */

export const START = 0;
export const HEAD = 1;
export const LENGTH = 2;
export const CHUNK_SIZE = 3;
export const CHUNK_DATA = 4;
export const CHUNK_END = 5;
export const TRAILER = 6;
export const UNTIL_CLOSE = 7;
export const TUNNEL = 8;
export const LOST = 9;
/** The end of a chunked body fell into a gap: looks out for the last chunk. */
export const LOST_CHUNKED = 10;

/** A head larger than this is not gathered further. nginx takes 32 KiB, Node 16 KiB, Apache 8 KiB a line. */
const MAX_HEAD_LEN = 256 * 1024;
const FIRST_GATHER_LEN = 4_096;
/** Hexadecimal digits of a chunk size that fit a safe integer. */
const MAX_CHUNK_DIGITS = 13;
const LAST_CHUNK = [0x30, CR, LF, CR, LF] as const;

/** What happens in one direction, in order. */
export interface MessageListener {
  /** The first octet of a message was seen. */
  begun(parser: MessageParser, frameNumber: number, timeNs: number): void;
  /** The head is complete (or as much of it as was captured); gives back how the body ends. */
  head(parser: MessageParser, head: MessageHead): void;
  complete(parser: MessageParser, timeNs: number): void;
  oddity(name: string): void;
  /**
   * Octets that begin no message where a response should be. `isText`: they may be an HTTP/0.9 body (RFC 1945 §4.1),
   * rather than the banner of another protocol. Return true to take them as one.
   */
  foreign(parser: MessageParser, isText: boolean, frameNumber: number, timeNs: number): boolean;
  /** Tunnelled octets; `missing` more were cut off. */
  tunnelled(
    parser: MessageParser,
    bytes: Uint8Array,
    start: number,
    end: number,
    missing: number,
    frameNumber: number,
  ): void;
}

export class MessageParser {
  readonly isRequest: boolean;
  state = START;
  /** Octets of the body or chunk still to come. */
  remaining = 0;
  /** Of the message in hand: body octets seen (de-chunked), and lost in gaps. */
  bodyBytes = 0;
  bodyNotCaptured = 0;
  chunkIndex = 0;
  chunkSize = 0;
  /** Stream offset of the first body octet, once the head is complete. */
  bodyStartOffset = 0;
  framing: Framing | null = null;
  /** Messages begun in this direction. */
  begun = 0;

  readonly #listener: MessageListener;
  readonly #head = new MessageHead();
  #gathered: Uint8Array | null = null;
  #gatheredLen = 0;
  /** Octets of the current line seen so far, its line end not counted. */
  #lineLen = 0;
  #chunkDigits = 0;
  #isInExtension = false;
  #tail = 0;
  /** Method that the response in hand answers. */
  methodOfRequest: string | null = null;

  constructor(isRequest: boolean, listener: MessageListener) {
    this.isRequest = isRequest;
    this.#listener = listener;
  }

  reset(): void {
    this.state = START;
    this.begun = 0;
    this.#gathered = null;
    this.#startOver();
  }

  /** Octets of the chunk in hand that have been seen. */
  get chunkBytes(): number {
    return this.state === CHUNK_DATA ? this.chunkSize - this.remaining : this.chunkSize;
  }

  data(
    bytes: Uint8Array,
    start: number,
    end: number,
    streamOffset: number,
    frameNumber: number,
    timeNs: number,
  ): void {
    let at = start;
    if (this.state === LOST || this.state === LOST_CHUNKED) at = this.#resume(bytes, start, end, timeNs);
    while (at < end) {
      switch (this.state) {
        case START:
          at = this.#begin(bytes, at, end, frameNumber, timeNs);
          break;
        case HEAD:
          at = this.#takeHead(bytes, at, end, streamOffset + (at - start), timeNs);
          break;
        case LENGTH:
          at = this.#takeLength(at, end, timeNs);
          break;
        case CHUNK_SIZE:
          at = this.#takeChunkSize(bytes, at, end);
          break;
        case CHUNK_DATA:
          at = this.#takeChunkData(at, end);
          break;
        case CHUNK_END:
          at = this.#takeChunkEnd(bytes, at, end);
          break;
        case TRAILER:
          at = this.#takeTrailer(bytes, at, end, timeNs);
          break;
        case UNTIL_CLOSE:
          this.bodyBytes += end - at;
          at = end;
          break;
        case TUNNEL:
          this.#listener.tunnelled(this, bytes, at, end, 0, frameNumber);
          at = end;
          break;
        default:
          at = end;
      }
    }
  }

  /** `length` octets are not there. Bodies bridge what lies inside them; anything else loses its place. */
  gap(length: number, timeNs: number): void {
    if (this.state === TUNNEL) {
      this.#listener.tunnelled(this, NOTHING, 0, 0, length, 0);
    } else if (this.state === UNTIL_CLOSE) {
      this.bodyNotCaptured += length;
    } else if (this.state === LENGTH) {
      this.#skipBody(length, timeNs);
    } else if (this.state === CHUNK_DATA && length < this.remaining) {
      this.remaining -= length;
      this.bodyNotCaptured += length;
    } else if (this.state >= CHUNK_SIZE && this.state <= TRAILER) {
      this.state = LOST_CHUNKED;
      this.#tail = 0;
    } else if (this.state === HEAD) {
      this.#cutHead(timeNs);
    } else if (this.state !== LOST_CHUNKED) {
      this.state = LOST;
    }
  }

  /** The half-stream's FIN: it completes a body that runs until the close. */
  fin(timeNs: number): void {
    if (this.state === UNTIL_CLOSE) this.#complete(timeNs);
  }

  /** The other direction decided that HTTP ends here. */
  becomeTunnel(): void {
    this.state = TUNNEL;
    this.#gathered = null;
  }

  #begin(bytes: Uint8Array, at: number, end: number, frameNumber: number, timeNs: number): number {
    const octet = bytes[at];
    // RFC 9112 §2.2: a server should ignore an empty line before a request; be as kind to responses.
    if (octet === CR || octet === LF) return at + 1;
    if (!this.isRequest && guessResponse(bytes, at, end) === 'no') {
      const isBody = this.#listener.foreign(this, !isBanner(bytes, at, end), frameNumber, timeNs);
      if (!isBody) {
        this.state = LOST;
        return end;
      }
      this.#startOver();
      this.state = UNTIL_CLOSE;
      return at;
    }
    if (this.isRequest && guessRequest(bytes, at, end) === 'no') {
      this.#listener.oddity('bad-request-line');
      this.state = LOST;
      return end;
    }
    this.#startOver();
    this.begun++;
    this.state = HEAD;
    this.#listener.begun(this, frameNumber, timeNs);
    return at;
  }

  /** Looks for the blank line; gathers what is there when it has not come yet. */
  #takeHead(bytes: Uint8Array, at: number, end: number, streamOffset: number, timeNs: number): number {
    const headEnd = this.#findHeadEnd(bytes, at, end);
    if (headEnd < 0) {
      this.#gather(bytes, at, end);
      return end;
    }
    this.bodyStartOffset = streamOffset + (headEnd - at);
    if (this.#gathered === null) {
      parseHead(bytes, at, headEnd, this.isRequest, this.#head);
    } else {
      this.#gather(bytes, at, headEnd);
      if (this.state !== HEAD) return headEnd;
      parseHead(this.#gathered, 0, this.#gatheredLen, this.isRequest, this.#head);
      this.#gathered = null;
    }
    this.#enterBody(timeNs);
    return headEnd;
  }

  /** Offset behind the blank line, or −1. An HTTP/0.9 request is one line. */
  #findHeadEnd(bytes: Uint8Array, start: number, end: number): number {
    let lineLen = this.#lineLen;
    for (let at = start; at < end; at++) {
      const octet = bytes[at];
      if (octet !== LF) {
        if (octet !== CR) lineLen++;
        continue;
      }
      if (lineLen === 0) return at + 1;
      if (this.isRequest && this.#isSimpleRequest(bytes, start, at)) return at + 1;
      this.#hasFirstLine = true;
      lineLen = 0;
    }
    this.#lineLen = lineLen;
    return -1;
  }

  #hasFirstLine = false;

  /** The first line is complete and has no version (RFC 1945 §4.1 Simple-Request). */
  #isSimpleRequest(bytes: Uint8Array, start: number, lineEnd: number): boolean {
    if (this.#hasFirstLine) return false;
    if (this.#gathered === null) parseHead(bytes, start, lineEnd, true, this.#head);
    else {
      // Rare and short: the line came in pieces, so it is put together to be looked at.
      const line = new Uint8Array(this.#gatheredLen + lineEnd - start);
      line.set(this.#gathered.subarray(0, this.#gatheredLen));
      line.set(bytes.subarray(start, lineEnd), this.#gatheredLen);
      parseHead(line, 0, line.length, true, this.#head);
    }
    return this.#head.version === '0.9' && this.#head.method === 'GET';
  }

  #gather(bytes: Uint8Array, start: number, end: number): void {
    const len = end - start;
    if (this.#gatheredLen + len > MAX_HEAD_LEN) {
      this.#listener.oddity('head-too-large');
      this.#gathered = null;
      this.state = LOST;
      return;
    }
    if (this.#gathered === null) {
      this.#gathered = new Uint8Array(Math.max(FIRST_GATHER_LEN, len));
      this.#gatheredLen = 0;
    } else if (this.#gatheredLen + len > this.#gathered.length) {
      const larger = new Uint8Array(Math.max(2 * this.#gathered.length, this.#gatheredLen + len));
      larger.set(this.#gathered.subarray(0, this.#gatheredLen));
      this.#gathered = larger;
    }
    this.#gathered.set(bytes.subarray(start, end), this.#gatheredLen);
    this.#gatheredLen += len;
  }

  /** The rest of the head is missing (snaplen, gap): what is there still tells the start line, often the framing. */
  #cutHead(timeNs: number): void {
    const head = this.#head;
    if (this.#gathered !== null) parseHead(this.#gathered, 0, this.#gatheredLen, this.isRequest, head);
    else head.reset();
    this.#gathered = null;
    this.framing = null;
    this.#listener.oddity(this.isRequest ? 'request-head-cut' : 'response-head-cut');
    this.#listener.head(this, head);
    this.state = LOST;
    // A request whose method has no body is taken for complete: its head is all there is to send.
    if (this.isRequest && (head.method === 'GET' || head.method === 'HEAD'))
      this.#listener.complete(this, timeNs);
  }

  #enterBody(timeNs: number): void {
    const head = this.#head;
    const framing = this.isRequest ? requestFraming(head) : responseFraming(head, this.methodOfRequest);
    this.framing = framing;
    if (head.hasSpaceBeforeColon) this.#listener.oddity('space-before-colon');
    if (head.hasFoldedLine) this.#listener.oddity('folded-header-line');
    if (framing.oddity !== null) this.#listener.oddity(framing.oddity);
    this.#listener.head(this, head);
    if (framing.kind === 'tunnel' || this.state === TUNNEL) this.state = TUNNEL;
    else if (framing.kind === 'chunked') this.#expectChunk();
    else if (framing.kind === 'until-close') this.state = UNTIL_CLOSE;
    else if (framing.kind === 'content-length' && framing.length > 0) {
      this.state = LENGTH;
      this.remaining = framing.length;
    } else if (this.isRequest && framing.oddity !== null) this.state = LOST;
    else this.#complete(timeNs);
  }

  #takeLength(at: number, end: number, timeNs: number): number {
    const len = Math.min(end - at, this.remaining);
    this.remaining -= len;
    this.bodyBytes += len;
    if (this.remaining === 0) this.#complete(timeNs);
    return at + len;
  }

  #skipBody(length: number, timeNs: number): void {
    const inside = Math.min(length, this.remaining);
    this.remaining -= inside;
    this.bodyNotCaptured += inside;
    if (this.remaining > 0) return;
    this.#complete(timeNs);
    if (length > inside) this.state = LOST;
  }

  #expectChunk(): void {
    this.state = CHUNK_SIZE;
    this.#chunkDigits = 0;
    this.#isInExtension = false;
    this.chunkSize = 0;
  }

  /** RFC 9112 §7.1: hexadecimal size, extensions, line end. */
  #takeChunkSize(bytes: Uint8Array, start: number, end: number): number {
    for (let at = start; at < end; at++) {
      const octet = bytes[at]!;
      if (octet === LF) return this.#enterChunk(at + 1);
      if (this.#isInExtension || octet === CR) continue;
      const digit = hexValue(octet);
      if (digit < 0) {
        this.#isInExtension = true;
        continue;
      }
      this.chunkSize = this.chunkSize * 16 + digit;
      if (this.chunkSize > 0 && ++this.#chunkDigits > MAX_CHUNK_DIGITS) return this.#failChunk(end);
      if (this.chunkSize === 0) this.#chunkDigits = 0;
      this.#hasDigit = true;
    }
    return end;
  }

  #hasDigit = false;

  #enterChunk(at: number): number {
    if (!this.#hasDigit) return this.#failChunk(at);
    this.#hasDigit = false;
    if (this.chunkSize === 0) {
      this.state = TRAILER;
      this.#lineLen = 0;
      return at;
    }
    this.chunkIndex++;
    this.remaining = this.chunkSize;
    this.state = CHUNK_DATA;
    return at;
  }

  #failChunk(at: number): number {
    this.#listener.oddity('bad-chunk-size');
    this.#hasDigit = false;
    this.state = LOST_CHUNKED;
    this.#tail = 0;
    return at;
  }

  #takeChunkData(at: number, end: number): number {
    const len = Math.min(end - at, this.remaining);
    this.remaining -= len;
    this.bodyBytes += len;
    if (this.remaining === 0) this.state = CHUNK_END;
    return at + len;
  }

  #takeChunkEnd(bytes: Uint8Array, at: number, end: number): number {
    for (let k = at; k < end; k++) {
      if (bytes[k] === LF) {
        this.#expectChunk();
        return k + 1;
      }
      if (bytes[k] !== CR) {
        this.#listener.oddity('bad-chunk-end');
        this.state = LOST_CHUNKED;
        this.#tail = 0;
        return end;
      }
    }
    return end;
  }

  #takeTrailer(bytes: Uint8Array, start: number, end: number, timeNs: number): number {
    for (let at = start; at < end; at++) {
      if (bytes[at] !== LF) {
        if (bytes[at] !== CR) this.#lineLen++;
        continue;
      }
      if (this.#lineLen === 0) {
        this.#complete(timeNs);
        return at + 1;
      }
      this.#lineLen = 0;
    }
    return end;
  }

  /** After a gap: a message head at the start of a segment, or the end of a chunked body, gives the place back. */
  #resume(bytes: Uint8Array, start: number, end: number, timeNs: number): number {
    const guess = this.isRequest ? guessRequest(bytes, start, end) : guessResponse(bytes, start, end);
    if (guess === 'yes') {
      if (this.state === LOST_CHUNKED) this.#completeGuessed(timeNs);
      this.state = START;
      return start;
    }
    if (this.state === LOST_CHUNKED) {
      this.bodyBytes += end - start;
      if (this.#endsInLastChunk(bytes, start, end)) this.#completeGuessed(timeNs);
    }
    return end;
  }

  #completeGuessed(timeNs: number): void {
    this.#listener.oddity('chunked-end-guessed');
    this.#complete(timeNs);
  }

  /** The octets so far end in `0 CRLF CRLF`; `#tail` counts how much of it the previous octets had. */
  #endsInLastChunk(bytes: Uint8Array, start: number, end: number): boolean {
    let matched = this.#tail;
    for (let at = Math.max(start, end - 2 * LAST_CHUNK.length); at < end; at++) {
      if (bytes[at] === LAST_CHUNK[matched]) matched++;
      else matched = bytes[at] === LAST_CHUNK[0] ? 1 : 0;
      if (matched === LAST_CHUNK.length) {
        if (at === end - 1) return true;
        matched = 0;
      }
    }
    this.#tail = matched;
    return false;
  }

  #complete(timeNs: number): void {
    this.state = START;
    this.#listener.complete(this, timeNs);
  }

  #startOver(): void {
    this.remaining = 0;
    this.bodyBytes = 0;
    this.bodyNotCaptured = 0;
    this.chunkIndex = 0;
    this.chunkSize = 0;
    this.framing = null;
    this.#gatheredLen = 0;
    this.#lineLen = 0;
    this.#hasFirstLine = false;
    this.#hasDigit = false;
  }
}

/** Control characters, or the greeting of SSH, SMTP, FTP, IMAP or POP3: no body of ours. */
function isBanner(bytes: Uint8Array, start: number, end: number): boolean {
  const first = bytes[start]!;
  if (first < 0x20 && first !== TAB) return true;
  return BANNERS.some((banner) => startsWith(bytes, start, end, banner));
}

const BANNERS = ['SSH-', '220 ', '220-', '* OK', '+OK'] as const;
const NOTHING = new Uint8Array(0);
