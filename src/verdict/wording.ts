import { escapeText } from '../bytes/escape-text.ts';
import { counted, thousands } from '../bytes/number-text.ts';
import type { AppSnapshot, Exchange } from '../model/app.ts';
import type { CloseFacts } from '../model/facts.ts';

/** Numbers and names as the sentences of a verdict write them. */

/** Longer request targets are cut; the record has the whole one. */
const MAX_TARGET = 120;

/** Nanoseconds as "0.4 ms", "350 ms", "2.1 s", "27 s", "12 min". */
export function durationText(ns: number): string {
  if (ns < 0.1e6) return 'less than 0.1 ms';
  if (ns < 10e6) return `${(ns / 1e6).toFixed(1)} ms`;
  if (ns < 1e9) return `${Math.round(ns / 1e6)} ms`;
  if (ns < 10e9) return `${(ns / 1e9).toFixed(1)} s`;
  if (ns < 600e9) return `${Math.round(ns / 1e9)} s`;
  return `${Math.round(ns / 60e9)} min`;
}

/** "GET /report", or "a request" when it was not seen. */
export function requestName(exchange: Exchange | null): string {
  if (exchange === null || exchange.method === null) return 'a request';
  const target = exchange.target ?? '';
  const shown = target.length > MAX_TARGET ? `${target.slice(0, MAX_TARGET)}…` : target;
  return escapeText(`${exchange.method} ${shown}`.trim() || 'a request');
}

/** The request had begun, but not even its headers were whole: what it asked for is not known. */
export function isHeadUnfinished({ method, isRequestComplete, requestFrame }: Exchange): boolean {
  return method === null && !isRequestComplete && requestFrame !== null;
}

/** Body octets of the response that the client had acknowledged; null where that cannot be known (chunked). */
export function bodyBytesAcked(exchange: Exchange, cause: CloseFacts | null): number | null {
  if (exchange.framing !== 'content-length' && exchange.framing !== 'until-close') return null;
  if (cause === null || cause.serverAckedOffset === null || exchange.bodyStartOffset === null) return null;
  return Math.min(Math.max(0, cause.serverAckedOffset - exchange.bodyStartOffset), exchange.bodyBytes);
}

/** "4,096 of 10,240 body bytes", "5,120 body bytes (in chunk 3)"; "about 5,120" where chunk headers were not captured. */
export function bodyProgress(exchange: Exchange, octets: number): string {
  if (exchange.bodyLength !== null) {
    return `${thousands(octets)} of ${counted(exchange.bodyLength, 'body byte')}`;
  }
  const count = counted(octets, 'body byte');
  if (exchange.chunk !== null) return `${count} (in chunk ${exchange.chunk.index})`;
  return exchange.framing === 'chunked' && octets > 0 ? `about ${count}` : count;
}

/** "shop.example" of a TLS connection, or null. */
export function serverName({ tls }: AppSnapshot): string | null {
  return tls?.sni === null || tls?.sni === undefined ? null : escapeText(tls.sni);
}
