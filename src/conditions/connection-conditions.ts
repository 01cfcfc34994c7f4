import type {
  CloseMoment,
  ConnectionConditions,
  HostConditions,
  LossConditions,
  PaceConditions,
  PathConditions,
  PipeConditions,
  RoundTripSamples,
} from '../model/conditions.ts';
import type { ConnectionFacts, HalfFacts } from '../model/facts.ts';
import { endAnswer } from './answer-meter.ts';
import type { ConnectionMeter } from './connection-meter.ts';
import { mssMeaning } from './mss-meaning.ts';
import { clientSide, optimisations } from './optimisations.ts';
import { guessOs, hopsOf } from './os-guess.ts';
import type { SideMeter } from './side-meter.ts';

/** Below this share a loss is everyday noise; three are no accident. */
const LOSS_SHARE = 0.01;
const MIN_LOST = 3;
/** A queue on the way shows as a round trip so much longer than the shortest, once much is in flight. */
const QUEUE_FACTOR = 2.5;
const QUEUE_NS = 50e6;
/** A sender held back by the window for less is an everyday pause. */
const MIN_LIMITED_NS = 20e6;

/** Puts together what was measured of a connection and what its facts say. */
export function connectionConditions(facts: ConnectionFacts, meter: ConnectionMeter): ConnectionConditions {
  const index = clientSide(facts, meter);
  const client = meter.sides[index];
  const server = meter.sides[index === 0 ? 1 : 0];
  endAnswer(client);
  endAnswer(server);
  return {
    client: hostConditions(client, facts.client, facts.ipVersion),
    server: hostConditions(server, facts.server, facts.ipVersion),
    path: pathConditions(facts, meter, client, server),
    optimisations: optimisations(facts, meter),
    toClient: pipeConditions(server, client, facts.server, facts.client),
    toServer: pipeConditions(client, server, facts.client, facts.server),
    pace: paceConditions(server),
    moments: [...momentsOf(client), ...momentsOf(server)].sort((a, b) => a.frame - b.frame),
  };
}

function hostConditions(meter: SideMeter, half: HalfFacts, ipVersion: 4 | 6): HostConditions {
  const ttl = half.stack.ttlMax ?? half.stack.ttlOfSyn;
  return {
    os: guessOs(meter, half, ipVersion),
    mss: half.mss,
    mssMeaning: half.mss === null ? null : mssMeaning(half.mss, ipVersion),
    hops: ttl === null ? null : hopsOf(ttl),
  };
}

function pathConditions(
  facts: ConnectionFacts,
  meter: ConnectionMeter,
  client: SideMeter,
  server: SideMeter,
): PathConditions {
  const { handshake } = facts;
  const toServerNs = server.handshakeNs > 0 ? server.handshakeNs : null;
  const toClientNs = client.handshakeNs > 0 ? client.handshakeNs : null;
  const frames = [handshake.synFrame, handshake.synAckFrame, handshake.ackFrame];
  return {
    roundTripNs: toServerNs === null || toClientNs === null ? null : toServerNs + toClientNs,
    toClientNs,
    toServerNs,
    roundTripFrames: frames.filter((frame) => frame !== null),
    toClientSamples: samplesOf(server),
    toServerSamples: samplesOf(client),
    fromClient: lossOf(facts.client),
    fromServer: lossOf(facts.server),
    synRetransmissions: Math.max(0, handshake.synCount - 1),
    isRefused: facts.closes.some(({ form }) => form === 'refusal'),
    isVlan: meter.isVlan,
    tunnelDepth: meter.tunnelDepth,
  };
}

function samplesOf(sender: SideMeter): RoundTripSamples {
  const { rttCount, rttMinNs, rttSumNs, rttMaxNs } = sender;
  if (rttCount === 0) return { count: 0, minNs: null, meanNs: null, maxNs: null };
  return { count: rttCount, minNs: rttMinNs, meanNs: Math.round(rttSumNs / rttCount), maxNs: rttMaxNs };
}

function lossOf({ dataSegments, retransmittedSegments, outOfOrderSegments }: HalfFacts): LossConditions {
  return { dataSegments, retransmitted: retransmittedSegments, outOfOrder: outOfOrderSegments };
}

function pipeConditions(
  sender: SideMeter,
  receiver: SideMeter,
  from: HalfFacts,
  to: HalfFacts,
): PipeConditions {
  const overfull: ('receiver' | 'loss' | 'queue')[] = [];
  if (to.zeroWindowCount > 0 || sender.limitedNs >= MIN_LIMITED_NS) overfull.push('receiver');
  const sent = from.dataSegments + from.retransmittedSegments;
  if (from.retransmittedSegments >= MIN_LOST && from.retransmittedSegments >= LOSS_SHARE * sent)
    overfull.push('loss');
  const loaded = sender.rttLoadedMaxNs;
  if (loaded > QUEUE_FACTOR * sender.rttMinNs && loaded - sender.rttMinNs > QUEUE_NS) overfull.push('queue');
  return {
    peakInFlight: sender.peakInFlight,
    peakFrame: sender.peakFrame > 0 ? sender.peakFrame : null,
    windowAtPeak: sender.windowAtPeak >= 0 ? sender.windowAtPeak : null,
    firstFlightBytes: sender.firstFlightBytes,
    firstFlightSegments: sender.firstFlightSegments,
    zeroWindows: to.zeroWindowCount,
    zeroWindowNs: to.zeroWindowNs,
    zeroWindowFrame: receiver.zeroWindowFrame > 0 ? receiver.zeroWindowFrame : null,
    windowLimitedNs: sender.limitedNs,
    windowLimitedFrame: sender.limitedFrame > 0 ? sender.limitedFrame : null,
    loadedRoundTripNs: loaded > 0 ? loaded : null,
    overfull,
  };
}

function paceConditions(server: SideMeter): PaceConditions {
  return {
    answers: server.answers,
    segments: server.answerSegmentSum,
    bytes: server.answerByteSum,
    writes: server.writes,
    smallSegments: server.smallSegments,
    tinyAnswers: server.tinyAnswers,
    worstSegments: server.worstSegments,
    worstBytes: server.worstBytes,
    worstFrame: server.worstFrame > 0 ? server.worstFrame : null,
    thinkNs: server.thinkNs,
    longestThinkNs: server.longestThinkNs,
    longestThinkFrame: server.longestThinkFrame > 0 ? server.longestThinkFrame : null,
    spreadNs: server.spreadNs,
    serverGapNs: server.serverGapNs,
    networkNs: server.networkNs,
    tinyNetworkNs: server.tinyNetworkNs,
    windowNs: server.windowNs,
    lossNs: server.lossNs,
    stalls: server.stalls,
    stallNs: server.stallNs,
    stallFrame: server.stallFrame > 0 ? server.stallFrame : null,
  };
}

function momentsOf(meter: SideMeter): CloseMoment[] {
  const moments: CloseMoment[] = [];
  if (meter.finFrame > 0)
    moments.push({
      frame: meter.finFrame,
      openConnections: meter.finOpen,
      busyConnections: meter.finBusy,
      isBusy: meter.finIsBusy,
    });
  if (meter.rstFrame > 0)
    moments.push({
      frame: meter.rstFrame,
      openConnections: meter.rstOpen,
      busyConnections: meter.rstBusy,
      isBusy: meter.rstIsBusy,
    });
  return moments;
}
