import { counted, thousands } from '../../bytes/number-text.ts';
import type { AnalysisSummary, BufferingEstimate } from '../../model/analysis.ts';
import type { Answer } from '../../model/conditions.ts';
import type { CaptureTally } from '../capture-tally.ts';
import { avoidableNs, type PaceTally } from '../pace-tally.ts';
import { durationText, joined, ofAll, percentText } from '../wording.ts';
import { cannotTell, censusLines, examples, reply } from './reply.ts';

/** Waits of the server inside its responses below this share are not worth a change. */
const WORTHWHILE = 0.2;
/** Under this, all of a capture's responses were on the wire so short that nobody can leave in between. */
const MIN_SPREAD_NS = 1e6;
const NEXT_TO_NOTHING_NS = 50e3;

export function tinyAnswer({ pace, optimisations }: CaptureTally): Answer {
  if (pace.answers === 0) return cannotTell('tiny-segments', 'the capture holds no server answer');
  const perAnswer = pace.segments / pace.answers;
  const size = `${several(perAnswer, 'segment')} and ${several(pace.writes / pace.answers, 'write')} (PSH) per response, ${thousands(pace.bytes / Math.max(1, pace.segments))} bytes per segment`;
  const offload =
    optimisations.count('segmentation-offload') > 0
      ? ' Segmentation offload joins segments here: there were more on the wire.'
      : '';
  const details = [
    ...censusLines(pace.tiny),
    ...censusLines(pace.stalled),
    `small segments (under a quarter of a full one, not the last of a response): ${thousands(pace.smallSegments)} of ${thousands(pace.segments)}`,
  ];
  const stalls =
    pace.stalls === 0
      ? ''
      : ` ${counted(pace.stalls, 'small segment')} waited for a delayed ACK, ${durationText(pace.stallNs)} in all (Nagle).`;
  const behind = { details, ...examples(pace.tiny, pace.stalled) };
  const { worst } = pace;
  if (worst === null) return reply('tiny-segments', `No: ${size}.${stalls}${offload}`, behind);
  const average = pace.answers === 1 ? '' : ` On average ${size}.`;
  return reply(
    'tiny-segments',
    `Yes, in ${ofAll(pace.tinyAnswers, pace.answers, 'response')}: the worst took ${counted(worst.worstSegments, 'segment')} for ${counted(worst.worstBytes, 'byte')} (id ${pace.worstId}, frame ${worst.worstFrame}).${average}${stalls}${offload}`,
    behind,
  );
}

export function bufferingAnswer(tally: CaptureTally, { responses }: AnalysisSummary): Answer {
  const { pace, cutByClients } = tally;
  if (pace.answers === 0) return cannotTell('buffering', 'the capture holds no server answer');
  const details = [
    ...splitLines(pace),
    ...(pace.gaps.count === 0
      ? []
      : [
          `longest waits for the server's next piece: ${durationText(pace.gaps.max)} (id ${pace.gaps.maxId})`,
        ]),
    'assumes that clients leave at a constant rate for as long as a response lasts, and that the server needs the same time to make it',
  ];
  const behind = {
    details,
    connections: [pace.gaps.maxId, ...(examples(pace.tiny).connections ?? [])].filter((id) => id >= 0),
    frames: examples(pace.tiny).frames ?? [],
  };
  if (pace.spreadNs < MIN_SPREAD_NS)
    return reply(
      'buffering',
      pace.spreadNs === 0
        ? 'It would not: each response went out at once.'
        : `It would not: responses are on the wire for ${durationText(pace.spreadNs / pace.answers)} on average.`,
      behind,
    );
  const avoidable = avoidableNs(pace);
  const share = avoidable / pace.spreadNs;
  const now = durationText(pace.spreadNs / pace.answers);
  if (share < WORTHWHILE)
    return reply(
      'buffering',
      `It would hardly: of the ${now} that a response is on the wire on average, ${percentText(share)} is waiting that the server causes; ${slowestText(pace)}.`,
      behind,
    );
  const left = Math.max(0, pace.spreadNs - avoidable) / pace.answers;
  const then = left < NEXT_TO_NOTHING_NS ? 'next to nothing' : durationText(left);
  const estimate = cutByClients === 0 ? '' : ` ${estimateText(tally, responses.buffering)}`;
  return reply(
    'buffering',
    `A response is on the wire for ${now} on average, and ${percentText(share)} of that is waiting for ${causesText(pace)}. In one go it would be ${then}: less time in which a client can leave.${estimate}`,
    behind,
  );
}

