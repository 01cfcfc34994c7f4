import type { Exchange } from '../model/app.ts';
import type { SeenConnection, SeenExchange } from '../model/explanation.ts';
import type { JudgedConnection } from '../model/verdict.ts';
import { ExchangeBook } from './exchange-book.ts';
import { MAX_CONNECTIONS, MAX_EXCHANGES, MAX_NAMED_CONNECTIONS } from './limits.ts';
import { type LogIndex, pathOf, targetKey } from './log-index.ts';
import { seenConnection, seenExchange } from './seen.ts';

/** An exchange and its connection, which is known only once that has ended. */
export interface PlacedExchange {
  readonly exchange: SeenExchange;
  readonly connection: SeenConnection;
}

/** Exchanges of one connection that are looked through each time. */
const MAX_WITHOUT_BOOK = 8;

/** What of a capture the lines of a log can concern: its connections in short, and the exchanges with targets they name. */
export class CaptureIndex {
  readonly #log: LogIndex;
  /** Exchanges of connections that are still open. */
  readonly #open = new Map<number, SeenExchange[]>();
  readonly #byClient = new Map<string, SeenConnection[]>();
  readonly #byServer = new Map<string, SeenConnection[]>();
  readonly #byClientPort = new Map<number, SeenConnection[]>();
  readonly #byTarget = new Map<string, PlacedExchange[]>();
  readonly #ofConnection = new Map<SeenConnection, SeenExchange[]>();
  /** Of connections with many, when they are asked about. */
  readonly #books = new Map<SeenConnection, ExchangeBook>();
  readonly #clientIps = new Set<string>();
  readonly connections: SeenConnection[] = [];
  #exchanges = 0;
  leftOut = 0;

  constructor(log: LogIndex) {
    this.#log = log;
  }

  /** A response was complete. */
  exchange(connectionId: number, exchange: Exchange): void {
    if (exchange.target === null || !this.#log.namesTarget(targetKey(exchange.target))) return;
    if (this.#exchanges >= MAX_EXCHANGES) return;
    this.#exchanges++;
    const list = this.#open.get(connectionId);
    const seen = seenExchange(exchange, exchange.responseEndNs ?? 0);
    if (list === undefined) this.#open.set(connectionId, [seen]);
    else list.push(seen);
  }

  connection(judged: JudgedConnection, isSelected: boolean): void {
    const { client, server } = judged.facts;
    const isNamed =
      this.#log.namesEndpoint(client.ip, client.port) || this.#log.namesEndpoint(server.ip, server.port);
    const limit = isNamed ? MAX_NAMED_CONNECTIONS : MAX_CONNECTIONS;
    const complete = this.#open.get(judged.facts.id) ?? [];
    this.#open.delete(judged.facts.id);
    if (this.connections.length >= limit) {
      this.leftOut++;
      return;
    }
    const seen = seenConnection(judged, isSelected);
    this.connections.push(seen);
    this.#clientIps.add(client.ip);
    add(this.#byClient, `${client.ip} ${client.port}`, seen);
    add(this.#byServer, `${server.ip} ${server.port}`, seen);
    add(this.#byClientPort, client.port, seen);
    for (const exchange of complete) this.#place(exchange, seen);
    const { exchange: last } = seen;
    if (last === null || complete.some(({ index }) => index === last.index)) return;
    if (this.#log.namesTarget(last.target)) this.#place(last, seen);
  }

  #place(exchange: SeenExchange, connection: SeenConnection): void {
    add(this.#ofConnection, connection, exchange);
    add(this.#byTarget, exchange.target, { exchange, connection });
    const path = pathOf(exchange.target);
    if (path !== exchange.target) add(this.#byTarget, path, { exchange, connection });
  }

  fromClient(ip: string, port: number): readonly SeenConnection[] {
    return this.#byClient.get(`${ip} ${port}`) ?? NONE;
  }

  toServer(ip: string, port: number): readonly SeenConnection[] {
    return this.#byServer.get(`${ip} ${port}`) ?? NONE;
  }

  fromClientPort(port: number): readonly SeenConnection[] {
    return this.#byClientPort.get(port) ?? NONE;
  }

  /** The capture has connections from this address. */
  hasClient(ip: string): boolean {
    return this.#clientIps.has(ip);
  }

  /** Exchanges of a connection that have this target, and this size if any of them has; in order. */
  exchangesNamed(connection: SeenConnection, target: string, bytes: number | null): readonly SeenExchange[] {
    const exchanges = this.#ofConnection.get(connection);
    if (exchanges === undefined) return [];
    if (exchanges.length <= MAX_WITHOUT_BOOK) return new ExchangeBook(exchanges).named(target, bytes);
    let book = this.#books.get(connection);
    if (book === undefined) {
      book = new ExchangeBook(exchanges);
      this.#books.set(connection, book);
    }
    return book.named(target, bytes);
  }

  withTarget(target: string): readonly PlacedExchange[] {
    return this.#byTarget.get(targetKey(target)) ?? [];
  }
}

const NONE: readonly SeenConnection[] = [];

function add<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
