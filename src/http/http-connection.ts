import { escapeText } from '../bytes/escape-text.ts';
import type { AppPhase, AppSnapshot, WebSocketState } from '../model/app.ts';
import type { LandmarkSink } from '../model/stream.ts';
import { ExchangeState } from './exchange-state.ts';
import type { MessageHead } from './message-head.ts';
import { LOST, LOST_CHUNKED, type MessageListener, MessageParser, START } from './message-parser.ts';
import { WebSocketWalker } from './websocket.ts';

/** Unanswered requests kept apart. No client pipelines so many; beyond it they are only counted. */
const MAX_OUTSTANDING = 1_000;
/** Exchange records kept for the next connection. */
const MAX_SPARE = 4;
const MAX_ODDITIES = 16;
const MAX_FORWARDED = 4;
/** Octets of a request line that a landmark shows. */
const MAX_LANDMARK_LEN = 200;

/**
 * One HTTP/1 connection: pairs the messages of its two directions into exchanges (RFC 9112 §9.2: responses come in the
 * order of the requests) and knows how far the exchange in flight has got.
 */
export class HttpConnection implements MessageListener {
  readonly #request = new MessageParser(true, this);
  readonly #response = new MessageParser(false, this);
  readonly #landmarks: LandmarkSink | null;
  /** Exchanges whose response is not complete, oldest first. */
  readonly #outstanding: ExchangeState[] = [];
  readonly #spare: ExchangeState[] = [];
  #last: ExchangeState | null = null;
  /** The exchange whose request is being received. */
  #requesting: ExchangeState | null = null;
  #requestsBegun = 0;
  #responsesBegun = 0;
  #responsesComplete = 0;
  #overflow = 0;
  #tunnelProtocol: string | null = null;
  #webSockets: readonly [WebSocketWalker, WebSocketWalker] | null = null;
  readonly #oddities: string[] = [];
  readonly #forwarded: string[] = [];
  /** Half-stream number of the client's direction; the server's is the other of the pair. */
  #clientHalf = 0;
  /** The end of the landmark's place: frame of the octets in hand. */
  #frameNumber = 0;

  constructor(landmarks: LandmarkSink | null) {
    this.#landmarks = landmarks;
  }