function causesText({ serverGapNs, stallNs, tinyNetworkNs }: PaceTally): string {
  const causes: readonly (readonly [number, string])[] = [
    [serverGapNs, "the server's next write"],
    [stallNs, 'delayed ACKs (Nagle)'],
    [tinyNetworkNs, 'ACKs of tiny segments that fill the congestion window'],
  ];
  return joined(
    [...causes]
      .filter(([ns]) => ns > 0)
      .sort((a, b) => b[0] - a[0])
      .map(([, cause]) => cause),
  );
}

/**
 * A cut needs a response on the wire; with a constant rate of departure their number falls as the time does. Where there
 * are enough of them for the estimate of the summary, that is the one (docs/compare.md).
 */
function estimateText({ pace, cutByClients }: CaptureTally, estimate: BufferingEstimate | null): string {
  const share = pace.cutSpreadNs > 0 ? 1 - pace.cutAvoidableNs / pace.cutSpreadNs : 1;
  const left = estimate?.expected ?? cutByClients * Math.max(0, share);
  const range =
    estimate === null
      ? ''
      : ` (${thousands(Math.round(estimate.expectedLow))} to ${thousands(Math.round(estimate.expectedHigh))})`;
  const number = left < 0.5 ? 'hardly any' : `about ${left < 10 ? fixed(left) : thousands(left)}`;
  const all = counted(estimate?.departures ?? cutByClients, 'response');
  return `Of ${all} that clients cut, ${number}${range} would still be cut; the other clients would leave while they wait for it.`;
}

function slowestText({ networkNs, windowNs, lossNs, spreadNs }: PaceTally): string {
  const parts: readonly (readonly [number, string])[] = [
    [networkNs, 'the network (waiting for ACKs)'],
    [windowNs, "the client's window"],
    [lossNs, 'loss'],
  ];
  const [most] = [...parts].sort((a, b) => b[0] - a[0]);
  if (most === undefined || most[0] === 0) return 'the rest is sending';
  return `most of the rest is ${most[1]}, ${percentText(most[0] / spreadNs)}`;
}

function splitLines(pace: PaceTally): string[] {
  const { answers, spreadNs } = pace;
  const parts: readonly (readonly [number, string])[] = [
    [pace.serverGapNs, "the server's next write"],
    [pace.networkNs - pace.stallNs, 'ACKs'],
    [pace.stallNs, 'delayed ACKs (Nagle)'],
    [pace.windowNs, "room in the client's window"],
    [pace.lossNs, 'lost data'],
  ];
  const split = joined(parts.filter(([ns]) => ns > 0).map(([ns, what]) => `${durationText(ns)} for ${what}`));
  return [
    `server think time before the first byte: ${durationText(pace.thinkNs / answers)} on average, ${durationText(pace.longestThink.max)} at most in one connection (id ${pace.longestThink.maxId})`,
    `time from first to last byte, ${counted(answers, 'response')}: ${durationText(spreadNs)}${split === '' ? '' : `; of it, waiting ${split}`}`,
  ];
}

/** "1 segment", "2.9 segments". */
function several(value: number, noun: string): string {
  const text = fixed(value);
  return `${text} ${noun}${text === '1' ? '' : 's'}`;
}

function fixed(value: number): string {
  return value < 10 ? String(Number(value.toFixed(1))) : thousands(value);
}
