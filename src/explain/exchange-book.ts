import type { SeenExchange } from '../model/explanation.ts';
import { pathOf } from './log-index.ts';

/** The exchanges of one connection by what was asked for, each list in order: a connection that is kept alive has any number. */
export class ExchangeBook {
  readonly #byTarget = new Map<string, SeenExchange[]>();
  readonly #bySize = new Map<string, SeenExchange[]>();

  constructor(exchanges: readonly SeenExchange[]) {
    for (const exchange of exchanges) {
      const path = pathOf(exchange.target);
      this.#add(exchange.target, exchange);
      if (path !== exchange.target) this.#add(path, exchange);
    }
  }

  #add(target: string, exchange: SeenExchange): void {
    append(this.#byTarget, target, exchange);
    append(this.#bySize, sizeKey(target, exchange.bodyBytes), exchange);
  }

  /** Those with this target, and with so many octets if any of them has; `bytes` is null when the line does not count. */
  named(target: string, bytes: number | null): readonly SeenExchange[] {
    const sameSize = bytes === null ? undefined : this.#bySize.get(sizeKey(target, bytes));
    return sameSize ?? this.#byTarget.get(target) ?? [];
  }
}

function sizeKey(target: string, bytes: number): string {
  return `${bytes} ${target}`;
}

function append(map: Map<string, SeenExchange[]>, key: string, exchange: SeenExchange): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [exchange]);
  else list.push(exchange);
}
