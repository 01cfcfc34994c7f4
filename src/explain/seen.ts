import type { Exchange } from '../model/app.ts';
import type { SeenConnection, SeenExchange } from '../model/explanation.ts';
import type { JudgedConnection } from '../model/verdict.ts';
import { targetKey } from './log-index.ts';

/** `endNs`: when it was over, or cut. */
export function seenExchange(exchange: Exchange, endNs: number): SeenExchange {
  return {
    index: exchange.index,
    method: exchange.method,
    target: targetKey(exchange.target ?? ''),
    status: exchange.status,
    requestNs: exchange.requestStartNs,
    requestEndNs: exchange.requestEndNs,
    headNs: exchange.responseStartNs,
    endNs,
    // What the snaplen cut off was on the wire all the same.
    bodyBytes: exchange.bodyBytes + exchange.bodyBytesNotCaptured,
    headBytes: exchange.index === 1 ? exchange.bodyStartOffset : null,
    bodyLength: exchange.bodyLength,
    isComplete: exchange.isResponseComplete,
    isChunked: exchange.framing === 'chunked',
  };
}

/** A connection in short. The facts are not kept. */
export function seenConnection(judged: JudgedConnection, isSelected: boolean): SeenConnection {
  const { facts, verdict } = judged;
  const killer = facts.closes.find(({ frame }) => frame === verdict.killerFrame) ?? null;
  const app = killer?.app ?? facts.app;
  const killNs = killer?.timeNs ?? facts.endNs;
  const last = app.exchange ?? facts.app.exchange;
  return {
    id: facts.id,
    file: judged.file,
    client: { ip: facts.client.ip, port: facts.client.port },
    server: { ip: facts.server.ip, port: facts.server.port },
    startNs: facts.startNs,
    endNs: facts.endNs,
    outcome: verdict.outcome,
    group: verdict.group,
    certainty: verdict.certainty,
    confidence: verdict.confidence,
    closedBy: verdict.closedBy,
    kind: verdict.kind,
    killerFrame: verdict.killerFrame,
    killNs,
    position: verdict.position,
    closes: verdict.closes,
    headline: verdict.headline,
    matters: verdict.matters,
    isHarmless: verdict.isHarmless,
    settle: verdict.settle,
    applications: verdict.applications,
    silenceNs: killer?.sinceDataNs ?? null,
    exchange: last === null || last.target === null ? null : seenExchange(last, last.responseEndNs ?? killNs),
    serverName: last?.server ?? null,
    isEncrypted: app.tls !== null,
    clientZeroWindowNs: facts.client.zeroWindowNs,
    isSelected,
  };
}
