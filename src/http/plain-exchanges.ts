import { pathHash } from '../bytes/path-hash.ts';
import type { CompletedResponse, ResponseSink } from '../model/responses.ts';
import type { PlainStreams } from '../model/stream.ts';
import { requestFraming, responseFraming } from './body-framing.ts';
import { CHUNK_MORE, CHUNK_PASSED, CHUNKED_DONE, ChunkedBody } from './chunked-body.ts';
import { MIN_HEAD_REST } from './cut-head.ts';
import { guessHttp2, guessRequest, guessResponse, RESPONSE_START_LEN } from './detect.ts';
import { MessageHead, parseHead } from './message-head.ts';
import { PlainExchange, PlainTable } from './plain-table.ts';

/**
 * HTTP/1 at its plainest, for connections about which there is nothing to tell so far: a request whose head lies in one
 * segment, or as much of it as the snaplen has left, then its response in the same way, then the next request. Keeps for each connection only how far it has got,
 * in a few columns. Anything else is for {@link HttpConnection}, which then gets all octets from the first.
 */

/** Every request is answered; the octets of a request body, of a response, of its body by length or by chunks come next. */
const AT_REST = 0;
const IN_REQUEST = 1;
const AWAITING = 2;
const IN_LENGTH = 3;
const IN_CHUNKS = 4;
/** In a response whose head was cut (snaplen): how far it has got is not known, and need not be before the next request. */
const HIDDEN = 5;

const NOT_PLAIN = -1;
/** Chunked bodies kept for later use. */
const MAX_SPARE = 256;

const HEAD_IN_HAND = new MessageHead(false);

export class PlainExchanges implements PlainStreams {
  readonly #table = new PlainTable();
  /** The exchange in hand. */
  readonly #exchange = new PlainExchange(this.#table);
  /** Method of the request in hand, by connection. */
  readonly #methods: (string | null)[] = [];
  readonly #chunks: (ChunkedBody | undefined)[] = [];
  readonly #spare: ChunkedBody[] = [];
  readonly #responses: ResponseSink | null;
  readonly #repeated: (row: number, told: number) => void;
  readonly #complete = new PlainResponse();

  /** `repeated` hears which connection is taken back, and how many of its responses have been told already. */
  constructor(responses: ResponseSink | null, repeated: (row: number, told: number) => void) {
    this.#responses = responses;
    this.#repeated = repeated;
  }

  take(
    row: number,
    isFromClient: boolean,
    bytes: Uint8Array,
    start: number,
    end: number,
    missing: number,
    timeNs: number,
  ): number {
    this.#table.reserve(row + 1);
    const exchange = this.#exchange;
    exchange.move(row);
    const { state } = exchange;
    if (isFromClient) {
      if (state === IN_REQUEST) return this.#takeBody(end - start, missing, timeNs);
      return state === AT_REST || state === HIDDEN
        ? this.#beginRequest(bytes, start, end, missing, timeNs)
        : NOT_PLAIN;
    }
    if (state === AWAITING) return this.#beginResponse(bytes, start, end, missing, timeNs);
    if (state === IN_LENGTH) return this.#takeBody(end - start, missing, timeNs);
    if (state === HIDDEN) return this.#takeHidden(bytes, start, end, missing);
    return state === IN_CHUNKS ? this.#takeChunks(bytes, start, start, end, missing, timeNs) : NOT_PLAIN;
  }

