import type { SeenConnection, SeenExchange } from '../model/explanation.ts';
import type { LogEvent } from '../model/log-event.ts';

const NS = 1e9;

/** Middle of the range in which a line's time lies, in seconds since 1970 by the log's clock; null without a time. */
export function loggedSeconds({ time }: LogEvent): number | null {
  return time === null ? null : time.seconds + time.precision / 2;
}

/** Nanoseconds on the capture's clock of what a line's time is about, when the line is about this exchange. */
export function momentNs(event: LogEvent, connection: SeenConnection, exchange: SeenExchange | null): number {
  if (exchange === null) return event.moment === 'start' ? connection.startNs : connection.killNs;
  switch (event.moment) {
    case 'start':
      return exchange.requestNs ?? connection.startNs;
    case 'head':
      return exchange.headNs ?? exchange.endNs;
    case 'end':
    case 'either':
      if (exchange.isComplete) return exchange.endNs;
      return isHandedOver(event, exchange) ? (exchange.headNs ?? connection.killNs) : connection.killNs;
    case 'written':
      return connection.killNs;
  }
}

/** Heads of responses are a few hundred octets; with large cookies some thousands. */
const MAX_HEAD_OCTETS = 8_192;

/**
 * The program counts the whole response, which never arrived: it had handed it to its kernel, and for the program that was
 * the end of it. The line is then of the response's beginning rather than of the connection's end.
 */
export function isHandedOver(event: LogEvent, exchange: SeenExchange): boolean {
  const { bodyLength, isComplete } = exchange;
  return !isComplete && bodyLength !== null && bodyLength > 0 && isWholeOf(event, exchange, bodyLength);
}

/** The line counts just this body, or the response with its head. */
export function isWholeOf({ bytes, bytesOf }: LogEvent, { headBytes }: SeenExchange, body: number): boolean {
  if (bytes === null) return false;
  if (bytesOf !== 'response' && bytes === body) return true;
  if (bytesOf === 'body') return false;
  // HAProxy counts heads as it holds them, which is not quite as they are sent.
  const isExact = bytesOf === 'either' && headBytes !== null;
  return isExact ? bytes === body + headBytes : bytes > body && bytes <= body + MAX_HEAD_OCTETS;
}

/** A capture's epoch in seconds since 1970. */
export function epochSecondsOf(epochNs: bigint): number {
  return Number(epochNs / BigInt(NS)) + Number(epochNs % BigInt(NS)) / NS;
}

/** Seconds since 1970 of a time of the capture. */
export function captureSeconds(epochSeconds: number, ns: number): number {
  return epochSeconds + ns / NS;
}