  /** Begins anew, for another connection. */
  reset(clientHalf: number): void {
    this.#clientHalf = clientHalf;
    this.#request.reset();
    this.#response.reset();
    for (const exchange of this.#outstanding) if (this.#spare.length < MAX_SPARE) this.#spare.push(exchange);
    if (this.#last !== null && this.#spare.length < MAX_SPARE) this.#spare.push(this.#last);
    this.#outstanding.length = 0;
    this.#last = null;
    this.#requesting = null;
    this.#requestsBegun = 0;
    this.#responsesBegun = 0;
    this.#responsesComplete = 0;
    this.#overflow = 0;
    this.#tunnelProtocol = null;
    this.#webSockets = null;
    this.#oddities.length = 0;
    this.#forwarded.length = 0;
  }

  /** Every request is answered, nothing has begun since, and nothing was odd: closing now cuts nothing. */
  get isAtRest(): boolean {
    return (
      this.#outstanding.length === 0 &&
      this.#last !== null &&
      this.#requesting === null &&
      this.#last.isRequestComplete &&
      this.#tunnelProtocol === null &&
      this.#oddities.length === 0 &&
      this.#request.state === START &&
      this.#response.state === START
    );
  }

  get requests(): number {
    return this.#requestsBegun;
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
    const parser = half === this.#clientHalf ? this.#request : this.#response;
    this.#frameNumber = frameNumber;
    if (parser === this.#request && this.#response.state === LOST)
      this.#inferAnswered(bytes, start, end, timeNs);
    parser.data(bytes, start, end, streamOffset, frameNumber, timeNs);
    if (missing > 0) parser.gap(missing, timeNs);
  }

  gap(half: number, length: number, timeNs: number): void {
    (half === this.#clientHalf ? this.#request : this.#response).gap(length, timeNs);
  }

  /** True when the FIN completed a message. */
  fin(half: number, timeNs: number): boolean {
    return (half === this.#clientHalf ? this.#request : this.#response).fin(timeNs);
  }

  // What the parsers tell

  begun(parser: MessageParser, frameNumber: number, timeNs: number): void {
    if (parser.isRequest) {
      const exchange = this.#open();
      exchange.requestFrame = frameNumber;
      exchange.requestStartNs = timeNs;
      return;
    }
    const exchange = this.#outstanding[0] ?? this.#openUnasked();
    parser.methodOfRequest = exchange.method;
    // After an interim response the final one begins on the same exchange.
    if (!exchange.isResponseCounted) this.#responsesBegun++;
    exchange.isResponseCounted = true;
    exchange.responseFrame = frameNumber;
    exchange.responseStartNs = timeNs;
  }

  head(parser: MessageParser, head: MessageHead): void {
    if (parser.isRequest) this.#takeRequestHead(parser, head);
    else this.#takeResponseHead(parser, head);
  }

  complete(parser: MessageParser, timeNs: number): void {
    if (parser.isRequest) this.#completeRequest(parser, timeNs);
    else this.#completeResponse(parser, timeNs);
  }

  oddity(name: string): void {
    if (this.#oddities.length < MAX_ODDITIES && !this.#oddities.includes(name)) this.#oddities.push(name);
  }

  foreign(parser: MessageParser, isText: boolean, frameNumber: number, timeNs: number): boolean {
    const exchange = this.#outstanding[0];
    this.oddity('no-status-line');
    if (exchange === undefined || !isText) return false;
    this.#responsesBegun++;
    exchange.isResponseCounted = true;
    exchange.responseFrame = frameNumber;
    exchange.responseStartNs = timeNs;
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
    if (this.#webSockets === null) return;
    const walker = this.#webSockets[parser.isRequest ? 0 : 1];
    const isCloseNew = walker.data(bytes, start, end);
    walker.gap(missing);
    if (isCloseNew)
      this.#mark(
        parser,
        frameNumber,
        `WebSocket Close${walker.closeCode === null ? '' : ` ${walker.closeCode}`}`,
      );
  }

  // How far it has got

  get phase(): AppPhase {
    if (this.#tunnelProtocol !== null) return 'tunnel';
    const response = this.#response.state;
    if (response === LOST && !this.#isAwaitingFirst()) return 'unknown';
    const exchange = this.#outstanding[0];
    if (exchange !== undefined) return phaseOf(exchange, this.#request.state === LOST);
    if (this.#last !== null)
      return this.#last.requestFrame >= 0 && !this.#last.isRequestComplete ? 'in-request' : 'answered';
    return this.#request.state === LOST || response === LOST_CHUNKED ? 'unknown' : 'before-request';
  }

  snapshot(proxyPreamble: string | null): AppSnapshot {
    const current = this.#outstanding[0] ?? this.#last;
    const isRequesting = current !== null && current === this.#requesting;
    const isAnswering = current !== null && current.responseFrame >= 0 && !current.isResponseComplete;
    return {
      protocol: 'http/1',
      phase: this.phase,
      clientHalf: this.#clientHalf & 1,
      exchange:
        current?.toExchange(isRequesting ? this.#request : null, isAnswering ? this.#response : null) ?? null,
      requestsBegun: this.#requestsBegun,
      responsesBegun: this.#responsesBegun,
      responsesComplete: this.#responsesComplete,
      inFlight: this.#tunnelProtocol === null ? this.#outstanding.length + this.#overflow : 0,
      tls: null,
      webSocket: this.#webSocketState(),
      tunnelProtocol: this.#tunnelProtocol,
      proxyPreamble,
      forwardedForCount: this.#forwarded.length,
      oddities: this.#oddities.length === 0 ? NONE : [...this.#oddities],
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

  #isAwaitingFirst(): boolean {
    const exchange = this.#outstanding[0];
    return exchange !== undefined && exchange.responseFrame < 0 && this.#responsesBegun === 0;
  }

  #open(): ExchangeState {
    const exchange = this.#spare.pop() ?? new ExchangeState();
    exchange.reset(++this.#requestsBegun);
    this.#requesting = exchange;
    if (this.#outstanding.length < MAX_OUTSTANDING) this.#outstanding.push(exchange);
    else {
      this.#overflow++;
      this.oddity('too-many-outstanding-requests');
    }
    return exchange;
  }

  /** A response whose request was not seen: the capture began later, or has one direction only. */
  #openUnasked(): ExchangeState {
    this.oddity('response-without-request');
    const exchange = this.#spare.pop() ?? new ExchangeState();
    exchange.reset(this.#responsesBegun + 1);
    // Whoever answers has had the request, whether we saw it or not.
    exchange.isRequestComplete = true;
    this.#outstanding.push(exchange);
    return exchange;
  }

  #takeRequestHead(parser: MessageParser, head: MessageHead): void {
    const exchange = this.#requesting;
    if (exchange === null) return;
    exchange.method = head.method;
    exchange.target = head.target;
    exchange.version = head.version;
    exchange.host = head.host;
    exchange.isExpectContinue = head.isExpectContinue;
    if (head.proxyHeaders.length > 0) exchange.requestProxyHeaders = [...head.proxyHeaders];
    if (head.forwardedFor !== null) this.#noteForwarded(head.forwardedFor);
    const framing = parser.framing?.kind ?? null;
    if (framing === 'none') exchange.requestBodyLength = 0;
    else if (framing === 'content-length') exchange.requestBodyLength = head.contentLength;
    exchange.isRequestLast =
      head.isClose || head.version === '0.9' || (head.version === '1.0' && !head.isKeepAlive);
    const isCurrent = this.#outstanding[0] === exchange;
    if (isCurrent && exchange.responseFrame >= 0) this.#response.methodOfRequest = head.method;
    this.#mark(parser, exchange.requestFrame, `${head.method ?? '?'} ${head.target ?? ''}`);
  }

  #takeResponseHead(parser: MessageParser, head: MessageHead): void {
    const exchange = this.#outstanding[0];
    if (exchange === undefined) return;
    const isInterim = head.status >= 100 && head.status < 200 && head.status !== 101;
    this.#mark(parser, exchange.responseFrame, `${head.status} ${isInterim ? '(interim)' : wordFor(parser)}`);
    if (isInterim) {
      exchange.status = head.status;
      return;
    }
    const kind = parser.framing?.kind ?? null;
    exchange.status = head.status;
    exchange.server = head.server;
    if (head.proxyHeaders.length > 0) exchange.responseProxyHeaders = [...head.proxyHeaders];
    exchange.isResponseHeadComplete = parser.framing !== null;
    exchange.bodyStartOffset = parser.bodyStartOffset;
    exchange.framing = kind;
    if (kind === 'none') exchange.bodyLength = 0;
    else if (kind === 'content-length') exchange.bodyLength = head.contentLength;
    exchange.isResponseLast =
      head.isClose || kind === 'until-close' || (head.version === '1.0' && !head.isKeepAlive);
    if (kind === 'tunnel') this.#enterTunnel(exchange, head);
  }

  #enterTunnel(exchange: ExchangeState, head: MessageHead): void {
    this.#tunnelProtocol = exchange.method === 'CONNECT' ? 'connect' : (head.upgrade ?? 'unnamed');
    if (this.#tunnelProtocol === 'websocket')
      this.#webSockets = [new WebSocketWalker(), new WebSocketWalker()];
    exchange.isResponseComplete = true;
    this.#responsesComplete++;
    this.#outstanding.shift();
    this.#last = exchange;
    this.#request.becomeTunnel();
    this.#response.becomeTunnel();
  }

  #completeRequest(parser: MessageParser, timeNs: number): void {
    const exchange = this.#requesting;
    if (exchange === null) return;
    exchange.isRequestComplete = true;
    exchange.requestEndNs = timeNs;
    exchange.requestBodyBytes = parser.bodyBytes;
    this.#requesting = null;
  }

  #completeResponse(parser: MessageParser, timeNs: number): void {
    const exchange = this.#outstanding[0];
    if (exchange === undefined) return;
    if (exchange.status >= 100 && exchange.status < 200 && exchange.status !== 101) {
      exchange.forgetResponse();
      return;
    }
    exchange.isResponseComplete = true;
    exchange.responseEndNs = timeNs;
    exchange.bodyBytes = parser.bodyBytes;
    exchange.bodyNotCaptured = parser.bodyNotCaptured;
    if (exchange.bodyBytes > 0) {
      this.#mark(
        parser,
        this.#frameNumber,
        `response complete, ${exchange.bodyBytes.toLocaleString('en')} body octets`,
      );
    }
    this.#retire(exchange);
  }

  #retire(exchange: ExchangeState): void {
    this.#responsesComplete++;
    this.#outstanding.shift();
    const isFree = this.#last !== null && this.#last !== this.#requesting;
    if (isFree && this.#spare.length < MAX_SPARE) this.#spare.push(this.#last!);
    this.#last = exchange;
  }

  /** The response's end fell into a gap; a client that sends its next request has had it. */
  #inferAnswered(bytes: Uint8Array, start: number, end: number, timeNs: number): void {
    const exchange = this.#outstanding[0];
    if (end === start || bytes.length === 0 || exchange === undefined) return;
    if (exchange.responseFrame < 0 || !exchange.isRequestComplete || this.#requesting !== null) return;
    this.oddity('response-end-guessed');
    exchange.isResponseComplete = true;
    exchange.responseEndNs = timeNs;
    this.#retire(exchange);
  }

  #noteForwarded(value: string): void {
    if (this.#forwarded.length < MAX_FORWARDED && !this.#forwarded.includes(value))
      this.#forwarded.push(value);
  }

  #mark(parser: MessageParser, frameNumber: number, text: string): void {
    if (this.#landmarks === null) return;
    const half = parser.isRequest ? this.#clientHalf : this.#clientHalf ^ 1;
    this.#landmarks.landmark(half, frameNumber, escapeText(text.slice(0, MAX_LANDMARK_LEN)));
  }
}

const NONE: readonly string[] = [];

function phaseOf(exchange: ExchangeState, isRequestLost: boolean): AppPhase {
  if (exchange.responseFrame < 0) {
    if (isRequestLost && !exchange.isRequestComplete) return 'unknown';
    return exchange.isRequestComplete ? 'awaiting-response' : 'in-request';
  }
  return exchange.isResponseHeadComplete ? 'in-response-body' : 'in-response-headers';
}

function wordFor(parser: MessageParser): string {
  const framing = parser.framing;
  if (framing === null) return '(head cut)';
  if (framing.kind === 'content-length') return `with ${framing.length.toLocaleString('en')} octets`;
  if (framing.kind === 'until-close') return 'with a body until the close';
  if (framing.kind === 'none') return 'without a body';
  return framing.kind;
}
