import type { CaptureOverview, Pattern, ResponseFigures } from '../model/analysis.ts';
import type { LoneSyn } from '../model/lone-syn.ts';
import type { CompletedResponse } from '../model/responses.ts';
import type { JudgedConnection } from '../model/verdict.ts';
import { Buffering, responseFigures } from './buffering.ts';
import type { Ending } from './ending.ts';
import { Endings } from './endings.ts';
import type { FoundPattern, PatternKind, PatternWords } from './kind.ts';
import { bursts } from './kinds/bursts.ts';
import { oneClientNetwork, oneStatus, oneUrl } from './kinds/categories.ts';
import { departures } from './kinds/departures.ts';
import { lateRequests } from './kinds/late-requests.ts';
import { mtuHole } from './kinds/mtu-hole.ts';
import { offsets } from './kinds/offsets.ts';
import { slowConsumer } from './kinds/slow-consumer.ts';
import { staleConnections } from './kinds/stale-connections.ts';
import { timers } from './kinds/timers.ts';
import { concurrency, timeOfDay } from './kinds/times.ts';
import { ResponseCounts } from './response-counts.ts';
import { WellEnded } from './well-ended.ts';

/**
 * What happened to connections, in the order in which it explains them: what a kind that names a cause has explained,
 * those behind it leave out.
 */
const EVENTS: readonly PatternKind[] = [
  lateRequests,
  mtuHole,
  bursts,
  staleConnections,
  slowConsumer,
  timers,
  offsets,
  departures,
];
/** Where and when the rest ended badly more often; told behind those. */
const CIRCUMSTANCES: readonly PatternKind[] = [oneUrl, oneClientNetwork, oneStatus, concurrency, timeOfDay];
const MAX_EXAMPLES = 10;

/** What the connections that deserve a look have in common, held against all responses of the capture. */
export class Patterns {
  readonly #endings = new Endings();
  readonly #responses = new ResponseCounts();
  readonly #wellEnded = new WellEnded();
  readonly #buffering = new Buffering();
  readonly #words: PatternWords;

  constructor(words: PatternWords) {
    this.#words = words;
  }

  /**
   * A response was completed, on a connection that began at `startNs` and was unused for `idleNs` before the request (−1:
   * it was the first), for a client of the network with this hash.
   */
  complete(response: CompletedResponse, startNs: number, idleNs: number, networkHash: number): void {
    this.#responses.add(response, startNs, idleNs, networkHash);
  }

  add(judged: JudgedConnection, deservesLook: boolean): void {
    this.#buffering.add(judged);
    if (deservesLook) this.#endings.add(judged);
    else this.#wellEnded.add(judged.facts);
  }

  /** A connection like `judged`, without response, with another client at another time. */
  addAlike(judged: JudgedConnection, syn: LoneSyn, deservesLook: boolean): void {
    if (deservesLook) this.#endings.addAlike(judged, syn);
  }

  /** Patterns, events before circumstances and the largest first, and how long responses were exposed to being cut. */
  result(capture: CaptureOverview): { readonly patterns: Pattern[]; readonly responses: ResponseFigures } {
    const endings = this.#endings.kept;
    const events = this.#find(EVENTS, endings, capture);
    const explained = new Set(events.filter(({ isCause }) => isCause).flatMap(({ members }) => members));
    const open = endings.filter((ending) => !explained.has(ending));
    const circumstances = this.#find(CIRCUMSTANCES, open, capture);
    const left = events.find(({ kind }) => kind === 'departures')?.members ?? null;
    return {
      patterns: [...events.sort(bySize), ...circumstances.sort(bySize)].map(asPattern),
      responses: responseFigures(endings, left, this.#responses, this.#buffering),
    };
  }

  #find(kinds: readonly PatternKind[], endings: readonly Ending[], capture: CaptureOverview): FoundPattern[] {
    const found: FoundPattern[] = [];
    let open = endings;
    for (const kind of kinds) {
      const patterns = kind({
        endings: this.#endings.kept,
        open,
        responses: this.#responses,
        wellEnded: this.#wellEnded,
        capture,
        words: this.#words,
      });
      found.push(...patterns);
      const explained = new Set(patterns.filter(({ isCause }) => isCause).flatMap(({ members }) => members));
      if (explained.size > 0) open = open.filter((ending) => !explained.has(ending));
    }
    return found;
  }
}

function bySize(a: FoundPattern, b: FoundPattern): number {
  return b.members.length - a.members.length;
}

function asPattern({ members, isCause: _, ...rest }: FoundPattern): Pattern {
  const ids = members.map(({ id }) => id).sort((a, b) => a - b);
  return { ...rest, connections: members.length, examples: ids.slice(0, MAX_EXAMPLES) };
}
