import { seqAdd, seqDelta, seqToWire } from '../bytes/seq.ts';
import type { AppSnapshot } from '../model/app.ts';
import type {
  CloseFacts,
  ConnectionFacts,
  EndFacts,
  HalfFacts,
  HandshakeFacts,
  IcmpErrorFacts,
  RolesFrom,
  Side,
  StackFacts,
} from '../model/facts.ts';
import type { WireWords } from './boundary.ts';
import { formOf, judgeEffect } from './close-effect.ts';
import { dontFragmentHabit, ipIdHabit } from './close-record.ts';
import type { ConnectionRow } from './connection-row.ts';
import { expiredFrame } from './expired.ts';
import {
  HALF_ACKED,
  HALF_BASELINE,
  HALF_FIN,
  HALF_FIN_ACKED,
  HALF_HAS_DATA,
  HALF_ISN,
  HALF_SIGNED,
  HALF_STARTED,
  HALF_SYN,
  HALF_TIMESTAMPS,
  HALF_WINDOW_SCALE,
  HALF_WINDOW_SHUT,
} from './half-bits.ts';
import type { HalfStream } from './half-stream.ts';
import { acksLostFin, lostFinNs } from './lost-fin.ts';
import {
  ROW_FAST_OPEN,
  ROW_HANDSHAKE_ACK,
  ROW_IPV6,
  ROW_MULTIPATH,
  ROW_ORIGINATOR_1,
  ROW_ROLES_KNOWN,
  ROW_SYN,
  ROW_SYN_ACK,
} from './row-bits.ts';
import type { OpenCloseFacts, Story } from './story.ts';

/** Turns a row that leaves into plain data that outlives it. */
export function buildFacts(
  row: ConnectionRow,
  half0: HalfStream,
  half1: HalfStream,
  story: Story | null,
  app: AppSnapshot,
  end: EndFacts,
  words: WireWords,
): ConnectionFacts {
  const roles = clientHalf(row, app);
  const client = roles.half === 0 ? half0 : half1;
  const server = roles.half === 0 ? half1 : half0;
  return {
    id: row.id,
    ipVersion: row.has(ROW_IPV6) ? 6 : 4,
    client: halfFacts(row, client, server, story, end, words),
    server: halfFacts(row, server, client, story, end, words),
    rolesFrom: roles.from,
    firstFrame: row.firstFrame,
    lastFrame: row.lastFrame,
    startNs: row.startNs,
    endNs: row.lastNs,
    segments: row.segments,
    handshake: handshakeFacts(row),
    closes: story === null ? [] : closesOf(row, client, server, story),
    resetCount: story?.resetCount ?? 0,
    end,
    app,
    icmpErrors: story === null ? [] : icmpErrorsOf(story, roles.half),
    duplicateFrames: row.copies,
    clockSteps: row.clockSteps,
    oddities: story === null ? [] : [...story.oddities],
  };
}

function clientHalf(row: ConnectionRow, app: AppSnapshot): { half: number; from: RolesFrom } {
  if (row.has(ROW_ROLES_KNOWN)) return { half: row.has(ROW_ORIGINATOR_1) ? 1 : 0, from: 'syn' };
  if (app.clientHalf >= 0) return { half: app.clientHalf, from: 'http' };
  return { half: row.port0 < row.port1 ? 1 : 0, from: 'ports' };
}

function icmpErrorsOf({ icmpErrors }: Story, clientHalfIndex: number): IcmpErrorFacts[] {
  return icmpErrors.map(({ half, ...error }) => ({ ...error, about: sideOf(half, clientHalfIndex) }));
}

function handshakeFacts(row: ConnectionRow): HandshakeFacts {
  const hasSyn = row.has(ROW_SYN);
  const hasSynAck = row.has(ROW_SYN_ACK);
  const hasAck = row.has(ROW_HANDSHAKE_ACK);
  return {
    state: hasSyn && hasSynAck && hasAck ? 'complete' : hasSyn || hasSynAck ? 'partial' : 'none',
    synFrame: hasSyn ? row.synFrame : null,
    synNs: hasSyn ? row.synNs : null,
    synCount: row.synCount,
    synAckFrame: hasSynAck ? row.synAckFrame : null,
    synAckNs: hasSynAck ? row.synAckNs : null,
    ackFrame: hasAck ? row.ackFrame : null,
    ackNs: hasAck ? row.ackNs : null,
    isFastOpen: row.has(ROW_FAST_OPEN),
    isMultipath: row.has(ROW_MULTIPATH),
  };
}

