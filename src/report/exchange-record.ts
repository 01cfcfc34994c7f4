import type { AppSnapshot, Exchange } from '../model/app.ts';
import type { CloseFacts } from '../model/facts.ts';
import type { JudgedConnection } from '../model/verdict.ts';
import { seconds } from './seconds.ts';
import { isTooLate } from './words.ts';

/** The close that the verdict names as the cause, with the application state of that moment; null without one. */
export function killerOf({ facts, verdict }: JudgedConnection): CloseFacts | null {
  if (verdict.killerFrame === null) return null;
  return facts.closes.find((close) => close.frame === verdict.killerFrame) ?? null;
}

/** Application state when it ended: at the killer, else at the end of the connection. */
export function appAtEnd(judged: JudgedConnection): AppSnapshot {
  return killerOf(judged)?.app ?? judged.facts.app;
}

/** The exchange that the verdict is about: the one in flight when it ended, the one that came too late, else the last. */
export function exchangeOf(judged: JudgedConnection): Exchange | null {
  return isTooLate(judged.verdict) ? judged.facts.app.exchange : appAtEnd(judged).exchange;
}

/** The `lateRequest` field: the request that ran into a connection which the server had just closed. */
export function lateRequestRecord(judged: JudgedConnection) {
  const exchange = isTooLate(judged.verdict) ? exchangeOf(judged) : null;
  if (exchange === null) return null;
  const { index, method, target, host, requestFrame } = exchange;
  return { index, method, target, host, frame: requestFrame };
}

/** The `exchange` field of a connection record: the exchange in flight when it ended, else the last one. */
export function exchangeRecord(judged: JudgedConnection) {
  const exchange = appAtEnd(judged).exchange;
  if (exchange === null) return null;
  const endNs = killerOf(judged)?.timeNs ?? judged.facts.endNs;
  return {
    index: exchange.index,
    method: exchange.method,
    target: exchange.target,
    status: exchange.status,
    framing: exchange.framing,
    bodyBytes: exchange.bodyBytes,
    bodyBytesAcked: bodyBytesAcked(judged, exchange),
    bodyLength: exchange.bodyLength,
    chunk: exchange.chunk,
    timeToFirstByte: between(exchange.requestEndNs ?? exchange.requestStartNs, exchange.responseStartNs),
    timeSinceRequest: between(exchange.requestEndNs ?? exchange.requestStartNs, endNs),
    host: exchange.host,
    httpVersion: exchange.httpVersion,
    isRequestComplete: exchange.isRequestComplete,
    isResponseComplete: exchange.isResponseComplete,
    requestFrame: exchange.requestFrame,
    responseFrame: exchange.responseFrame,
    requestBodyBytes: exchange.requestBodyBytes,
    requestBodyLength: exchange.requestBodyLength,
    bodyBytesNotCaptured: exchange.bodyBytesNotCaptured,
    server: exchange.server,
    requestProxyHeaders: exchange.requestProxyHeaders,
    responseProxyHeaders: exchange.responseProxyHeaders,
  };
}

/**
 * Body octets that the client's stack had acknowledged. Only where body octets and stream octets run in step
 * (Content-Length, until close); chunk headers make the offset of a body octet unknowable from its count alone.
 */
function bodyBytesAcked(judged: JudgedConnection, exchange: Exchange): number | null {
  if (exchange.framing !== 'content-length' && exchange.framing !== 'until-close') return null;
  const killer = killerOf(judged);
  if (killer === null) return Math.max(0, exchange.bodyBytes - judged.facts.server.bytesUnacked);
  if (killer.serverAckedOffset === null || exchange.bodyStartOffset === null) return null;
  const acked = killer.serverAckedOffset - exchange.bodyStartOffset;
  return Math.min(Math.max(0, acked), exchange.bodyBytes);
}

function between(fromNs: number | null, toNs: number | null): number | null {
  return fromNs === null || toNs === null ? null : seconds(toNs - fromNs);
}
