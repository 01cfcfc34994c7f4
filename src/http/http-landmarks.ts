import { escapeText } from '../bytes/escape-text.ts';
import { counted } from '../bytes/number-text.ts';
import type { LandmarkSink } from '../model/stream.ts';
import type { Framing } from './body-framing.ts';
import type { ExchangeState } from './exchange-state.ts';
import type { MessageHead } from './message-head.ts';

/** Octets of a request line that a landmark shows. */
const MAX_LANDMARK_LEN = 200;

/** Puts what deserves a word on the ladder into words. Made only when somebody wants to read them. */
export class HttpLandmarks {
  readonly #sink: LandmarkSink;

  constructor(sink: LandmarkSink) {
    this.#sink = sink;
  }

  request(half: number, frameNumber: number, head: MessageHead): void {
    this.#mark(half, frameNumber, `${head.method ?? '?'} ${head.targetText()}`);
  }

  /** `framing` null: the head was cut. */
  response(half: number, frameNumber: number, head: MessageHead, framing: Framing | null): void {
    this.#mark(half, frameNumber, `${head.status} ${framingWords(framing, head.contentLength)}`);
  }

  interim(half: number, frameNumber: number, head: MessageHead): void {
    this.#mark(half, frameNumber, `${head.status} (interim)`);
  }

  chunk(half: number, frameNumber: number, index: number, size: number): void {
    this.#mark(half, frameNumber, `chunk ${index} complete, ${counted(size, 'byte')}`);
  }

  responseComplete(half: number, frameNumber: number, bodyBytes: number): void {
    this.#mark(half, frameNumber, `response complete, ${counted(bodyBytes, 'body byte')}`);
  }

  /** An exchange is over; its parsers have left it. */
  exchangeComplete(half: number, exchange: ExchangeState): void {
    this.#sink.exchange?.(half, exchange.toExchange(null, null));
  }

  webSocketClose(half: number, frameNumber: number, code: number | null): void {
    this.#mark(half, frameNumber, `WebSocket Close${code === null ? '' : ` ${code}`}`);
  }

  #mark(half: number, frameNumber: number, text: string): void {
    this.#sink.landmark(half, frameNumber, escapeText(text.slice(0, MAX_LANDMARK_LEN)));
  }
}

function framingWords(framing: Framing | null, contentLength: number): string {
  if (framing === null) return '(head cut)';
  if (framing.kind === 'content-length') return `with ${counted(contentLength, 'byte')}`;
  if (framing.kind === 'until-close') return 'with a body until the close';
  if (framing.kind === 'none') return 'without a body';
  return framing.kind;
}
