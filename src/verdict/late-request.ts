import type { AppSnapshot, Exchange } from '../model/app.ts';
import type { CloseFacts, ConnectionFacts } from '../model/facts.ts';
import { isAllAnswered } from './benign.ts';
import type { Case } from './case.ts';
import { unawareNs } from './initiator.ts';
import { IDLE_NS, isEndedByItsClose } from './position.ts';
import { durationText, requestName } from './wording.ts';

/**
 * A request that ran into a connection which the server had closed at rest (RFC 9112 §9.5: either side may close an
 * idle connection at any time, so a client must be ready to ask again elsewhere). TCP ended well; the user sees a 502.
 */
export interface LateRequest {
  /** The first of them. */
  readonly exchange: Exchange;
  /** From the server's close to the request, as captured; null when the request was captured first. Nanoseconds. */
  readonly afterNs: number | null;
  /** The close cannot have reached the client when it sent the request. */
  readonly isCrossing: boolean;
  /** How long the connection had been unused when the server closed it; null when that cannot be told. Nanoseconds. */
  readonly idleNs: number | null;
  readonly isReset: boolean;
  /**
   * The server's host refused the request by a reset, or it was lost, and never acknowledged it, so no program has read it: it is
   * safe to send again, whatever its method (RFC 9110 §9.2.2, RFC 9112 §9.3.1).
   */
  readonly isUnprocessed: boolean;
  /**
   * For so long before the close it had been sent, and not even then acknowledged: the path lost it, every time that it was
   * repeated. 0 if it only crossed the close. Nanoseconds.
   */
  readonly lostNs: number;
}

/** What arrives is acknowledged within 0.5 s (RFC 1122 §4.2.3.2); twice that for the way there and back. */
const MAX_UNACKNOWLEDGED_NS = 1e9;

export function lateRequest({ facts, app, ending: { cause } }: Case): LateRequest | null {
  if (cause?.from !== 'server') return null;
  const isAfter = isAskedAfter(facts, app, cause);
  const exchange = isAfter ? facts.app.exchange : isOvertaken(app, cause) ? app.exchange : null;
  if (exchange === null) return null;
  const askedNs = exchange.requestStartNs;
  const afterNs = isAfter && askedNs !== null && askedNs >= cause.timeNs ? askedNs - cause.timeNs : null;
  const lost = isAfter ? 0 : lostNs(exchange, cause);
  const isReset = cause.kind === 'RST' || isResetLater(facts, cause);
  return {
    exchange,
    afterNs,
    isCrossing: afterNs === null || afterNs < unawareNs(facts, 'client'),
    idleNs: isAfter ? cause.sinceDataNs : null,
    isReset,
    isUnprocessed: lost > 0 || (isReset && facts.client.bytesUnacked > 0),
    lostNs: lost,
  };
}

function lostNs({ requestStartNs }: Exchange, cause: CloseFacts): number {
  const waitedNs = requestStartNs === null ? 0 : cause.timeNs - requestStartNs;
  return waitedNs > MAX_UNACKNOWLEDGED_NS ? waitedNs : 0;
}

function isResetLater({ closes }: ConnectionFacts, cause: CloseFacts): boolean {
  return closes.some(({ kind, from, frame }) => kind === 'RST' && from === 'server' && frame > cause.frame);
}

/** All was answered when the server closed, and another request came that got no answer. */
function isAskedAfter({ app: last }: ConnectionFacts, app: AppSnapshot, cause: CloseFacts): boolean {
  if (!isAllAnswered(app) && !isEndedByItsClose(app, cause)) return false;
  return last.requestsBegun > app.requestsBegun && last.responsesBegun === app.responsesBegun;
}

/** The request was captured first, but the server's FIN does not acknowledge it: it was still on its way. */
function isOvertaken(app: AppSnapshot, cause: CloseFacts): boolean {
  if (app.responsesComplete === 0) return false;
  const isAsking = app.phase === 'awaiting-response' || app.phase === 'in-request';
  return isAsking && cause.kind === 'FIN' && cause.peerBytesUnacked > 0;
}

/** The answer in one sentence. */
export function lateRequestHeadline(late: LateRequest): string {
  if (late.lostNs > 0) {
    return `The server never got ${requestName(late.exchange)}, and closed the connection at rest ${durationText(late.lostNs)} later.`;
  }
  const name = `Too late: ${requestName(late.exchange)}`;
  const idle = late.idleNs === null ? '' : `, after ${durationText(late.idleNs)} of idling`;
  const got = late.isReset ? 'got a reset' : 'got no answer';
  if (late.afterNs === null) {
    return `${name} was on its way when the server closed the connection${idle}; it ${got}.`;
  }
  const excuse = late.isCrossing ? ' (the client could not know yet)' : '';
  return `${name} was sent into a connection that the server had closed ${durationText(late.afterNs)} before${idle}${excuse}; it ${got}.`;
}

/** Who has to change what. */
export function lateRequestAdvice(
  { exchange, idleNs, isUnprocessed, lostNs }: LateRequest,
  before: AppSnapshot,
): string {
  if (lostNs > 0) {
    return 'Yes: the path lost it every time. Look for a NAT or firewall that forgets idle connections sooner than the client does.';
  }
  const retry = isUnprocessed ? ' The request was not processed and is safe to retry.' : '';
  const announced = before.exchange;
  if (announced !== null && announced !== exchange && announced.isLast) {
    return `Yes, if requests fail: the server had announced this close, so the client must not use the connection again.${retry}`;
  }
  if (idleNs !== null && idleNs < IDLE_NS) {
    return `Yes, if users see 502s: the server closes without saying so first (a limit of requests per connection, or a restart).${retry}`;
  }
  const timer = idleNs === null ? '' : ` (${durationText(idleNs)} here)`;
  return `Yes, if users see 502s: the keep-alive timeout of the client or proxy must be shorter than the server's${timer}.${retry}`;
}

/** What the client's program makes of it, most of them silently when they may ask again. */
export const LATE_REQUEST_TEXTS: readonly string[] = [
  'end of file or ECONNRESET in place of an answer; many ask again on a new connection',
  'nginx as proxy: 502, "upstream prematurely closed connection" or "(104: Connection reset by peer)"',
  'Go: "http: server closed idle connection" or EOF',
  'Node: ECONNRESET "socket hang up"',
  'Java (Apache): NoHttpResponseException',
];
