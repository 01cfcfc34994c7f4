import { ExchangeState } from './exchange-state.ts';

/** Unanswered requests kept apart. No client pipelines so many; beyond it they are only counted. */
const MAX_OUTSTANDING = 1_000;
/** Spare exchanges kept for the next connection. */
const MAX_SPARE = 8;

/** The exchanges of a connection: those without a complete response, oldest first, and the last complete one. */
export class ExchangeQueue {
  readonly #outstanding: ExchangeState[] = [];
  readonly #spare: ExchangeState[] = [];
  last: ExchangeState | null = null;
  /** The exchange whose request is being received. */
  requesting: ExchangeState | null = null;
  /** Requests that found the queue full. */
  overflow = 0;

  reset(): void {
    for (const exchange of this.#outstanding) this.#keep(exchange);
    this.#outstanding.length = 0;
    if (this.last !== null) this.#keep(this.last);
    this.last = null;
    this.requesting = null;
    this.overflow = 0;
  }

  get oldest(): ExchangeState | null {
    return this.#outstanding[0] ?? null;
  }

  get isAtRest(): boolean {
    return this.oldest === null && this.requesting === null && this.last?.isRequestComplete === true;
  }

  get size(): number {
    return this.#outstanding.length;
  }

  /** A new exchange at the end of the queue. */
  open(index: number): ExchangeState {
    const exchange = this.#spare.pop() ?? new ExchangeState();
    exchange.reset(index);
    if (this.#outstanding.length < MAX_OUTSTANDING) this.#outstanding.push(exchange);
    else this.overflow++;
    return exchange;
  }

  /** The oldest exchange is over. */
  retire(): void {
    const exchange = this.#outstanding.shift();
    if (exchange === undefined) return;
    if (this.last !== null && this.last !== this.requesting) this.#keep(this.last);
    this.last = exchange;
  }

  #keep(exchange: ExchangeState): void {
    if (this.#spare.length < MAX_SPARE) this.#spare.push(exchange);
  }
}
