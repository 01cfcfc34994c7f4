import { CR, LF } from '../bytes/ascii.ts';
import { type Framing, requestFraming, responseFraming } from './body-framing.ts';
import { CHUNK_BAD_SIZE, CHUNK_MORE, CHUNK_PASSED, CHUNKED_DONE, ChunkedBody } from './chunked-body.ts';
import { CutHead } from './cut-head.ts';
import { type Guess, guessRequest, guessResponse, looksLikeBanner } from './detect.ts';
import { HeadBuffer } from './head-buffer.ts';
import { MessageHead, parseHead } from './message-head.ts';
import type { MessageListener } from './message-listener.ts';
import {
  CHUNKED,
  DEAD,
  FOREIGN,
  HEAD,
  LENGTH,
  LOST,
  LOST_CHUNKED,
  START,
  TUNNEL,
  UNTIL_CLOSE,
} from './parser-states.ts';

/**
 * One direction of HTTP/1 as a state machine without I/O. It sees octets in order and gaps, and tells its
 * {@link MessageListener} what begins and ends.
 *
 *   start ──first octets──▶ head ──blank line──▶ by framing:
 *     none ─────────────────────────────────────▶ (complete) start
 *     content-length ──▶ length ──0 left────────▶ (complete) start
 *     chunked ──▶ chunked ──last chunk, trailer─▶ (complete) start
 *     until-close ──▶ until-close ──FIN─────────▶ (complete) start
 *     tunnel ──▶ tunnel (both directions)
 *   any ──gap that cannot be bridged──▶ lost ──octets that begin a message──▶ start
 *   start ──octets that are no message──▶ foreign ──octets that begin a message──▶ start
 *   head ──longer than any sane one──▶ dead
 *
 * Body octets are passed over by arithmetic. A head that lies in one piece is parsed where it lies; only one that is
 * split over segments is gathered.
 */

/** One for all parsers, as it is filled and used within one call: it and its strings stay in the cache. */
const HEAD_IN_HAND = new MessageHead();

export class MessageParser {
  readonly isRequest: boolean;
  state = START;
  /** Of the message in hand: body octets that passed (de-chunked; the snaplen may have cut them off), and lost in gaps. */
  bodyBytes = 0;
  bodyNotCaptured = 0;
  /** Stream offset of the first body octet, once the head is complete. */
  bodyStartOffset = 0;
  framing: Framing | null = null;
  /** Method that the response in hand answers. */
  methodOfRequest: string | null = null;
  /** Set while the response in hand is lost behind a head that told its length; most never are. */
  cutHead: CutHead | null = null;
  /** Made when the first chunked message comes, and `#gathered` when the first head is split: most never are. */
  chunks: ChunkedBody | null = null;

  /** In a chunked body whose place is lost: its last octets are not there, so that it may have ended. */
  isEndHidden = false;

  readonly #listener: MessageListener;
  #gathered: HeadBuffer | null = null;
  /** The first octets of the head in hand were too few to tell that it is one: nobody has been told of it yet. */
  #isUnsure = false;
  #firstFrame = 0;
  #firstNs = 0;
  #remaining = 0;
  #frameNumber = 0;
  #timeNs = 0;

  constructor(isRequest: boolean, listener: MessageListener) {
    this.isRequest = isRequest;
    this.#listener = listener;
  }

  /** Ready for another connection. */
  reset(): void {
    this.state = START;
    this.cutHead = null;
    this.methodOfRequest = null;
    this.#isUnsure = false;
    this.#startOver();
  }

  /** True when the capture's gaps leave open what this direction is doing. */
  get isLost(): boolean {
    return this.state === LOST || this.state === DEAD;
  }

