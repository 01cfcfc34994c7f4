import type { AppPhase, AppSnapshot, WebSocketState } from '../model/app.ts';
import type { ResponseSink } from '../model/responses.ts';
import type { LandmarkSink } from '../model/stream.ts';
import { ExchangeQueue } from './exchange-queue.ts';
import type { ExchangeState } from './exchange-state.ts';
import { HttpLandmarks } from './http-landmarks.ts';
import type { MessageHead } from './message-head.ts';
import type { MessageListener } from './message-listener.ts';
import { MessageParser } from './message-parser.ts';
import { DEAD, FOREIGN, LOST, LOST_CHUNKED, START } from './parser-states.ts';
import { WebSocketWalker } from './websocket.ts';

const MAX_ODDITIES = 16;
const MAX_FORWARDED = 4;

/**
 * One HTTP/1 connection: pairs the messages of its two directions into exchanges (RFC 9112 §9.2: responses come in the
 * order of the requests) and knows how far the exchange in flight has got.
 */
export class HttpConnection implements MessageListener {
  readonly #request = new MessageParser(true, this);
  readonly #response = new MessageParser(false, this);
  readonly #landmarks: HttpLandmarks | null;
  readonly #responses: ResponseSink | null;
  readonly #exchanges = new ExchangeQueue();
  #requestsBegun = 0;
  #responsesBegun = 0;
  #responsesComplete = 0;
  #told = 0;
  #tunnelProtocol: string | null = null;
  #webSockets: readonly [WebSocketWalker, WebSocketWalker] | null = null;
  /** Shared and empty until there is something to say, as for most connections. */
  #oddities: readonly string[] = NONE;
  #forwarded: readonly string[] = NONE;
  /** Half-stream number of the client's direction; the server's is the other of the pair. */
  #clientHalf = 0;
  /** The last octets that were no message of the server are another protocol's for certain. */
  #isBanner = false;
  /** Octets of the server fell into a gap while a request was unanswered. */
  #isResponseLost = false;
  /** Frame of the octets in hand. */
  #frameNumber = 0;

  constructor(landmarks: LandmarkSink | null, responses: ResponseSink | null = null) {
    this.#landmarks = landmarks === null ? null : new HttpLandmarks(landmarks);
    this.#responses = responses;
  }

  /**
   * Ready for a connection whose requests come on the half-stream `clientHalf`, and whose first `told` responses the
   * {@link ResponseSink} knows already.
   */
  reset(clientHalf: number, told = 0): void {
    this.#clientHalf = clientHalf;
    this.#told = told;
    this.#request.reset();
    this.#response.reset();
    this.#exchanges.reset();
    this.#requestsBegun = 0;
    this.#responsesBegun = 0;
    this.#responsesComplete = 0;
    this.#tunnelProtocol = null;
    this.#webSockets = null;
    this.#isResponseLost = false;
    this.#isBanner = false;
    this.#oddities = NONE;
    this.#forwarded = NONE;
  }

  data(
    half: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    missing: number,
    streamOffset: number,
    frameNumber: number,
    timeNs: number,
  ): void {
    const parser = this.#parserOf(half);
    this.#frameNumber = frameNumber;
    parser.data(bytes, start, end, missing, streamOffset, frameNumber, timeNs);
    if (missing > 0) parser.gap(missing, timeNs, true);
  }

  gap(half: number, length: number, timeNs: number): void {
    const { oldest } = this.#exchanges;
    // What was lost may have been its response: from here on a response may answer the request after its own.
    const isBeforeAll = length === 0;
    if (half !== this.#clientHalf && oldest !== null && (isBeforeAll || oldest.responseFrame < 0)) {
      this.#isResponseLost = true;
      this.oddity('response-lost');
    }
    if (!isBeforeAll) this.#parserOf(half).gap(length, timeNs, false);
  }

  /** True when the FIN completed a message. */
  fin(half: number, timeNs: number): boolean {
    return this.#parserOf(half).fin(timeNs);
  }

