import { counted, thousands } from '../../bytes/number-text.ts';
import type { Answer } from '../../model/conditions.ts';
import type { CaptureTally } from '../capture-tally.ts';
import type { Distribution } from '../distribution.ts';
import { capitalized, joined } from '../wording.ts';
import { cannotTell, censusLines, examples, reply } from './reply.ts';

/** Most at a time in the whole capture. */
export interface Peaks {
  readonly open: number;
  readonly busy: number;
}

export function inFlightAnswer(tally: CaptureTally, peaks: Peaks): Answer {
  if (tally.connections === 0) return cannotTell('in-flight', 'the capture holds no TCP connection');
  const limits = limitText(tally);
  const behind = {
    details: [
      `most at a time in the capture: ${counted(peaks.open, 'open connection')}, ${thousands(peaks.busy)} with a response in flight`,
      ...censusLines(tally.refused),
      ...censusLines(tally.resentSyns),
    ],
    ...examples(tally.refused, tally.resentSyns),
  };
  if (tally.openAtEnd.count === 0) {
    const why = tally.early === 0 ? 'Nothing ended early' : 'The early ends came without FIN or RST';
    return reply('in-flight', `${why}. ${peakText(tally, peaks)}.${limits}`, behind);
  }
  const open = `${rangeText(tally.openAtEnd)} open connection${tally.openAtEnd.max === 1 ? '' : 's'}`;
  if (tally.http === 0) {
    const reason =
      tally.encrypted > 0 ? 'what is encrypted hides its responses' : 'the capture holds no HTTP/1';
    return cannotTell('in-flight', `${reason}; early ends came among ${open}`, behind, limits);
  }
  return reply(
    'in-flight',
    `At early ends ${rangeText(tally.busyAtEnd)}, over ${open}; ${thousands(peaks.busy)} at most in the whole capture.${limits}`,
    { ...behind, connections: [tally.busyAtEnd.maxId, ...(behind.connections ?? [])] },
  );
}

function limitText({ refused, resentSyns }: CaptureTally): string {
  const limits: string[] = [];
  if (refused.total > 0) limits.push(`${counted(refused.total, 'connection')} refused`);
  if (resentSyns.total > 0) limits.push(`SYNs sent again for ${counted(resentSyns.total, 'connection')}`);
  if (limits.length === 0) return ' No connection was refused, no SYN sent again.';
  return ` ${capitalized(joined(limits))}.`;
}

function peakText({ http }: CaptureTally, { open, busy }: Peaks): string {
  if (http > 0) return `At most ${thousands(busy)} at a time, over ${counted(open, 'open connection')}`;
  const were = open === 1 ? 'connection was' : 'connections were';
  return `Responses do not show here; at most ${thousands(open)} ${were} open at a time`;
}

/** "3", "1 to 6 (half up to 3)". */
function rangeText(values: Distribution): string {
  if (values.min === values.max) return thousands(values.max);
  const middle = thousands(Math.round(values.percentile(0.5) ?? 0));
  return `${thousands(values.min)} to ${thousands(values.max)} (half up to ${middle})`;
}
