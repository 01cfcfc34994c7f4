import { CR, LF, startsWith, TAB } from '../bytes/ascii.ts';
import { type Framing, requestFraming, responseFraming } from './body-framing.ts';
import { ChunkedBody } from './chunked-body.ts';
import { guessRequest, guessResponse } from './detect.ts';
import { HeadGatherer } from './head-gatherer.ts';
import { MessageHead } from './message-head.ts';

/**
 * One direction of HTTP/1 as a state machine without I/O. It sees octets in order and gaps, and tells its
 * {@link MessageListener} what begins and ends.
 *
 *   start ──first octet──▶ head ──blank line──▶ by framing:
 *     none ─────────────────────────────────▶ (complete) start
 *     content-length ──▶ length ──0 left────▶ (complete) start
 *     chunked ──▶ chunked ──last chunk──────▶ (complete) start
 *     until-close ──▶ until-close ──FIN─────▶ (complete) start
 *     tunnel ──▶ tunnel (both directions)
 *   any ──gap that cannot be bridged──▶ lost ──octets that begin a message──▶ start
 *
 * Body octets are passed over by arithmetic.
 */

export const START = 0;
export const HEAD = 1;
export const LENGTH = 2;
export const CHUNKED = 3;
export const UNTIL_CLOSE = 4;
export const TUNNEL = 5;
export const LOST = 6;
/** The end of a chunked body fell into a gap: looks out for the last chunk. */
export const LOST_CHUNKED = 7;