  /** As HttpConnection.isAtRest. */
  isAtRest(row: number): boolean {
    if (row >= this.#table.count) return false;
    const exchange = this.#exchange;
    exchange.move(row);
    if (exchange.state === HIDDEN) return exchange.remaining <= 0;
    return exchange.state === AT_REST && exchange.requests > 0;
  }

  requests(row: number): number {
    if (row >= this.#table.count) return 0;
    this.#exchange.move(row);
    return this.#exchange.requests;
  }

  repeat(row: number): void {
    if (row >= this.#table.count) return;
    const exchange = this.#exchange;
    exchange.move(row);
    this.#repeated(row, exchange.requests - (exchange.state === AT_REST ? 0 : 1));
    this.release(row);
  }

  release(row: number): void {
    if (row >= this.#table.count) return;
    this.#exchange.move(row);
    this.#exchange.clear();
    const chunks = this.#chunks[row];
    if (chunks === undefined) return;
    this.#chunks[row] = undefined;
    if (this.#spare.length < MAX_SPARE) this.#spare.push(chunks);
  }

  #beginRequest(bytes: Uint8Array, start: number, end: number, missing: number, timeNs: number): number {
    if (guessRequest(bytes, start, end) !== 'yes' || guessHttp2(bytes, start, end) === 'yes')
      return NOT_PLAIN;
    const head = HEAD_IN_HAND;
    const headEnd = parseHead(bytes, start, end, true, head);
    if (isUnusual(head) || head.isExpectContinue || head.method === 'CONNECT') return NOT_PLAIN;
    const isCut = headEnd < 0;
    if (isCut && (missing === 0 || !isWholeWithHead(head))) return NOT_PLAIN;
    const framing = requestFraming(head);
    if (!isCut && (framing.oddity !== null || framing.kind === 'chunked')) return NOT_PLAIN;
    const exchange = this.#exchange;
    // A client that sends its next request has had the response before.
    if (exchange.state === HIDDEN) this.#completeResponse(timeNs);
    exchange.requests++;
    exchange.pathHash = pathHash(bytes, head.targetStart, head.targetEnd);
    exchange.requestStartNs = timeNs;
    this.#methods[exchange.row] = head.method;
    exchange.state = IN_REQUEST;
    if (isCut) {
      exchange.remaining = 0;
      this.#takeBody(0, 0, timeNs);
      return end - start;
    }
    exchange.remaining = framing.kind === 'content-length' ? head.contentLength : 0;
    return this.#takeBody(end - headEnd, missing, timeNs) < 0 ? NOT_PLAIN : headEnd - start;
  }

  #beginResponse(bytes: Uint8Array, start: number, end: number, missing: number, timeNs: number): number {
    if (guessResponse(bytes, start, end) !== 'yes') return NOT_PLAIN;
    const head = HEAD_IN_HAND;
    const headEnd = parseHead(bytes, start, end, false, head);
    if (isUnusual(head) || head.status < 200) return NOT_PLAIN;
    const isCut = headEnd < 0;
    if (isCut && missing === 0) return NOT_PLAIN;
    const exchange = this.#exchange;
    const framing = responseFraming(head, this.#methods[exchange.row]!);
    if (framing.oddity !== null && !isCut) return NOT_PLAIN;
    exchange.status = head.status;
    exchange.responseStartNs = timeNs;
    exchange.bodyBytes = 0;
    if (isCut) {
      exchange.remaining =
        framing.kind === 'content-length' ? head.contentLength + MIN_HEAD_REST - missing : 0;
      exchange.state = HIDDEN;
      return end - start;
    }
    if (framing.kind === 'chunked') {
      this.#chunksOf(exchange.row).begin();
      exchange.state = IN_CHUNKS;
      return this.#takeChunks(bytes, start, headEnd, end, missing, timeNs);
    }
    if (framing.kind !== 'content-length' && framing.kind !== 'none') return NOT_PLAIN;
    exchange.remaining = framing.kind === 'content-length' ? head.contentLength : 0;
    exchange.state = IN_LENGTH;
    return this.#takeBody(end - headEnd, missing, timeNs) < 0 ? NOT_PLAIN : headEnd - start;
  }

  /** Octets of a body of known length; no octet of it is to be kept. */
  #takeBody(captured: number, missing: number, timeNs: number): number {
    const exchange = this.#exchange;
    const remaining = exchange.remaining - captured - missing;
    if (remaining < 0) return NOT_PLAIN;
    exchange.remaining = remaining;
    if (exchange.state === IN_LENGTH) {
      exchange.bodyBytes += captured + missing;
      if (remaining === 0) this.#completeResponse(timeNs);
    } else if (remaining === 0) {
      exchange.state = AWAITING;
      exchange.requestEndNs = timeNs;
    }
    return 0;
  }

  /** As MessageParser does while it is lost: only what looks like a response would change something. */
  #takeHidden(bytes: Uint8Array, start: number, end: number, missing: number): number {
    if (guessResponse(bytes, start, end) === 'yes') return NOT_PLAIN;
    const captured = end - start;
    this.#exchange.remaining -= captured + missing;
    return captured < RESPONSE_START_LEN ? captured : RESPONSE_START_LEN;
  }

  #takeChunks(
    bytes: Uint8Array,
    start: number,
    from: number,
    end: number,
    missing: number,
    timeNs: number,
  ): number {
    const exchange = this.#exchange;
    const chunks = this.#chunksOf(exchange.row);
    // Inside a chunk nothing depends on the octets.
    if (from === start && chunks.skip(end - start + missing)) {
      if (chunks.remaining === 0) exchange.bodyBytes += chunks.size;
      return 0;
    }
    let at = from;
    while (at < end) {
      at = chunks.take(bytes, at, end);
      if (chunks.outcome === CHUNK_PASSED) exchange.bodyBytes += chunks.size;
      if (chunks.outcome === CHUNK_MORE || chunks.outcome === CHUNK_PASSED) continue;
      if (chunks.outcome !== CHUNKED_DONE || at < end) return NOT_PLAIN;
      this.#completeResponse(timeNs);
    }
    if (missing > 0 && !this.#bridgeChunk(chunks, missing)) return NOT_PLAIN;
    return end - start;
  }

  #bridgeChunk(chunks: ChunkedBody, missing: number): boolean {
    if (this.#exchange.state !== IN_CHUNKS || chunks.bridge(missing) < 0) return false;
    if (chunks.remaining === 0) this.#exchange.bodyBytes += chunks.size;
    return true;
  }

  #completeResponse(timeNs: number): void {
    const exchange = this.#exchange;
    exchange.state = AT_REST;
    if (this.#responses !== null) {
      const idleNs = exchange.requests > 1 ? exchange.requestStartNs - exchange.lastEndNs : -1;
      this.#complete.read(exchange, timeNs);
      this.#responses.complete(2 * exchange.row, this.#complete, idleNs);
    }
    exchange.lastEndNs = timeNs;
  }

  #chunksOf(row: number): ChunkedBody {
    let chunks = this.#chunks[row];
    if (chunks === undefined) {
      chunks = this.#spare.pop() ?? new ChunkedBody();
      this.#chunks[row] = chunks;
    }
    return chunks;
  }
}

class PlainResponse implements CompletedResponse {
  index = 0;
  readonly requestFrame = 0;
  requestEndNs = 0.5;
  responseStartNs = 0.5;
  responseEndNs = 0.5;
  status = 0;
  bodyBytes = 0.5;
  /** With a gap in its stream a connection is not plain. */
  readonly bodyNotCaptured = 0;
  #pathHash = 0;

  read(exchange: PlainExchange, endNs: number): void {
    this.index = exchange.requests;
    this.requestEndNs = exchange.requestEndNs;
    this.responseStartNs = exchange.responseStartNs;
    this.responseEndNs = endNs;
    this.status = exchange.status;
    this.bodyBytes = exchange.bodyBytes;
    this.#pathHash = exchange.pathHash;
  }

  pathHash(): number {
    return this.#pathHash;
  }
}

/** Without a body: when the rest of the head is not there, nothing else is missing (as MessageParser has it). */
function isWholeWithHead({ method }: MessageHead): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** Things that a connection is told of, or that make another protocol of it. */
function isUnusual(head: MessageHead): boolean {
  return head.hasSpaceBeforeColon || head.hasFoldedLine || head.isSimple || head.upgrade !== null;
}
