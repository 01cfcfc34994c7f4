import { networkHashOfText, networkOf } from '../bytes/ip-network.ts';
import { pathHashOfText, pathShape } from '../bytes/path-hash.ts';
import type { AppSnapshot, Exchange } from '../model/app.ts';
import type { CloseFacts, ConnectionFacts, HalfFacts } from '../model/facts.ts';
import type { ClosedBy, Group, JudgedConnection, Outcome, Position } from '../model/verdict.ts';

/** One connection that deserves a look: the few numbers that patterns are made of. */
export interface Ending {
  readonly id: number;
  readonly group: Group | null;
  readonly closedBy: ClosedBy;
  readonly outcome: Outcome;
  readonly position: Position;
  /** It ended well, but a request came too late. */
  readonly isLate: boolean;
  readonly timeNs: number;
  /** Silence before: since the last payload of either side. Null when nobody closed it. */
  readonly idleNs: number | null;
  /** How long the connection had been unused before the request that was not answered; null without one, or if it was the first. */
  readonly unusedNs: number | null;
  readonly ageNs: number;
  /** Since the end of the request that was not fully answered; null without one. */
  readonly sinceRequestNs: number | null;
  /** How long its response had been on the wire; null when none was. */
  readonly exposureNs: number | null;
  /** Body octets before the end, those that the capture cut off or lacks included. */
  readonly bodyBytes: number;
  readonly bodyLength: number | null;
  readonly status: number | null;
  readonly method: string | null;
  readonly path: string | null;
  readonly pathHash: number;
  readonly clientIp: string;
  readonly network: string;
  readonly networkHash: number;
  /** `198.51.100.80:80`. */
  readonly server: string;
  /** Whose full-size segments were repeated and never acknowledged. */
  readonly stuck: 'client' | 'server' | null;
  readonly fullSizeLen: number;
  /** Time in which the client's receive window was shut. */
  readonly shutNs: number;
  readonly isWindowShut: boolean;
}

/** Segments of fewer octets get through wherever anything does (RFC 8200 §5: 1,280 less headers). */
const MIN_FULL_SIZE = 1_000;
/** One repetition is an ordinary loss. */
const MIN_REPEATS = 2;

export function endingOf({ facts, verdict }: JudgedConnection): Ending {
  const killer = killerOf(facts, verdict.killerFrame);
  const isLate = verdict.outcome === 'clean' && verdict.group === null;
  const app: AppSnapshot = isLate ? facts.app : (killer?.app ?? facts.app);
  const { exchange } = app;
  const timeNs = killer?.timeNs ?? facts.endNs;
  const isUnanswered = exchange !== null && !exchange.isResponseComplete;
  const since = (fromNs: number | null | undefined): number | null =>
    isUnanswered && !isLate && fromNs !== null && fromNs !== undefined ? Math.max(0, timeNs - fromNs) : null;
  const stuck = stuckSide(facts);
  const path = exchange?.target ?? null;
  return {
    id: facts.id,
    group: verdict.group,
    closedBy: verdict.closedBy,
    outcome: verdict.outcome,
    position: verdict.position,
    isLate,
    timeNs,
    idleNs: killer?.sinceDataNs ?? null,
    unusedNs: unusedNs(facts, exchange),
    ageNs: timeNs - facts.startNs,
    sinceRequestNs: since(exchange?.requestEndNs),
    exposureNs: since(exchange?.responseStartNs),
    bodyBytes: (exchange?.bodyBytes ?? 0) + (exchange?.bodyBytesNotCaptured ?? 0),
    bodyLength: exchange?.bodyLength ?? null,
    status: exchange?.status ?? null,
    method: exchange?.method ?? null,
    path: path === null ? null : pathShape(path),
    pathHash: path === null ? 0 : pathHashOfText(path),
    clientIp: facts.client.ip,
    network: networkOf(facts.client.ip),
    networkHash: networkHashOfText(facts.client.ip),
    server: endpoint(facts.server),
    stuck,
    fullSizeLen: stuck === null ? 0 : facts[stuck].maxPayloadLen,
    // The window of a client that is gone stays shut for ever.
    shutNs: Math.min(facts.client.zeroWindowNs, timeNs - facts.startNs),
    isWindowShut: facts.client.isWindowShut,
  };
}

/** That of a connection with all the same numbers but these. */
export function endingLike(ending: Ending, id: number, timeNs: number, clientIp: string): Ending {
  const networkHash = networkHashOfText(clientIp);
  return { ...ending, id, timeNs, clientIp, network: networkOf(clientIp), networkHash };
}

function killerOf(facts: ConnectionFacts, frame: number | null): CloseFacts | null {
  return frame === null ? null : (facts.closes.find((close) => close.frame === frame) ?? null);
}

function unusedNs({ server }: ConnectionFacts, exchange: Exchange | null): number | null {
  if (exchange === null || exchange.index < 2 || exchange.responseStartNs !== null) return null;
  const { requestStartNs } = exchange;
  if (requestStartNs === null || server.lastDataNs === null || server.lastDataNs > requestStartNs)
    return null;
  return requestStartNs - server.lastDataNs;
}

function stuckSide({ client, server }: ConnectionFacts): 'client' | 'server' | null {
  if (isStuck(server)) return 'server';
  return isStuck(client) ? 'client' : null;
}

/** Its first full-size segment was repeated and no octet of one was ever acknowledged. */
function isStuck(half: HalfFacts): boolean {
  const { maxPayloadLen, bytesUnacked, bytes, retransmittedSegments } = half;
  return (
    maxPayloadLen >= MIN_FULL_SIZE &&
    bytesUnacked >= maxPayloadLen &&
    bytes - bytesUnacked < maxPayloadLen &&
    retransmittedSegments >= MIN_REPEATS
  );
}

function endpoint({ ip, port }: HalfFacts): string {
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
}