  /** In-order octets; `missing` more follow that the snaplen cut off, of which `gap` is told next. */
  data(
    bytes: Uint8Array,
    start: number,
    end: number,
    missing: number,
    streamOffset: number,
    frameNumber: number,
    timeNs: number,
  ): void {
    this.#frameNumber = frameNumber;
    this.#timeNs = timeNs;
    let at = this.state >= LOST ? this.#resume(bytes, start, end, missing) : start;
    if (this.state === LOST) this.cutHead?.pass(end - start);
    while (at < end) {
      switch (this.state) {
        case START:
          at = this.#begin(bytes, at, end);
          break;
        case HEAD:
          at = this.#takeHead(bytes, at, end, streamOffset - start);
          break;
        case LENGTH:
          at = this.#takeLength(at, end);
          break;
        case CHUNKED:
          at = this.#takeChunked(bytes, at, end);
          break;
        case UNTIL_CLOSE:
          this.bodyBytes += end - at;
          return;
        case TUNNEL:
          this.#listener.tunnelled(this, bytes, at, end, 0, frameNumber);
          return;
        default:
          return;
      }
    }
  }

  /**
   * `length` octets are not there: the capture lacks their packets, or has them and the snaplen cut them off. Bodies bridge
   * what lies inside them; anything else loses its place.
   */
  gap(length: number, timeNs: number, isCut: boolean): void {
    this.#timeNs = timeNs;
    switch (this.state) {
      case TUNNEL:
        this.#listener.tunnelled(this, NOTHING, 0, 0, length, 0);
        break;
      case UNTIL_CLOSE:
        this.#bridge(length, isCut);
        break;
      case LENGTH:
        this.#skipBody(length, isCut);
        break;
      case CHUNKED:
        this.#skipChunk(length, isCut);
        break;
      case HEAD:
        this.#cutHead(length);
        break;
      case LOST:
        this.cutHead?.pass(length);
        break;
      case LOST_CHUNKED:
        this.#loseChunkedIn(length, isCut);
        break;
      case FOREIGN:
      case DEAD:
        break;
      default:
        this.state = LOST;
    }
  }

  /** The half-stream's FIN: it completes a body that runs until the close. True when it did. */
  fin(timeNs: number): boolean {
    this.#timeNs = timeNs;
    const gathered = this.#gathered;
    if (this.state === HEAD && this.#isUnsure && gathered !== null) {
      this.#takeForeign(gathered.bytes, 0, gathered.len);
    }
    if (this.state !== UNTIL_CLOSE) return false;
    this.#complete();
    return true;
  }

  /** The request came late: a HEAD had no body, though the response in hand seems to wait for one (RFC 9110 §9.3.2). */
  learnMethod(method: string | null): void {
    this.methodOfRequest = method;
    const isWaiting = (this.state === LENGTH || this.state === CHUNKED) && this.bodyBytes === 0;
    if (method === 'HEAD' && isWaiting) this.#complete();
  }

  /** The other direction decided that HTTP ends here. */
  becomeTunnel(): void {
    this.state = TUNNEL;
    this.#isUnsure = false;
    this.#gathered?.clear();
  }

  /** The other direction shows that whatever was lost here is over. */
  findAgain(): void {
    if (this.state !== LOST && this.state !== LOST_CHUNKED && this.state !== FOREIGN) return;
    this.cutHead = null;
    this.state = START;
  }

