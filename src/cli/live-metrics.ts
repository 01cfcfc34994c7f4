import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Counter, Gauge, Registry } from 'prom-client';
import type { JudgedConnection } from '../model/verdict.ts';
import type { LiveCounts } from '../report/live-counts.ts';
import type { MetricsAddress } from './live-options.ts';
import type { LiveOutlet } from './live-outlet.ts';

const HTTP_OK = 200;
const HTTP_NOT_FOUND = 404;
const HTTP_NOT_ALLOWED = 405;
/** A scraper asks and goes; anything slower only holds a socket. */
const MAX_REQUEST_MS = 5_000;
const MAX_SOCKETS = 32;

/** Counts for Prometheus, at /metrics. */
export class LiveMetrics implements LiveOutlet {
  readonly #registry = new Registry();
  readonly #hangups: Counter;
  readonly #connections: Counter;
  #server: Server | null = null;

  constructor(read: () => LiveCounts) {
    const registers = [this.#registry];
    this.#hangups = new Counter({
      name: 'whohungup_hangups_total',
      help: 'Connections that somebody hung up on, by who (group), where in the exchange (position) and whose close began it (side)',
      labelNames: ['group', 'position', 'side'],
      registers,
    });
    this.#connections = new Counter({
      name: 'whohungup_connections_total',
      help: 'Connections that have ended, by how',
      labelNames: ['outcome'],
      registers,
    });
    const gauge = (name: string, help: string, value: (counts: LiveCounts) => number | null): Gauge =>
      new Gauge({
        name,
        help,
        registers,
        collect() {
          const number = value(read());
          // A number that nobody knows is not zero: no sample then.
          if (number === null) this.remove();
          else this.set(number);
        },
      });
    gauge('whohungup_frames', 'Frames read since the start', ({ frames }) => frames);
    gauge(
      'whohungup_dropped_frames',
      'Frames dropped since the start; absent when the source cannot tell',
      ({ drops }) => drops,
    );
    gauge('whohungup_open_connections', 'Connections being followed', ({ open }) => open);
    gauge('whohungup_memory_bytes', 'Resident memory of the analyser', ({ memoryLen }) => memoryLen);
  }

  ended({ verdict }: JudgedConnection): void {
    const { outcome, group, position, closedBy } = verdict;
    this.#connections.inc({ outcome });
    if (group !== null) this.#hangups.inc({ group, position, side: closedBy });
  }

  uneventful(): void {
    this.#connections.inc({ outcome: 'clean' });
  }

  /** Throws what the system throws. */
  async listen({ host, port }: MetricsAddress): Promise<void> {
    const server = createServer((request, response) => void this.#answer(request, response));
    server.requestTimeout = MAX_REQUEST_MS;
    server.headersTimeout = MAX_REQUEST_MS;
    server.maxConnections = MAX_SOCKETS;
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(port, host, resolve);
    });
    server.on('error', () => {});
    server.unref();
  }

  async close(): Promise<void> {
    this.#server?.close();
    this.#server?.closeAllConnections();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(HTTP_NOT_ALLOWED).end();
      return;
    }
    if (request.url?.split('?')[0] !== '/metrics') {
      response.writeHead(HTTP_NOT_FOUND).end('see /metrics\n');
      return;
    }
    response.writeHead(HTTP_OK, { 'content-type': this.#registry.contentType });
    response.end(request.method === 'HEAD' ? undefined : await this.#registry.metrics());
  }
}
