import { ExchangeState } from './exchange-state.ts';

/** Unanswered requests kept apart. No client pipelines so many; beyond it they are only counted. */
const MAX_OUTSTANDING = 1_000;
/** Spare exchanges kept for the next connection. */
const MAX_SPARE = 8;
/** Complete exchanges that wait for their requests to be captured, and for how long by the capture's times. */
const MAX_UNASKED = 8;
const MAX_LATE_NS = 10e6;

/**
 * The exchanges of a connection: those without a complete response, oldest first, and the last complete one. Lists are
 * linked through the exchanges themselves, as there is hardly ever more than one in each.
 */
export class ExchangeQueue {
  /** Head of the outstanding ones, and the last of them. */
  oldest: ExchangeState | null = null;
  #newest: ExchangeState | null = null;
  size = 0;
  #spare: ExchangeState | null = null;
  #spares = 0;
  last: ExchangeState | null = null;
  /** Complete ones before the last, oldest first, whose requests have not been seen: these may yet come. */
  readonly #unasked: ExchangeState[] = [];
  /** The exchange whose request is being received. */
  requesting: ExchangeState | null = null;
  /** Requests that found the queue full. */
  overflow = 0;

  reset(): void {
    for (let exchange = this.oldest; exchange !== null; ) {
      const { next } = exchange;
      this.#keep(exchange);
      exchange = next;
    }
    this.oldest = null;
    this.#newest = null;
    this.size = 0;
    if (this.last !== null) this.#keep(this.last);
    this.last = null;
    if (this.#unasked.length > 0) this.#unasked.length = 0;
    this.requesting = null;
    this.overflow = 0;
  }

  get isAtRest(): boolean {
    return this.oldest === null && this.requesting === null && this.last?.isRequestComplete === true;
  }

  /** A new exchange at the end of the queue. */
  open(index: number): ExchangeState {
    const exchange = this.#takeSpare() ?? new ExchangeState();
    exchange.reset(index);
    if (this.size < MAX_OUTSTANDING) this.#append(exchange);
    else this.overflow++;
    return exchange;
  }

  /** The oldest exchange is over. */
  retire(): void {
    const exchange = this.oldest;
    if (exchange === null) return;
    this.oldest = exchange.next;
    if (this.oldest === null) this.#newest = null;
    exchange.next = null;
    this.size--;
    if (this.last !== null && this.last !== this.requesting) this.#letGo(this.last, exchange.responseStartNs);
    this.last = exchange;
  }

  /** Is there an answer whose request has not been seen? */
  get hasUnasked(): boolean {
    return this.#unasked.length > 0 || isUnasked(this.last) || isUnasked(this.oldest);
  }

  /**
   * The exchange whose response was captured before its request though it was sent later, as its time says: cards with
   * several queues hand frames over so. Null when the request at `timeNs` begins an exchange of its own.
   */
  answeredEarly(timeNs: number): ExchangeState | null {
    const place = this.#unasked.findIndex(({ responseStartNs }) => {
      const lateNs = responseStartNs - timeNs;
      return lateNs > 0 && lateNs <= MAX_LATE_NS;
    });
    if (place >= 0) return this.#unasked.splice(place, 1)[0]!;
    if (isUnasked(this.last) && this.last.responseStartNs > timeNs) return this.last;
    // Responses come in order: of the outstanding ones only the first can have begun.
    return isUnasked(this.oldest) && this.oldest.responseStartNs > timeNs ? this.oldest : null;
  }

  #letGo(exchange: ExchangeState, nowNs: number): void {
    const unasked = this.#unasked;
    while (unasked.length > 0 && nowNs - unasked[0]!.responseStartNs > MAX_LATE_NS) unasked.shift();
    if (isUnasked(exchange) && unasked.length < MAX_UNASKED) unasked.push(exchange);
    else this.#keep(exchange);
  }

  #append(exchange: ExchangeState): void {
    if (this.#newest === null) this.oldest = exchange;
    else this.#newest.next = exchange;
    this.#newest = exchange;
    this.size++;
  }

  #keep(exchange: ExchangeState): void {
    exchange.next = null;
    if (this.#spares >= MAX_SPARE) return;
    exchange.next = this.#spare;
    this.#spare = exchange;
    this.#spares++;
  }

  #takeSpare(): ExchangeState | null {
    const exchange = this.#spare;
    if (exchange === null) return null;
    this.#spare = exchange.next;
    this.#spares--;
    exchange.next = null;
    return exchange;
  }
}

function isUnasked(exchange: ExchangeState | null): exchange is ExchangeState {
  return exchange !== null && exchange.requestFrame < 0 && exchange.responseFrame >= 0;
}