/** One for all parsers: a head is filled and read within one call. */
const HEAD_IN_HAND = new MessageHead();

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
  framing: Framing | null = null;
  /** Stream offset of the first body octet, once the head is complete. */
  bodyStartOffset = 0;
  /** Method that the response in hand answers. */
  methodOfRequest: string | null = null;
  readonly chunks = new ChunkedBody();

  readonly #listener: MessageListener;
  readonly #gatherer: HeadGatherer;
  /** Octets of a body of known length still to come. */
  #left = 0;
  #bodyBytes = 0;
  #bodyNotCaptured = 0;

  constructor(isRequest: boolean, listener: MessageListener) {
    this.isRequest = isRequest;
    this.#listener = listener;
    this.#gatherer = new HeadGatherer(isRequest);
  }

  reset(): void {
    this.state = START;
    this.bodyStartOffset = 0;
    this.methodOfRequest = null;
    this.#startOver();
  }

  /** Body octets of the message in hand that were seen, after de-chunking. */
  get bodyBytes(): number {
    return this.#bodyBytes + this.chunks.bytes;
  }

  /** Body octets of the message in hand that fell into gaps. */
  get bodyNotCaptured(): number {
    return this.#bodyNotCaptured + this.chunks.notCaptured;
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
    if (this.state >= LOST) at = this.#resume(bytes, start, end, timeNs);
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
        case CHUNKED:
          at = this.#takeChunks(bytes, at, end, timeNs);
          break;
        case UNTIL_CLOSE:
          this.#bodyBytes += end - at;
          return;
        case TUNNEL:
          this.#listener.tunnelled(this, bytes, at, end, 0, frameNumber);
          return;
        default:
          return;
      }
    }
  }

  /** `length` octets are not there. Bodies bridge what lies inside them; anything else loses its place. */
  gap(length: number, timeNs: number): void {
    if (this.state === TUNNEL) this.#listener.tunnelled(this, NOTHING, 0, 0, length, 0);
    else if (this.state === UNTIL_CLOSE) this.#bodyNotCaptured += length;
    else if (this.state === LENGTH) this.#skipBody(length, timeNs);
    else if (this.state === HEAD) this.#cutHead(timeNs);
    else if (this.state === CHUNKED) {
      if (!this.chunks.bridge(length)) this.state = LOST_CHUNKED;
    } else if (this.state !== LOST_CHUNKED) this.state = LOST;
  }

  /** The half-stream's FIN: it completes a body that runs until the close (and then returns true). */
  fin(timeNs: number): boolean {
    if (this.state !== UNTIL_CLOSE) return false;
    this.#complete(timeNs);
    return true;
  }

  /** The other direction decided that HTTP ends here. */
  becomeTunnel(): void {
    this.state = TUNNEL;
    this.#gatherer.reset();
  }

  #begin(bytes: Uint8Array, at: number, end: number, frameNumber: number, timeNs: number): number {
    const octet = bytes[at];
    // RFC 9112 §2.2: a server should ignore an empty line before a request; be as kind to responses.
    if (octet === CR || octet === LF) return at + 1;
    this.#startOver();
    if (this.isRequest && guessRequest(bytes, at, end) === 'no') {
      this.#listener.oddity('bad-request-line');
      this.state = LOST;
      return end;
    }
    if (!this.isRequest && guessResponse(bytes, at, end) === 'no') {
      const isBody = this.#listener.foreign(this, !isBanner(bytes, at, end), frameNumber, timeNs);
      this.state = isBody ? UNTIL_CLOSE : LOST;
      return isBody ? at : end;
    }
    this.state = HEAD;
    this.#listener.begun(this, frameNumber, timeNs);
    return at;
  }

  #takeHead(bytes: Uint8Array, at: number, end: number, streamOffset: number, timeNs: number): number {
    const headEnd = this.#gatherer.take(bytes, at, end, HEAD_IN_HAND);
    if (this.#gatherer.isTooLarge) {
      this.#listener.oddity('head-too-large');
      this.state = LOST;
      return end;
    }
    if (headEnd < 0) return end;
    this.bodyStartOffset = streamOffset + (headEnd - at);
    this.#enterBody(timeNs);
    return headEnd;
  }

  /** The rest of the head is missing (snaplen, gap): what is there still tells the start line, often the framing. */
  #cutHead(timeNs: number): void {
    const head = HEAD_IN_HAND;
    this.#gatherer.parseCut(head);
    this.#listener.oddity(this.isRequest ? 'request-head-cut' : 'response-head-cut');
    this.#listener.head(this, head);
    this.state = LOST;
    // A request whose method has no body is taken for complete: its head is all there is to send.
    if (this.isRequest && (head.method === 'GET' || head.method === 'HEAD'))
      this.#listener.complete(this, timeNs);
  }

  #enterBody(timeNs: number): void {
    const head = HEAD_IN_HAND;
    const framing = this.isRequest ? requestFraming(head) : responseFraming(head, this.methodOfRequest);
    this.framing = framing;
    if (head.hasSpaceBeforeColon) this.#listener.oddity('space-before-colon');
    if (head.hasFoldedLine) this.#listener.oddity('folded-header-line');
    if (framing.oddity !== null) this.#listener.oddity(framing.oddity);
    this.#listener.head(this, head);
    if (framing.kind === 'tunnel') this.state = TUNNEL;
    else if (framing.kind === 'chunked') this.state = CHUNKED;
    else if (framing.kind === 'until-close') this.state = UNTIL_CLOSE;
    else if (framing.kind === 'content-length' && framing.length > 0) {
      this.state = LENGTH;
      this.#left = framing.length;
    } else if (this.isRequest && framing.oddity !== null) this.state = LOST;
    else this.#complete(timeNs);
  }

  #takeLength(at: number, end: number, timeNs: number): number {
    const len = Math.min(end - at, this.#left);
    this.#left -= len;
    this.#bodyBytes += len;
    if (this.#left === 0) this.#complete(timeNs);
    return at + len;
  }

  #skipBody(length: number, timeNs: number): void {
    const inside = Math.min(length, this.#left);
    this.#left -= inside;
    this.#bodyNotCaptured += inside;
    if (this.#left > 0) return;
    this.#complete(timeNs);
    if (length > inside) this.state = LOST;
  }

  #takeChunks(bytes: Uint8Array, at: number, end: number, timeNs: number): number {
    const next = this.chunks.take(bytes, at, end);
    if (this.chunks.problem !== null) {
      this.#listener.oddity(this.chunks.problem);
      this.state = LOST_CHUNKED;
      return end;
    }
    if (this.chunks.isComplete) this.#complete(timeNs);
    return next;
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
      this.#bodyBytes += end - start;
      if (this.chunks.endsHere(bytes, start, end)) this.#completeGuessed(timeNs);
    }
    return end;
  }

  #completeGuessed(timeNs: number): void {
    this.#listener.oddity('chunked-end-guessed');
    this.#complete(timeNs);
  }

  #complete(timeNs: number): void {
    this.state = START;
    this.#listener.complete(this, timeNs);
  }

  #startOver(): void {
    this.framing = null;
    this.#left = 0;
    this.#bodyBytes = 0;
    this.#bodyNotCaptured = 0;
    this.chunks.reset();
    this.#gatherer.reset();
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