  #guess(bytes: Uint8Array, start: number, end: number): Guess {
    return this.isRequest ? guessRequest(bytes, start, end) : guessResponse(bytes, start, end);
  }

  #begin(bytes: Uint8Array, at: number, end: number): number {
    const octet = bytes[at];
    // RFC 9112 §2.2: a server should ignore an empty line before a request; be as kind to responses.
    if (octet === CR || octet === LF) return at + 1;
    const guess = this.#guess(bytes, at, end);
    if (guess === 'no') return this.#takeForeign(bytes, at, end);
    this.#startOver();
    this.#firstFrame = this.#frameNumber;
    this.#firstNs = this.#timeNs;
    this.state = HEAD;
    this.#isUnsure = guess === 'more';
    if (guess === 'yes') this.#listener.begun(this, this.#firstFrame, this.#firstNs);
    return at;
  }

  /** What stands here begins no message: a bare HTTP/0.9 body, or nothing of ours. */
  #takeForeign(bytes: Uint8Array, at: number, end: number): number {
    this.#isUnsure = false;
    if (this.isRequest) {
      this.#listener.oddity('bad-request-line');
    } else if (
      this.#listener.foreign(this, !looksLikeBanner(bytes, at, end), this.#frameNumber, this.#timeNs)
    ) {
      this.#startOver();
      this.state = UNTIL_CLOSE;
      this.bodyBytes = end - at;
      return end;
    }
    this.#gathered?.clear();
    this.state = FOREIGN;
    return end;
  }

  /** `base` + an index of `bytes` = stream offset. */
  #takeHead(bytes: Uint8Array, start: number, end: number, base: number): number {
    const isSplit = this.#gathered !== null && this.#gathered.len > 0;
    const headEnd = isSplit ? -1 : parseHead(bytes, start, end, this.isRequest, HEAD_IN_HAND);
    if (headEnd < 0) return this.#takeSplitHead(bytes, start, end, base);
    this.bodyStartOffset = base + headEnd;
    this.#enterBody();
    return headEnd;
  }

  #takeSplitHead(bytes: Uint8Array, start: number, end: number, base: number): number {
    this.#gathered ??= new HeadBuffer();
    const gathered = this.#gathered;
    let at = start;
    while (at < end) {
      at = gathered.take(bytes, at, end);
      if (gathered.isOverflown) return this.#giveUpHead(gathered, end);
      if (this.#isUnsure && !this.#makeSure(gathered)) return end;
      if (!gathered.isBlankLine && !this.#isSimpleRequest(gathered)) continue;
      parseHead(gathered.bytes, 0, gathered.len, this.isRequest, HEAD_IN_HAND);
      gathered.clear();
      this.bodyStartOffset = base + at;
      this.#enterBody();
      return at;
    }
    return end;
  }

  #giveUpHead(gathered: HeadBuffer, end: number): number {
    this.#listener.oddity('head-too-large');
    gathered.clear();
    this.state = DEAD;
    return end;
  }

  /** False when the gathered octets turn out to be no head. */
  #makeSure({ bytes, len, lines }: HeadBuffer): boolean {
    const guess = this.#guess(bytes, 0, len);
    if (guess === 'no' || (guess === 'more' && lines > 0)) {
      this.#takeForeign(bytes, 0, len);
      return false;
    }
    if (guess === 'yes') this.#announce();
    return true;
  }

  #announce(): void {
    this.#isUnsure = false;
    this.#listener.begun(this, this.#firstFrame, this.#firstNs);
  }

  /** The gathered octets are one line without a version (RFC 1945 §4.1 Simple-Request). */
  #isSimpleRequest({ bytes, len, lines, isLineEnd }: HeadBuffer): boolean {
    if (!this.isRequest || lines !== 1 || !isLineEnd) return false;
    return parseHead(bytes, 0, len, true, HEAD_IN_HAND) > 0;
  }

  /** The rest of the head is missing (snaplen, gap): what is there still tells the start line, often more. */
  #cutHead(length: number): void {
    if (this.#isUnsure) this.#announce();
    parseHead(this.#gathered?.bytes ?? NOTHING, 0, this.#gathered?.len ?? 0, this.isRequest, HEAD_IN_HAND);
    this.#gathered?.clear();
    const framing = this.isRequest ? null : responseFraming(HEAD_IN_HAND, this.methodOfRequest);
    if (framing?.kind === 'content-length') this.cutHead = new CutHead(HEAD_IN_HAND.contentLength, length);
    this.framing = null;
    this.state = LOST;
    this.#listener.oddity(this.isRequest ? 'request-head-cut' : 'response-head-cut');
    this.#listener.head(this, HEAD_IN_HAND);
    const { method } = HEAD_IN_HAND; // Without a body the head is all there is to send.
    if (this.isRequest && (method === 'GET' || method === 'HEAD'))
      this.#listener.complete(this, this.#timeNs);
  }

  #enterBody(): void {
    const head = HEAD_IN_HAND;
    const framing = this.isRequest ? requestFraming(head) : responseFraming(head, this.methodOfRequest);
    this.framing = framing;
    if (head.hasSpaceBeforeColon) this.#listener.oddity('space-before-colon');
    if (head.hasFoldedLine) this.#listener.oddity('folded-header-line');
    if (framing.oddity !== null) this.#listener.oddity(framing.oddity);
    this.#listener.head(this, head);
    // The listener may have made it a tunnel.
    if (this.state !== HEAD) return;
    if (framing.kind === 'chunked') {
      this.chunks ??= new ChunkedBody();
      this.chunks.begin();
      this.state = CHUNKED;
    } else if (framing.kind === 'until-close') this.state = UNTIL_CLOSE;
    else if (framing.kind === 'content-length' && head.contentLength > 0) {
      this.#remaining = head.contentLength;
      this.state = LENGTH;
    } else if (this.isRequest && framing.oddity !== null) this.state = LOST;
    else this.#complete();
  }

  #takeLength(at: number, end: number): number {
    const len = Math.min(end - at, this.#remaining);
    this.#remaining -= len;
    this.bodyBytes += len;
    if (this.#remaining === 0) this.#complete();
    return at + len;
  }

  #bridge(length: number, isCut: boolean): void {
    if (isCut) this.bodyBytes += length;
    else this.bodyNotCaptured += length;
  }

  #skipChunk(length: number, isCut: boolean): void {
    const inside = this.chunks?.bridge(length) ?? -1;
    if (inside < 0) this.#loseChunkedIn(length, isCut);
    else this.#bridge(inside, isCut);
  }

  #skipBody(length: number, isCut: boolean): void {
    const inside = Math.min(length, this.#remaining);
    this.#remaining -= inside;
    this.#bridge(inside, isCut);
    if (this.#remaining > 0) return;
    this.#complete();
    if (length > inside) this.state = LOST;
  }

  #takeChunked(bytes: Uint8Array, start: number, end: number): number {
    const chunks = this.chunks!;
    const seenBefore = chunks.seen;
    const indexBefore = chunks.index;
    const at = chunks.take(bytes, start, end);
    this.bodyBytes += chunks.seen - (chunks.index === indexBefore ? seenBefore : 0);
    if (chunks.outcome === CHUNK_MORE) return at;
    if (chunks.outcome === CHUNK_PASSED)
      this.#listener.chunk(this, this.#frameNumber, chunks.index, chunks.size);
    else if (chunks.outcome === CHUNKED_DONE) this.#complete();
    else {
      this.#listener.oddity(chunks.outcome === CHUNK_BAD_SIZE ? 'bad-chunk-size' : 'bad-chunk-end');
      this.#loseChunked();
      this.#watchForLastChunk(bytes, at, end);
      return end;
    }
    return at;
  }

  #loseChunked(): void {
    this.state = LOST_CHUNKED;
    this.isEndHidden = false;
    this.chunks?.lastChunk.reset();
  }

  /** Chunk headers lie in what is not there: how many octets of the body it holds is known only roughly. */
  #loseChunkedIn(length: number, isCut: boolean): void {
    this.#loseChunked();
    this.isEndHidden = true;
    this.#bridge(length, isCut);
  }

  /** Lost: a message head or a whole chunk in a segment, or the end of a chunked body, gives the place back. */
  #resume(bytes: Uint8Array, start: number, end: number, missing: number): number {
    if (this.state === DEAD) return end;
    if (this.#guess(bytes, start, end) === 'yes') {
      if (this.state === LOST_CHUNKED) this.#completeGuessed();
      this.cutHead = null;
      this.state = START;
      return start;
    }
    if (this.state !== LOST_CHUNKED) return end;
    if (this.chunks?.findAgain(bytes, start, end, missing)) {
      this.state = CHUNKED;
      return start;
    }
    this.#watchForLastChunk(bytes, start, end);
    return end;
  }

  #watchForLastChunk(bytes: Uint8Array, start: number, end: number): void {
    if (start === end) return;
    this.isEndHidden = false;
    this.bodyBytes += end - start;
    if (this.chunks?.lastChunk.take(bytes, start, end)) this.#completeGuessed();
  }

  #completeGuessed(): void {
    this.#listener.oddity('chunked-end-guessed');
    this.#complete();
  }

  #complete(): void {
    this.state = START;
    this.#listener.complete(this, this.#timeNs);
  }

  #startOver(): void {
    this.#remaining = 0;
    this.bodyBytes = 0;
    this.bodyNotCaptured = 0;
    this.framing = null;
    if (this.#gathered !== null && this.#gathered.len > 0) this.#gathered.clear();
  }
}

const NOTHING = new Uint8Array(0);
