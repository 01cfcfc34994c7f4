import { escapeText } from '../bytes/escape-text.ts';
import type { AppSnapshot, TlsState } from '../model/app.ts';
import type { ConnectionFacts, HalfFacts } from '../model/facts.ts';
import type { Evidence, JudgedConnection, Verdict } from '../model/verdict.ts';
import { communityId, type Sha1 } from './community-id.ts';
import { conditionsRecord } from './conditions-record.ts';
import { appAtEnd, exchangeRecord, lateRequestRecord } from './exchange-record.ts';
import { SCHEMA_VERSION } from './schema-version.ts';
import { seconds, secondsOrNull } from './seconds.ts';
import { rfc3339, type TimeBase } from './wall-time.ts';

/** Digits that carry meaning: a probability to one in ten thousand, a weight to a tenth of a decibel. */
const PROBABILITY_STEPS = 10_000;
const WEIGHT_STEPS = 10;

/**
 * One connection as a plain record (docs/json.md). Every format that writes connections starts here.
 * Sentences are escaped for terminals; fields that repeat wire data (target, host, sni…) are exact.
 */
export function connectionRecord(judged: JudgedConnection, base: TimeBase, sha1: Sha1) {
  const { facts, verdict } = judged;
  const { client, server } = facts;
  return {
    type: 'connection' as const,
    schema: SCHEMA_VERSION,
    file: judged.file,
    id: facts.id,
    client: { ip: client.ip, port: client.port },
    server: { ip: server.ip, port: server.port },
    rolesFrom: facts.rolesFrom,
    communityId: communityId(client.ip, client.port, server.ip, server.port, sha1),
    start: rfc3339(base, facts.startNs),
    duration: seconds(facts.endNs - facts.startNs),
    handshake: facts.handshake.state,
    outcome: verdict.outcome,
    group: verdict.group,
    certainty: verdict.certainty,
    confidence: verdict.confidence === null ? null : probability(verdict.confidence),
    probabilities: probabilities(verdict),
    closedBy: verdict.closedBy,
    kind: verdict.kind,
    killerFrame: verdict.killerFrame,
    position: verdict.position,
    exchange: exchangeRecord(judged),
    lateRequest: lateRequestRecord(judged),
    closes: verdict.closes.map(({ frame, from, kind, role }) => ({ frame, from, kind, role })),
    evidence: verdict.evidence.map(evidenceRecord),
    applications: {
      client: applicationRecord(verdict, 'client'),
      server: applicationRecord(verdict, 'server'),
    },
    headline: escapeText(verdict.headline),
    matters: escapeText(verdict.matters),
    isHarmless: verdict.isHarmless,
    settle: verdict.settle === null ? null : escapeText(verdict.settle),
    notes: verdict.notes.map(escapeText),
    end: { reason: facts.end.reason, silence: seconds(facts.end.silenceNs) },
    network: networkRecord(facts),
    app: appRecord(appAtEnd(judged)),
    ...(judged.conditions === undefined ? {} : { conditions: conditionsRecord(judged.conditions) }),
  };
}

export type ConnectionRecord = ReturnType<typeof connectionRecord>;

function probability(value: number): number {
  return Math.round(value * PROBABILITY_STEPS) / PROBABILITY_STEPS;
}

function probabilities({ probabilities: given }: Verdict) {
  if (given === null) return null;
  return {
    'client-abort': probability(given['client-abort']),
    intermediary: probability(given.intermediary),
    server: probability(given.server),
  };
}

function evidenceRecord({ rule, towards, weight, frames, text }: Evidence) {
  // + 0 turns −0 into 0.
  return {
    rule,
    towards,
    weight: Math.round(weight * WEIGHT_STEPS) / WEIGHT_STEPS + 0,
    frames,
    text: escapeText(text),
  };
}

function applicationRecord(verdict: Verdict, side: 'client' | 'server') {
  const view = verdict.applications[side];
  return { likely: escapeText(view.likely), errno: view.errno };
}

function networkRecord(facts: ConnectionFacts) {
  const { handshake } = facts;
  const isTimed = handshake.synNs !== null && handshake.ackNs !== null && handshake.synCount === 1;
  return {
    firstFrame: facts.firstFrame,
    lastFrame: facts.lastFrame,
    segments: facts.segments,
    resets: facts.resetCount,
    handshakeTime: isTimed ? seconds(handshake.ackNs - handshake.synNs) : null,
    client: sideRecord(facts.client),
    server: sideRecord(facts.server),
    icmpErrors: facts.icmpErrors.map(({ frame, type, code, from, about }) => ({
      frame,
      type,
      code,
      from,
      about,
    })),
    duplicateFrames: facts.duplicateFrames,
    clockSteps: facts.clockSteps,
    oddities: facts.oddities,
  };
}

function sideRecord(half: HalfFacts) {
  const { stack } = half;
  return {
    segments: half.segments,
    bytes: half.bytes,
    bytesNotCaptured: half.bytesNotCaptured,
    bytesMissing: half.bytesMissing,
    bytesUnacked: half.bytesUnacked,
    retransmissions: half.retransmittedSegments,
    outOfOrder: half.outOfOrderSegments,
    keepAlives: half.keepAliveProbes,
    zeroWindows: half.zeroWindowCount,
    zeroWindowTime: seconds(half.zeroWindowNs),
    roundTrip: secondsOrNull(half.minResponseNs),
    mss: half.mss,
    windowScale: half.windowScale,
    ttl: stack.ttlMin === null || stack.ttlMax === null ? null : { min: stack.ttlMin, max: stack.ttlMax },
    isFinSeen: half.isFinSeen,
    isFinAcked: half.isFinAcked,
  };
}

function appRecord(app: AppSnapshot) {
  return {
    protocol: app.protocol,
    requests: app.requestsBegun,
    responses: app.responsesBegun,
    responsesComplete: app.responsesComplete,
    inFlight: app.inFlight,
    tls: app.tls === null ? null : tlsRecord(app.tls),
    webSocket: app.webSocket,
    tunnelProtocol: app.tunnelProtocol,
    proxyPreamble: app.proxyPreamble,
    firstOctets: app.firstOctets,
    oddities: app.oddities,
  };
}

function tlsRecord(tls: TlsState) {
  return {
    sni: tls.sni,
    alpnOffered: tls.alpnOffered,
    alpnChosen: tls.alpnChosen,
    version: tls.version,
    isHandshakeComplete: tls.isHandshakeComplete,
    alerts: tls.alerts.map(({ from, frame, level, description }) => ({ from, frame, level, description })),
    isClientCloseNotifyLikely: tls.isClientCloseNotifyLikely,
    isServerCloseNotifyLikely: tls.isServerCloseNotifyLikely,
    clientApplicationBytes: tls.clientApplicationBytes,
    serverApplicationBytes: tls.serverApplicationBytes,
  };
}