function halfFacts(
  row: ConnectionRow,
  half: HalfStream,
  peer: HalfStream,
  story: Story | null,
  end: EndFacts,
  words: WireWords,
): HalfFacts {
  const isFirst = (half.index & 1) === 0;
  const isSeen = half.segments > 0;
  const hasData = half.has(HALF_HAS_DATA);
  const shutNs = half.has(HALF_WINDOW_SHUT)
    ? Math.max(0, half.lastNs + end.silenceNs - half.zeroWindowSinceNs)
    : 0;
  return {
    ip: words.formatAddress(isFirst ? row.address0 : row.address1, row.has(ROW_IPV6)),
    port: isFirst ? row.port0 : row.port1,
    segments: half.segments,
    firstFrame: isSeen ? half.firstFrame : null,
    lastFrame: isSeen ? half.lastFrame : null,
    lastNs: isSeen ? half.lastNs : null,
    lastDataNs: hasData ? half.lastDataNs : null,
    lastDataFrame: hasData ? half.lastDataFrame : null,
    bytes: half.bytes,
    bytesNotCaptured: half.has(HALF_STARTED) ? half.notCaptured : ackedWithoutSight(half, peer),
    bytesMissing: half.missing,
    bytesUnacked: unackedAtEnd(half, peer),
    dataSegments: half.dataSegments,
    retransmittedSegments: half.retransmitted,
    finalRetransmissions: half.finalRetransmissions,
    outOfOrderSegments: half.outOfOrder,
    keepAliveProbes: half.keepAlives,
    unansweredProbes: half.unansweredProbes,
    zeroWindowCount: half.zeroWindows,
    zeroWindowNs: half.zeroWindowNs + shutNs,
    isWindowShut: half.has(HALF_WINDOW_SHUT),
    smallSegments: half.smallSegments,
    pausedNs: half.pausedNs,
    maxPayloadLen: half.maxPayloadLen,
    mss: half.mss > 0 ? half.mss : null,
    windowScale: half.has(HALF_WINDOW_SCALE) ? half.windowShift : null,
    isFinSeen: half.has(HALF_FIN),
    isFinAcked: half.has(HALF_FIN_ACKED),
    lostFinNs: lostFinNs(half, peer, story),
    stack: stackFacts(half),
    minResponseNs: peer.rttMinNs > 0 ? peer.rttMinNs : null,
  };
}

/** A side that was not captured at all: how far the other acknowledged it since its first ACK. */
function ackedWithoutSight(half: HalfStream, peer: HalfStream): number {
  if (!half.has(HALF_ISN) || !peer.has(HALF_ACKED)) return 0;
  return Math.max(0, seqDelta(peer.maxAck, seqAdd(half.isn, 1)));
}

function unackedAtEnd(half: HalfStream, peer: HalfStream): number {
  if (!half.has(HALF_STARTED) || !peer.has(HALF_ACKED)) return 0;
  const sent = half.has(HALF_FIN) ? half.finSeq : half.maxSeq;
  return Math.max(0, seqDelta(sent, peer.maxAck));
}

function stackFacts(half: HalfStream): StackFacts {
  const isKnown = half.has(HALF_BASELINE);
  return {
    ttlMin: isKnown ? half.ttlMin : null,
    ttlMax: isKnown ? half.ttlMax : null,
    ttlOfSyn: half.has(HALF_SYN) ? half.ttlOfSyn : null,
    ttlFrame: isKnown ? half.lastFrame : null,
    ipId: ipIdHabit(half),
    lastIpId: isKnown && half.ipId >= 0 ? half.ipId : null,
    isDontFragment: dontFragmentHabit(half),
    tos: isKnown ? half.tos : null,
    flowLabel: isKnown && half.flowLabel >= 0 ? half.flowLabel : null,
    hasTimestamps: half.has(HALF_TIMESTAMPS),
    lastTsVal: half.has(HALF_TIMESTAMPS) ? seqToWire(half.tsVal) : null,
    sourceMac: half.sourceMac,
    synWindow: half.has(HALF_SYN) && half.synWindow >= 0 ? half.synWindow : null,
    goodChecksums: half.goodChecksums,
    badChecksums: half.badChecksums,
    outbound: half.outbound,
    inbound: half.inbound,
  };
}

function closesOf(row: ConnectionRow, client: HalfStream, server: HalfStream, story: Story): CloseFacts[] {
  const closes: CloseFacts[] = [];
  for (const record of story.closes) {
    const { facts } = record;
    if (!isComplete(facts)) continue;
    const isClient = record.half === (client.index & 1);
    const sender = isClient ? client : server;
    const receiver = isClient ? server : client;
    const { effect, reason } = judgeEffect(record, {
      isSigned: sender.has(HALF_SIGNED) || receiver.has(HALF_SIGNED),
      goodChecksums: sender.goodChecksums,
      isHandshakeLater: row.has(ROW_SYN_ACK) && row.synAckFrame > facts.frame,
      isPeerUnseen: receiver.segments === 0,
      expiredFrame: expiredFrame(record, story.icmpErrors, row.has(ROW_IPV6)),
    });
    record.facts.from = isClient ? 'client' : 'server';
    record.facts.effect = effect;
    record.facts.effectReason = reason;
    record.facts.form = formOf(record);
    if (story.multipath?.isSplit !== false) record.facts.multipath = null;
    record.facts.hasSeenLostFin = acksLostFin(record, receiver);
    record.facts.serverAckedOffset = record.ackedOffset[(server.index & 1) as 0 | 1];
    closes.push(facts);
  }
  return closes;
}

function isComplete(facts: OpenCloseFacts): facts is OpenCloseFacts & CloseFacts {
  return facts.app !== null;
}

function sideOf(half: number, clientHalfIndex: number): Side {
  return half === clientHalfIndex ? 'client' : 'server';
}
