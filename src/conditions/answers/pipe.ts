import { counted, thousands } from '../../bytes/number-text.ts';
import type { Answer } from '../../model/conditions.ts';
import type { CaptureTally } from '../capture-tally.ts';
import type { Census } from '../census.ts';
import { durationText, joined, ofAll } from '../wording.ts';
import { cannotTell, censusLines, examples, reply } from './reply.ts';

const SIGNS: Readonly<Record<string, string>> = {
  receiver: 'the receiver could not keep up (its window was full or shut)',
  loss: 'data was lost on the way and sent again',
  queue: 'a queue on the way grew (round trips got longer as more was in flight)',
};

export function overfullAnswer(tally: CaptureTally): Answer {
  const { pipe, connections } = tally;
  const resent = tally.resentByClient + tally.resentByServer;
  const loss =
    resent === 0
      ? 'nothing was sent again'
      : `no connection lost much (${counted(resent, 'data segment')} sent again in all)`;
  if (connections === 0) return cannotTell('overfull', 'the capture holds no TCP connection');
  const measured = pipe.downloads + pipe.uploads;
  if (measured === 0) return cannotTell('overfull', 'no data was captured');
  const details = [
    ...signLines(pipe.overfullDown, 'to the client'),
    ...signLines(pipe.overfullUp, 'to the server'),
    `windows were shut ${counted(pipe.zeroWindows, 'time')}, for ${durationText(pipe.zeroWindowNs)} in all; senders waited ${durationText(pipe.limitedNs)} for room in a window`,
    ...(pipe.peak.count === 0
      ? []
      : [
          `most bytes in flight to a client: ${thousands(pipe.peak.max)} (id ${pipe.peak.maxId}), half of them up to ${thousands(pipe.peak.percentile(0.5) ?? 0)}`,
        ]),
    ...(pipe.firstFlights.count === 0
      ? []
      : [
          `bytes sent before the first ACK: up to ${thousands(pipe.firstFlights.max)} (id ${pipe.firstFlights.maxId}), half of them up to ${thousands(pipe.firstFlights.percentile(0.5) ?? 0)}; RFC 6928 allows ten segments`,
        ]),
  ];
  const behind = { details, ...examples(pipe.overfullDown, pipe.overfullUp) };
  if (pipe.overfull === 0) {
    const peak = `At most ${counted(pipe.peak.count === 0 ? 0 : pipe.peak.max, 'byte')} were in flight to a client.`;
    if (pipe.windowsKnown > 0)
      return reply(
        'overfull',
        `No: no window was full, ${loss}, and round trips stayed short. ${peak}`,
        behind,
      );
    const reason = 'without a handshake, or without one of the sides, windows do not show';
    return cannotTell('overfull', reason, behind, ` Otherwise no sign of it: ${loss}.`);
  }
  const reasons = ['receiver', 'loss', 'queue']
    .map((sign) => [sign, pipe.overfullDown.count(sign) + pipe.overfullUp.count(sign)] as const)
    .filter(([, count]) => count > 0)
    .map(([sign, count]) => `${SIGNS[sign]}: ${thousands(count)}`);
  return reply(
    'overfull',
    `Yes, in ${ofAll(pipe.overfull, connections, 'connection')}${pipe.overfullEarly === 0 ? '' : ` (${thousands(pipe.overfullEarly)} ended early)`}: ${joined(reasons)}.`,
    behind,
  );
}

function signLines(census: Census, direction: string): string[] {
  return censusLines(census, `${direction}, `).map((line) =>
    line.replace(/: (receiver|loss|queue)/, (_all, sign: string) => `: ${SIGNS[sign]}`),
  );
}