  #parserOf(half: number): MessageParser {
    return half === this.#clientHalf ? this.#request : this.#response;
  }

  // What the parsers tell

  begun(parser: MessageParser, frameNumber: number, timeNs: number): void {
    if (parser.isRequest) this.#beginRequest(frameNumber, timeNs);
    else this.#beginResponse(parser, frameNumber, timeNs);
  }

  head(parser: MessageParser, head: MessageHead): void {
    if (parser.isRequest) this.#takeRequestHead(parser, head);
    else this.#takeResponseHead(parser, head);
  }

  chunk(parser: MessageParser, frameNumber: number, index: number, size: number): void {
    this.#landmarks?.chunk(this.#halfOf(parser.isRequest), frameNumber, index, size);
  }

  complete(parser: MessageParser, timeNs: number): void {
    if (parser.isRequest) this.#completeRequest(timeNs);
    else this.#completeResponse(parser, timeNs);
  }

  oddity(name: string): void {
    if (this.#oddities.length >= MAX_ODDITIES || this.#oddities.includes(name)) return;
    this.#oddities = [...this.#oddities, name];
  }

  foreign(parser: MessageParser, isText: boolean, frameNumber: number, timeNs: number): boolean {
    const exchange = this.#exchanges.oldest;
    this.oddity(this.#responsesComplete > 0 ? 'octets-between-responses' : 'no-status-line');
    this.#isBanner = !isText;
    // Behind a proper response such octets are what its length did not cover, not another kind of answer. A server
    // answers without a head only if the request had no version (RFC 1945 §6: Simple-Response).
    if (exchange === null || !isText || this.#responsesComplete > 0 || !exchange.isSimple) return false;
    this.#countResponse(exchange, frameNumber, timeNs);
    exchange.isResponseHeadComplete = true;
    exchange.framing = 'until-close';
    exchange.isResponseLast = true;
    parser.methodOfRequest = exchange.method;
    return true;
  }

  tunnelled(
    parser: MessageParser,
    bytes: Uint8Array,
    start: number,
    end: number,
    missing: number,
    frameNumber: number,
  ): void {
    const walker = this.#webSockets?.[parser.isRequest ? 0 : 1];
    if (walker === undefined) return;
    const isCloseNew = walker.data(bytes, start, end);
    walker.gap(missing);
    if (isCloseNew) {
      this.#landmarks?.webSocketClose(this.#halfOf(parser.isRequest), frameNumber, walker.closeCode);
    }
  }

  // How far it has got

  get requests(): number {
    return this.#requestsBegun;
  }

  /**
   * Every request answered, nothing begun, nothing odd. Heads that the snaplen cut are not odd; behind one of a response
   * nobody can tell where its body ends, and two FINs cut nothing that a capture could show.
   */
  get isAtRest(): boolean {
    if (this.#tunnelProtocol !== null || this.#isResponseLost) return false;
    if (this.#oddities.length > 0 && !this.#oddities.every((each) => OF_CUT_HEADS.has(each))) return false;
    if (this.#response.state === START) return this.#exchanges.isAtRest && this.#request.state === START;
    return this.#isHidden;
  }

  get #isHidden(): boolean {
    const { oldest, requesting } = this.#exchanges;
    if (this.#response.state !== LOST || this.#response.cutHead?.isShort) return false;
    return oldest !== null && oldest.responseFrame >= 0 && oldest.next === null && requesting === null;
  }

  get phase(): AppPhase {
    if (this.#tunnelProtocol !== null) return 'tunnel';
    const { oldest, last } = this.#exchanges;
    const isRequestLost = this.#request.isLost;
    if (this.#response.state === DEAD) return 'unknown';
    // Servers send a head in one piece: what is missing of the response is its body.
    if (this.#response.cutHead?.isShort) return 'in-response-body';
    if (this.#response.state === LOST && !this.#isAwaitingFirst()) return 'unknown';
    if (this.#response.state === FOREIGN && this.#responsesBegun === 0) {
      return this.#isBanner ? 'non-http' : 'unknown';
    }
    if (oldest !== null && oldest.responseFrame < 0 && this.#isResponseLost) return 'unknown';
    if (oldest !== null && oldest.responseFrame >= 0 && this.#isEndHidden) return 'unknown';
    if (oldest !== null) return phaseOf(oldest, isRequestLost);
    if (isRequestLost) return 'unknown';
    if (last !== null) return last.isRequestComplete ? 'answered' : 'in-request';
    return this.#response.state === LOST_CHUNKED ? 'unknown' : 'before-request';
  }

  get #isEndHidden(): boolean {
    return this.#response.state === LOST_CHUNKED && this.#response.isEndHidden;
  }

  snapshot(proxyPreamble: string | null): AppSnapshot {
    const { oldest, last, requesting, size, overflow } = this.#exchanges;
    const current = oldest ?? last;
    const isRequesting = current !== null && current === requesting;
    const isAnswering = current !== null && current.responseFrame >= 0 && !current.isResponseComplete;
    return {
      protocol: 'http/1',
      phase: this.phase,
      clientHalf: this.#clientHalf & 1,
      exchange:
        current === null
          ? null
          : current.toExchange(isRequesting ? this.#request : null, isAnswering ? this.#response : null),
      requestsBegun: this.#requestsBegun,
      responsesBegun: this.#responsesBegun,
      responsesComplete: this.#responsesComplete,
      inFlight: this.#tunnelProtocol === null ? size + overflow : 0,
      tls: null,
      http2: null,
      webSocket: this.#webSocketState(),
      tunnelProtocol: this.#tunnelProtocol,
      proxyPreamble,
      forwardedForCount: this.#forwarded.length,
      oddities: this.#oddities,
      firstOctets: null,
    };
  }

  #webSocketState(): WebSocketState | null {
    if (this.#webSockets === null) return null;
    const [client, server] = this.#webSockets;
    return {
      isClientCloseSeen: client.isCloseSeen,
      isServerCloseSeen: server.isCloseSeen,
      closeCode: client.closeCode ?? server.closeCode,
    };
  }

  #halfOf(isRequest: boolean): number {
    return isRequest ? this.#clientHalf : this.#clientHalf ^ 1;
  }

  /** Nothing of any response has been seen: one that begins after the gap will answer the first request. */
  #isAwaitingFirst(): boolean {
    const { oldest } = this.#exchanges;
    return oldest !== null && oldest.responseFrame < 0 && this.#responsesBegun === 0;
  }

  #beginRequest(frameNumber: number, timeNs: number): void {
    const exchanges = this.#exchanges;
    // The end of the request before was lost; as another one follows, it has been sent.
    if (exchanges.requesting !== null) this.#completeRequest(timeNs);
    if (this.#response.state === LOST || this.#response.state === LOST_CHUNKED) this.#inferAnswered(timeNs);
    const early = exchanges.answeredEarly(timeNs);
    const exchange = early ?? exchanges.open(this.#requestsBegun + 1);
    this.#requestsBegun++;
    if (exchanges.overflow > 0) this.oddity('too-many-outstanding-requests');
    exchanges.requesting = exchange;
    exchange.requestFrame = frameNumber;
    exchange.requestStartNs = timeNs;
    if (early !== null) this.#pairEarly(early);
  }

  #pairEarly(exchange: ExchangeState): void {
    exchange.isRequestComplete = false;
    if (this.#exchanges.hasUnasked) return;
    this.#oddities = this.#oddities.filter((name) => name !== 'response-without-request');
  }

  #beginResponse(parser: MessageParser, frameNumber: number, timeNs: number): void {
    // A second response on the same exchange: the end of the first fell into a gap.
    if ((this.#exchanges.oldest?.responseFrame ?? -1) >= 0) this.#retireGuessed(timeNs);
    const exchange = this.#exchanges.oldest ?? this.#openUnasked();
    parser.methodOfRequest = exchange.method;
    this.#countResponse(exchange, frameNumber, timeNs);
  }

  #countResponse(exchange: ExchangeState, frameNumber: number, timeNs: number): void {
    this.#responsesBegun++;
    exchange.responseFrame = frameNumber;
    exchange.responseStartNs = timeNs;
  }

  /** A response whose request was not seen: the capture began later, or has one direction only. */
  #openUnasked(): ExchangeState {
    this.oddity('response-without-request');
    const exchange = this.#exchanges.open(this.#responsesBegun + 1);
    // Whoever answers has had the request, whether we saw it or not.
    exchange.isRequestComplete = true;
    return exchange;
  }

  #takeRequestHead(parser: MessageParser, head: MessageHead): void {
    const exchange = this.#exchanges.requesting;
    if (exchange === null) return;
    exchange.takeRequest(head, parser.framing);
    if (head.forwardedFor !== null) this.#noteForwarded(head.forwardedFor);
    const isAnsweredAlready = this.#exchanges.oldest === exchange && exchange.responseFrame >= 0;
    if (isAnsweredAlready) this.#response.learnMethod(head.method);
    this.#landmarks?.request(this.#clientHalf, exchange.requestFrame, head);
  }

  #takeResponseHead(parser: MessageParser, head: MessageHead): void {
    const exchange = this.#exchanges.oldest;
    if (exchange === null) return;
    const half = this.#clientHalf ^ 1;
    if (isInterim(head.status)) {
      exchange.status = head.status;
      this.#landmarks?.interim(half, exchange.responseFrame, head);
      return;
    }
    this.#landmarks?.response(half, exchange.responseFrame, head, parser.framing);
    exchange.takeResponse(head, parser.framing, parser.bodyStartOffset);
    if (parser.framing?.kind === 'tunnel') this.#enterTunnel(exchange, head);
  }

  #enterTunnel(exchange: ExchangeState, head: MessageHead): void {
    this.#tunnelProtocol = exchange.method === 'CONNECT' ? 'connect' : (head.upgrade ?? 'unnamed');
    if (this.#tunnelProtocol === 'websocket') {
      this.#webSockets = [new WebSocketWalker(), new WebSocketWalker()];
    }
    exchange.isResponseComplete = true;
    exchange.responseEndNs = exchange.responseStartNs;
    this.#responsesComplete++;
    this.#exchanges.retire();
    this.#request.becomeTunnel();
    this.#response.becomeTunnel();
  }

  #completeRequest(timeNs: number): void {
    const exchange = this.#exchanges.requesting;
    if (exchange === null) return;
    exchange.isRequestComplete = true;
    exchange.requestEndNs = timeNs;
    exchange.requestBodyBytes = this.#request.bodyBytes;
    this.#exchanges.requesting = null;
  }

  #completeResponse(parser: MessageParser, timeNs: number): void {
    const exchange = this.#exchanges.oldest;
    if (exchange === null) return;
    if (isInterim(exchange.status)) {
      exchange.forgetResponse();
      this.#responsesBegun--;
      return;
    }
    exchange.bodyBytes = parser.bodyBytes;
    exchange.bodyNotCaptured = parser.bodyNotCaptured;
    if (exchange.bodyBytes > 0) {
      this.#landmarks?.responseComplete(this.#clientHalf ^ 1, this.#frameNumber, exchange.bodyBytes);
    }
    this.#retireComplete(exchange, timeNs);
    this.#settleLostRequest(exchange, timeNs);
  }

  #retireComplete(exchange: ExchangeState, timeNs: number): void {
    exchange.isResponseComplete = true;
    exchange.responseEndNs = timeNs;
    this.#responsesComplete++;
    if (this.#responses !== null && this.#responsesComplete > this.#told) {
      const { last } = this.#exchanges;
      const idleNs = last === null ? -1 : exchange.requestStartNs - last.responseEndNs;
      this.#responses.complete(this.#clientHalf, exchange, idleNs);
    }
    this.#landmarks?.exchangeComplete(this.#clientHalf, exchange);
    this.#exchanges.retire();
  }

  /** The place in the request was lost, and now it is answered: it must have been sent, and the next one may come. */
  #settleLostRequest(exchange: ExchangeState, timeNs: number): void {
    if (this.#request.state !== LOST && this.#request.state !== LOST_CHUNKED) return;
    if (this.#exchanges.requesting === exchange) this.#completeRequest(timeNs);
    if (this.#exchanges.oldest === null) this.#request.findAgain();
  }

  /** The end of the responses fell into a gap; a client that sends its next request has had them. */
  #inferAnswered(timeNs: number): void {
    while ((this.#exchanges.oldest?.responseFrame ?? -1) >= 0) this.#retireGuessed(timeNs);
  }

  #retireGuessed(timeNs: number): void {
    const exchange = this.#exchanges.oldest;
    if (exchange === null) return;
    this.oddity('response-end-guessed');
    exchange.bodyBytes = this.#response.bodyBytes;
    exchange.bodyNotCaptured = this.#response.bodyNotCaptured;
    this.#retireComplete(exchange, timeNs);
  }

  #noteForwarded(value: string): void {
    if (this.#forwarded.length < MAX_FORWARDED && !this.#forwarded.includes(value)) {
      this.#forwarded = [...this.#forwarded, value];
    }
  }
}

const NONE: readonly string[] = [];
const OF_CUT_HEADS: ReadonlySet<string> = new Set([
  'request-head-cut',
  'response-head-cut',
  'response-end-guessed',
]);

/** RFC 9110 §15.2: a final response follows; 101 is the last of HTTP. */
function isInterim(status: number): boolean {
  return status >= 100 && status < 200 && status !== 101;
}

function phaseOf(exchange: ExchangeState, isRequestLost: boolean): AppPhase {
  if (exchange.responseFrame < 0) {
    if (exchange.isRequestComplete) return 'awaiting-response';
    return isRequestLost ? 'unknown' : 'in-request';
  }
  return exchange.isResponseHeadComplete ? 'in-response-body' : 'in-response-headers';
}
