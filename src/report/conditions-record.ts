import { escapeText } from '../bytes/escape-text.ts';
import type {
  Checklist,
  ConnectionConditions,
  HostConditions,
  OsGuess,
  PaceConditions,
  PathConditions,
  PipeConditions,
  RoundTripSamples,
} from '../model/conditions.ts';
import { seconds, secondsOrNull } from './seconds.ts';

/** The `conditions` of a connection record (docs/json.md). Durations in seconds. */
export function conditionsRecord(conditions: ConnectionConditions) {
  return {
    client: hostRecord(conditions.client),
    server: hostRecord(conditions.server),
    path: pathRecord(conditions.path),
    optimisations: conditions.optimisations.map(({ kind, text, frames }) => ({
      kind,
      text: escapeText(text),
      frames,
    })),
    toClient: pipeRecord(conditions.toClient),
    toServer: pipeRecord(conditions.toServer),
    pace: paceRecord(conditions.pace),
    moments: conditions.moments,
  };
}

/** The `checklist` of the summary record. */
export function checklistRecord({ answers, connections, unmeasured }: Checklist) {
  return {
    connections,
    unmeasured,
    answers: answers.map((answer) => ({
      ...answer,
      answer: escapeText(answer.answer),
      details: answer.details.map(escapeText),
    })),
  };
}

function hostRecord({ os, mss, mssMeaning, hops }: HostConditions) {
  return { os: osRecord(os), mss, mssMeaning, hops };
}

function osRecord(os: OsGuess) {
  return { ...os, signature: escapeText(os.signature), doubts: os.doubts.map(escapeText) };
}

function pathRecord(path: PathConditions) {
  const { roundTripNs, toClientNs, toServerNs, toClientSamples, toServerSamples, ...rest } = path;
  return {
    roundTrip: secondsOrNull(roundTripNs),
    toClient: secondsOrNull(toClientNs),
    toServer: secondsOrNull(toServerNs),
    toClientSamples: samplesRecord(toClientSamples),
    toServerSamples: samplesRecord(toServerSamples),
    ...rest,
  };
}

function samplesRecord({ count, minNs, meanNs, maxNs }: RoundTripSamples) {
  return { count, min: secondsOrNull(minNs), mean: secondsOrNull(meanNs), max: secondsOrNull(maxNs) };
}

function pipeRecord(pipe: PipeConditions) {
  const { zeroWindowNs, windowLimitedNs, loadedRoundTripNs, ...rest } = pipe;
  return {
    ...rest,
    zeroWindowTime: seconds(zeroWindowNs),
    windowLimitedTime: seconds(windowLimitedNs),
    loadedRoundTrip: secondsOrNull(loadedRoundTripNs),
  };
}

function paceRecord(pace: PaceConditions) {
  const {
    thinkNs,
    longestThinkNs,
    spreadNs,
    serverGapNs,
    networkNs,
    tinyNetworkNs,
    windowNs,
    lossNs,
    stallNs,
    ...rest
  } = pace;
  return {
    ...rest,
    thinkTime: seconds(thinkNs),
    longestThinkTime: seconds(longestThinkNs),
    spreadTime: seconds(spreadNs),
    serverGapTime: seconds(serverGapNs),
    networkTime: seconds(networkNs),
    tinyNetworkTime: seconds(tinyNetworkNs),
    windowTime: seconds(windowNs),
    lossTime: seconds(lossNs),
    stallTime: seconds(stallNs),
  };
}
