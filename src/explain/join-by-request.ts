import type { LogEvent } from '../model/log-event.ts';
import { type Candidate, targetCandidate, targetCandidates } from './candidates.ts';
import type { CaptureIndex } from './capture-index.ts';
import { type Clocks, clockOf } from './clocks.ts';
import { likenessCost } from './cost.ts';
import { CostTable, certaintyOf, mostFor, type Pairing } from './cost-table.ts';
import { type Joined, notJoined } from './joined.ts';
import { targetKey } from './log-index.ts';
import { isHandedOver } from './moment.ts';
import { Reach } from './reach.ts';

/** Lines aligned at a time: programs write in order, so that far-off exchanges are none of theirs. */
const LINES_AT_A_TIME = 500;
/** Lines from which a difference of clocks is sure enough to be certain by. */
const CERTAIN_LINES = 5;

/** Lines without a port: joined by what was asked and answered, when, and in which order. */
export function* joinByRequest(
  events: readonly LogEvent[],
  index: CaptureIndex,
  clocks: Clocks,
  epochSeconds: number,
): Generator<void, Joined[]> {
  const joined: Joined[] = [];
  for (const bucket of bucketsOf(events)) {
    const taken = new Set<Candidate['exchange']>();
    for (const lines of bySize(bucket, index)) {
      for (const some of joinBucket(lines, taken, index, clocks, epochSeconds)) {
        for (const each of some) joined.push(each);
        yield;
      }
    }
  }
  return joined;
}

/** Nats by which these lines fit ill with the capture, joined as well as can be, if the clocks were these. */
export function requestCost(
  events: readonly LogEvent[],
  index: CaptureIndex,
  clocks: Clocks,
  epochSeconds: number,
): number {
  const likeness = (event: LogEvent, found: Candidate): number => likenessCost(event, found, index);
  let cost = 0;
  for (const bucket of bucketsOf(events))
    for (const lines of bySize(bucket, index))
      cost += new CostTable(lines, targetCandidates(lines[0]!, index), likeness, clocks, epochSeconds).cost;
  return cost;
}

function bucketsOf(events: readonly LogEvent[]): LogEvent[][] {
  const buckets = new Map<string, LogEvent[]>();
  for (const event of events) {
    // A program's access and error lines about one exchange are two; lines of one kind are about one exchange each.
    add(buckets, `${event.program} ${event.status === null} ${targetKey(event.path ?? '')}`, event);
  }
  return [...buckets.values()];
}

/** Lines that count whole responses, and those that count less: each in an order of time of its own (see isHandedOver). */
function bySize(lines: readonly LogEvent[], index: CaptureIndex): readonly LogEvent[][] {
  const cut = targetCandidates(lines[0]!, index)
    .flatMap(({ exchange }) => (exchange === null || exchange.isComplete ? [] : [exchange]))
    .slice(0, MAX_SIZES_TRIED);
  const whole: LogEvent[] = [];
  const less: LogEvent[] = [];
  for (const line of lines) {
    if (cut.some((exchange) => isHandedOver(line, exchange))) whole.push(line);
    else less.push(line);
  }
  return [whole, less].filter(({ length }) => length > 0);
}

/** Responses to one request have few sizes. */
const MAX_SIZES_TRIED = 300;

function add(map: Map<string, LogEvent[]>, key: string, event: LogEvent): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [event]);
  else list.push(event);
}

/** Some lines after the other. */
function* joinBucket(
  lines: readonly LogEvent[],
  taken: Set<Candidate['exchange']>,
  index: CaptureIndex,
  clocks: Clocks,
  epochSeconds: number,
): Generator<Joined[]> {
  const { path } = lines[0]!;
  const reach = new Reach(path === null ? [] : index.withTarget(path), lines, epochSeconds);
  for (let from = 0; from < lines.length; from += LINES_AT_A_TIME) {
    const some = lines.slice(from, from + LINES_AT_A_TIME);
    const inReach = reach.of(some, clocks, mostFor(some.length), ({ exchange }) => !taken.has(exchange));
    const free = inReach?.map((placed) => targetCandidate(some[0]!, placed)) ?? null;
    const joined: Joined[] = [];
    const likeness = (event: LogEvent, found: Candidate): number => likenessCost(event, found, index);
    const table = new CostTable(some, free, likeness, clocks, epochSeconds);
    const pairings = table.pairings();
    for (const [line, event] of some.entries()) {
      const pairing = pairings[line] ?? null;
      if (pairing === null) {
        joined.push(notJoined(event, whyNone(event, table, line, index)));
        continue;
      }
      taken.add(pairing.found.exchange);
      joined.push(joinedBy(event, pairing, some.length === 1, clocks));
    }
    yield joined;
  }
}

function joinedBy(event: LogEvent, pairing: Pairing, isOnlyLine: boolean, clocks: Clocks): Joined {
  const { found, others } = pairing;
  const reasons = ['method, target and what was answered'];
  const clock = clockOf(event, clocks);
  const isTimed = clock.isSettled && event.time !== null;
  if (isTimed) reasons.push(others === 0 ? 'the time fits, and fits no other' : 'the time fits');
  if (others > 0) reasons.push(`${others} more like it in reach, told apart by time, size and order`);
  if (event.peer !== null && event.peer.ip !== found.connection.client.ip && found.writer === 'server')
    reasons.push(`the log has the client as ${event.peer.ip} (translated, or named by a proxy)`);
  const isSure = clock.lines >= CERTAIN_LINES && event.peer?.ip === found.connection.client.ip;
  return { event, found, certainty: certaintyOf(pairing, isTimed, isSure, isOnlyLine), reasons };
}

function whyNone(event: LogEvent, table: CostTable, line: number, index: CaptureIndex): string {
  if (table.isTooMuch) return 'too many exchanges are like it';
  if (table.possible(line) > 0) return 'others of the log fit the exchanges like it better';
  const alike = event.path === null ? 0 : index.withTarget(event.path).length;
  if (alike === 0) return 'the capture has no exchange with this target';
  return `none of the ${alike} exchanges with this target fits in time, address, status and size`;
}
