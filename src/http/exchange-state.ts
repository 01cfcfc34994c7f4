import type { Exchange } from '../model/app.ts';
import type { Framing } from './body-framing.ts';
import { HeldOctets } from './held-octets.ts';
import type { MessageHead } from './message-head.ts';
import type { MessageParser } from './message-parser.ts';
import { CHUNKED } from './parser-states.ts';

const NO_HEADERS: readonly string[] = [];

/** An exchange in the making. Recycled: a busy keep-alive connection has thousands. */
export class ExchangeState {
  /** The exchange behind this one in the list it is in. */
  next: ExchangeState | null = null;
  index = 0;
  /** Null until the request's head is here. */
  method: string | null = null;
  readonly #target = new HeldOctets();
  version: string | null = null;
  /** The request was seen, and is one line without a version (RFC 1945 §4.1). */
  isSimple = false;
  host: string | null = null;
  requestProxyHeaders: readonly string[] = NO_HEADERS;
  requestFrame = -1;
  requestStartNs = 0;
  isRequestComplete = false;
  requestEndNs = 0;
  requestBodyBytes = 0;
  requestBodyLength: number | null = null;
  isExpectContinue = false;
  /** The request said, or its version implies, that it is the last one. */
  isRequestLast = false;

  status = 0;
  server: string | null = null;
  responseProxyHeaders: readonly string[] = NO_HEADERS;
  responseFrame = -1;
  responseStartNs = 0;
  isResponseHeadComplete = false;
  isResponseComplete = false;
  responseEndNs = 0;
  framing: Exchange['framing'] = null;
  bodyBytes = 0;
  bodyNotCaptured = 0;
  bodyLength: number | null = null;
  bodyStartOffset = 0;
  isResponseLast = false;

  reset(index: number): void {
    this.index = index;
    this.method = null;
    this.version = null;
    this.isSimple = false;
    this.host = null;
    this.requestProxyHeaders = NO_HEADERS;
    this.requestFrame = -1;
    this.isRequestComplete = false;
    this.requestBodyBytes = 0;
    this.requestBodyLength = null;
    this.isExpectContinue = false;
    this.isRequestLast = false;
    this.#resetResponse();
  }

  takeRequest(head: MessageHead, framing: Framing | null): void {
    this.method = head.method;
    this.#target.hold(head.bytes, head.targetStart, head.targetEnd);
    this.version = head.version;
    this.isSimple = head.isSimple;
    this.host = head.host;
    this.isExpectContinue = head.isExpectContinue;
    if (head.proxyHeaders.length > 0) this.requestProxyHeaders = [...head.proxyHeaders];
    if (framing?.kind === 'content-length') this.requestBodyLength = head.contentLength;
    else if (framing?.kind === 'none' && framing.oddity === null) this.requestBodyLength = 0;
    this.isRequestLast = head.isClose || head.isSimple || (head.version === '1.0' && !head.isKeepAlive);
  }

  /** `framing` null: the head was cut, and its body cannot be told from it. */
  takeResponse(head: MessageHead, framing: Framing | null, bodyStartOffset: number): void {
    this.status = head.status;
    this.server = head.server;
    if (head.proxyHeaders.length > 0) this.responseProxyHeaders = [...head.proxyHeaders];
    this.isResponseHeadComplete = framing !== null;
    this.bodyStartOffset = bodyStartOffset;
    this.framing = framing === null ? null : framing.kind;
    if (framing?.kind === 'content-length') this.bodyLength = head.contentLength;
    else if (framing?.kind === 'none') this.bodyLength = 0;
    this.isResponseLast =
      head.isClose || framing?.kind === 'until-close' || (head.version === '1.0' && !head.isKeepAlive);
  }

  /** See CompletedResponse. */
  pathHash(): number {
    return this.method === null ? 0 : this.#target.pathHash();
  }

  /** An interim response (1xx) has passed: the final one is still to come. */
  forgetResponse(): void {
    this.#resetResponse();
  }

  #resetResponse(): void {
    this.status = 0;
    this.server = null;
    this.responseProxyHeaders = NO_HEADERS;
    this.responseFrame = -1;
    this.isResponseHeadComplete = false;
    this.isResponseComplete = false;
    this.framing = null;
    this.bodyBytes = 0;
    this.bodyNotCaptured = 0;
    this.bodyLength = null;
    this.isResponseLast = false;
  }

  /** Plain data. The parsers tell how far the messages in hand have got; null when they are past this exchange. */
  toExchange(request: MessageParser | null, response: MessageParser | null): Exchange {
    const hasRequest = this.requestFrame >= 0;
    const hasResponse = this.responseFrame >= 0;
    return {
      index: this.index,
      method: this.method,
      target: this.method === null ? null : this.#target.text(),
      httpVersion: this.version,
      host: this.host,
      requestProxyHeaders: this.requestProxyHeaders,
      requestFrame: hasRequest ? this.requestFrame : null,
      requestStartNs: hasRequest ? this.requestStartNs : null,
      isRequestComplete: this.isRequestComplete,
      requestEndNs: hasRequest && this.isRequestComplete ? this.requestEndNs : null,
      requestBodyBytes: request?.bodyBytes ?? this.requestBodyBytes,
      requestBodyLength: this.requestBodyLength,
      isExpectContinue: this.isExpectContinue,
      status: this.status > 0 ? this.status : null,
      server: this.server,
      responseProxyHeaders: this.responseProxyHeaders,
      responseFrame: hasResponse ? this.responseFrame : null,
      responseStartNs: hasResponse ? this.responseStartNs : null,
      isResponseHeadComplete: this.isResponseHeadComplete,
      isResponseComplete: this.isResponseComplete,
      responseEndNs: this.isResponseComplete ? this.responseEndNs : null,
      framing: this.framing,
      bodyBytes: response?.bodyBytes ?? this.bodyBytes,
      bodyBytesNotCaptured: response?.bodyNotCaptured ?? this.bodyNotCaptured,
      bodyLength: this.bodyLength,
      bodyStartOffset: this.isResponseHeadComplete ? this.bodyStartOffset : null,
      chunk: response === null ? null : chunkOf(response),
      isLast: this.isRequestLast || this.isResponseLast,
    };
  }
}

function chunkOf({ state, chunks }: MessageParser): Exchange['chunk'] {
  if (state !== CHUNKED || chunks === null || chunks.index === 0 || chunks.isNumberLost) return null;
  return { index: chunks.index, bytes: chunks.seen, size: chunks.size };
}
