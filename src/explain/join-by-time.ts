import type { LogEvent } from '../model/log-event.ts';
import { type Candidate, endCandidates } from './candidates.ts';
import type { CaptureIndex } from './capture-index.ts';
import { type Clocks, clockOf } from './clocks.ts';
import { IMPOSSIBLE } from './cost.ts';
import { CostTable, mostFor } from './cost-table.ts';
import { type Joined, notJoined } from './joined.ts';
import { Reach } from './reach.ts';
import { contradictionOf } from './story.ts';

/** Lines aligned at a time. */
const LINES_AT_A_TIME = 500;

/**
 * Lines with nothing to go by but their time and what they say: paired with the bad ends of the capture in order. It is
 * never more than a guess, as such a line may be about a connection that was not captured.
 */
export function* joinByTime(
  events: readonly LogEvent[],
  index: CaptureIndex,
  clocks: Clocks,
  epochSeconds: number,
): Generator<void, Joined[]> {
  const byProgram = new Map<string, LogEvent[]>();
  const joined: Joined[] = [];
  for (const event of events) {
    if (event.says.kind === 'ordinary') {
      joined.push(notJoined(event, 'the line names neither a connection nor a request of the capture'));
      continue;
    }
    const alike = byProgram.get(event.program);
    if (alike === undefined) byProgram.set(event.program, [event]);
    else alike.push(event);
  }
  const ends = endCandidates(index);
  for (const alike of byProgram.values()) {
    const reach = new Reach(ends, alike, epochSeconds);
    for (let from = 0; from < alike.length; from += LINES_AT_A_TIME) {
      const some = alike.slice(from, from + LINES_AT_A_TIME);
      const inReach = reach.of(some, clocks, mostFor(some.length), () => true);
      for (const each of joinSome(some, inReach, clocks, epochSeconds)) joined.push(each);
      yield;
    }
  }
  return joined;
}

function joinSome(
  lines: readonly LogEvent[],
  ends: readonly Candidate[] | null,
  clocks: Clocks,
  epochSeconds: number,
): Joined[] {
  const table = new CostTable(lines, ends, endLikeness, clocks, epochSeconds);
  const pairings = table.pairings();
  return lines.map((event, line) => {
    const pairing = pairings[line] ?? null;
    const isTimed = event.time !== null && clockOf(event, clocks).isSettled;
    if (pairing === null || (!isTimed && pairing.others > 0))
      return notJoined(event, whyNone(table, line, isTimed));
    const { found, others } = pairing;
    const reason =
      others === 0
        ? 'the only end in the capture that it can be about'
        : `time and order alone, of ${others + 1} ends that it can be about`;
    return { event, found, certainty: 'guess', reasons: [reason] };
  });
}

/** A line that names an address of the capture is about no other. */
function endLikeness(event: LogEvent, { connection }: Candidate): number {
  return contradictionOf(event, connection, 'server') === null ? 0 : IMPOSSIBLE;
}

function whyNone(table: CostTable, line: number, isTimed: boolean): string {
  const possible = table.isTooMuch ? 0 : table.possible(line);
  if (table.isTooMuch) return 'too many ends are like it';
  if (possible === 0) return 'nothing in the capture ended so at this time';
  if (!isTimed) return `it names neither address nor request, and ${possible} connections ended so`;
  return 'others of the log fit the ends of this time better';
}
