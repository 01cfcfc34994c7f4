import { counted, thousands } from '../bytes/number-text.ts';
import type { Side } from '../model/facts.ts';
import type { Position } from '../model/verdict.ts';
import type { Case } from './case.ts';
import { isUnread, silenceNs } from './position.ts';
import { bodyBytesAcked, bodyProgress, durationText, requestName, serverName } from './wording.ts';

/** Where it happened, to follow "The client hung up": one phrase for each position. */
const PHRASES: Readonly<Record<Position, (found: Case, by: Side | null) => string>> = {
  handshake: () => 'during the TCP handshake',
  'before-request': () => 'before any request',
  'in-request': inRequest,
  'awaiting-response': awaitingResponse,
  'in-response-headers': ({ app }) => `inside the headers of the response to ${requestName(app.exchange)}`,
  'in-response-body': inResponseBody,
  'after-response': ({ app }) => `right after the response to ${requestName(app.exchange)}`,
  'idle-keepalive': (found) =>
    `after ${durationText(silenceNs(found.facts, found.ending.cause))} of idling behind the response to ${requestName(found.app.exchange)}`,
  'tls-handshake': ({ app }) => `during the TLS handshake${withName(app)}`,
  'tls-application': inTlsData,
  tunnel: ({ app }) =>
    `inside the ${app.webSocket === null ? (app.tunnelProtocol ?? 'CONNECT') : 'WebSocket'} tunnel`,
  'non-http': nonHttp,
  unknown: ({ app }) =>
    app.oddities.includes('no-status-line') && app.responsesBegun === 0
      ? 'after bytes of the server that are no HTTP response'
      : 'at a place that the capture does not show',
};

export function placeInWords(found: Case, by: Side | null): string {
  return PHRASES[found.position](found, by);
}

function inRequest({ app: { exchange } }: Case, by: Side | null): string {
  if (exchange === null || exchange.requestBodyBytes === 0) {
    return by === 'server' ? 'while a request was still being sent' : 'in the middle of sending a request';
  }
  const whole = exchange.requestBodyLength;
  const sent = thousands(exchange.requestBodyBytes);
  const progress =
    whole === null
      ? counted(exchange.requestBodyBytes, 'body byte')
      : `${sent} of ${counted(whole, 'body byte')}`;
  return `after ${progress} of the upload ${requestName(exchange)}`;
}

function awaitingResponse({ app: { exchange }, facts, ending: { cause } }: Case): string {
  const askedNs = exchange?.requestEndNs ?? exchange?.requestStartNs ?? null;
  if (askedNs === null) return `before any response to ${requestName(exchange)}`;
  const waited = Math.max(0, (cause?.timeNs ?? facts.endNs) - askedNs);
  return `${durationText(waited)} after ${requestName(exchange)}, before any response`;
}

/** What the client had is what it had acknowledged; what the server had sent is what crossed the capture point. */
function inResponseBody({ app: { exchange }, ending: { cause } }: Case, by: Side | null): string {
  if (exchange === null) return 'in the middle of a response';
  if (!exchange.isResponseHeadComplete)
    return `inside the response to ${requestName(exchange)}, whose headers the capture cuts off`;
  const octets =
    by === 'client' ? (bodyBytesAcked(exchange, cause) ?? exchange.bodyBytes) : exchange.bodyBytes;
  return `after ${bodyProgress(exchange, octets)} of ${requestName(exchange)}`;
}

function inTlsData({ app, facts }: Case): string {
  return `after ${counted(facts.client.bytes, 'encrypted byte')} to and ${thousands(facts.server.bytes)} from the server${withName(app)}`;
}

function nonHttp({ facts, app }: Case): string {
  if (facts.client.bytes + facts.server.bytes === 0) return 'and nothing else of the connection was captured';
  const content = isUnread(app) ? ', whose content was not captured' : '';
  const start =
    facts.handshake.state === 'none' ? ' (the capture begins in the middle of the connection)' : '';
  return `after ${bothWays(facts.client.bytes, facts.server.bytes)}${content}${start}`;
}

function bothWays(fromClient: number, fromServer: number): string {
  if (fromClient === 0) return `${counted(fromServer, 'byte')} from the server and none from the client`;
  const back = fromServer === 0 ? 'none' : thousands(fromServer);
  return `${counted(fromClient, 'byte')} from the client and ${back} from the server`;
}

function withName(app: Case['app']): string {
  const name = serverName(app);
  return name === null ? '' : ` (${name})`;
}
