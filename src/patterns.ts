import { knownTimers, type TimerOwner } from './known-timers.ts';
import type { CaptureOverview, Pattern } from './model/analysis.ts';
import type { ClosedBy, JudgedConnection } from './model/verdict.ts';
import { appAtEnd, exchangeOf, killerOf } from './report/exchange-record.ts';
import { counted, durationText, thousands } from './report/quantity.ts';
import { utcTimeOfDay } from './report/wall-time.ts';
import { endpointText, isTooLate, needsALook } from './report/words.ts';

/** Fewer than this are no pattern. */
const MIN_CONNECTIONS = 5;
const MIN_LATE = 2;
const MAX_EXAMPLES = 10;
/** Patterns of one kind that are told, the largest first. */
const MAX_TOLD = 3;

/** Timers are set in seconds; a shorter silence is a round trip or somebody's work. */
const MIN_TIMER_NS = 1e9;
/** Silences are sorted into classes 1 % wide; four neighbours span ±2 %. */
const LOG_STEP = Math.log(1.01);
const TIMER_CLASSES = 4;
/** Of many random silences some always lie close together: a timer has a good share of them. */
const MIN_TIMER_SHARE = 0.3;
/** Two neighbouring classes of half a second span one second at most. */
const BURST_CLASS_NS = 0.5e9;
const MIN_URL_SHARE = 0.8;

/** Values told apart for one kind of pattern, so that memory has an end. What many share comes up early. */
const MAX_VALUES = 5000;

/** Connections that share a value. */
interface Share {
  count: number;
  /** Of what was measured on each of them. */
  sum: number;
  readonly examples: number[];
}

/** Counts connections by a value, within bounds. */
class Shares<K> {
  readonly by = new Map<K, Share>();
  total = 0;
  #lastCleared = 0;

  add(key: K, id: number, measured = 0): void {
    this.total++;
    let share = this.by.get(key);
    if (share === undefined) {
      if (this.by.size >= MAX_VALUES && !this.#makeRoom()) return;
      share = { count: 0, sum: 0, examples: [] };
      this.by.set(key, share);
    }
    share.count++;
    share.sum += measured;
    if (share.examples.length < MAX_EXAMPLES) share.examples.push(id);
  }

  /** Forgets what came only once; at most once in so many additions, so that each costs little. */
  #makeRoom(): boolean {
    if (this.total - this.#lastCleared < MAX_VALUES) return false;
    this.#lastCleared = this.total;
    for (const [key, { count }] of this.by) if (count === 1) this.by.delete(key);
    return this.by.size < MAX_VALUES;
  }

  /** The values with at least `least` connections, the most frequent first. */
  frequent(least: number): [K, Share][] {
    return [...this.by].filter(([, { count }]) => count >= least).sort((a, b) => b[1].count - a[1].count);
  }

  /** What the values in `keys` have together. */
  sum(keys: readonly K[]): Share {
    const shares = keys.map((key) => this.by.get(key)).filter((share) => share !== undefined);
    return {
      count: shares.reduce((all, { count }) => all + count, 0),
      sum: shares.reduce((all, { sum }) => all + sum, 0),
      examples: shares.flatMap(({ examples }) => examples).slice(0, MAX_EXAMPLES),
    };
  }
}

/** What several of the connections that deserve a look have in common. */
export class Patterns {
  readonly #silences = new Map<ClosedBy, Shares<number>>();
  /** By server and half second: `198.51.100.80:80 1234`. */
  readonly #ends = new Shares<string>();
  readonly #urls = new Shares<string>();
  readonly #offsets = new Shares<number>();
  readonly #late: Share = { count: 0, sum: 0, examples: [] };
  #shortestIdleNs = Infinity;

  add(judged: JudgedConnection): void {
    if (!needsALook(judged)) return;
    const { facts, verdict } = judged;
    if (isTooLate(verdict)) this.#addLate(judged);
    const request = exchangeOf(judged);
    if (request?.method && request.target) {
      const [path = ''] = request.target.split('?');
      this.#urls.add(`${request.method} ${request.host ?? ''}${path}`, facts.id);
    }
    const killer = killerOf(judged);
    if (killer === null) return;
    const { sinceDataNs, timeNs } = killer;
    if (sinceDataNs !== null && sinceDataNs >= MIN_TIMER_NS) {
      const silences = sharesOf(this.#silences, verdict.closedBy);
      silences.add(Math.floor(Math.log(sinceDataNs) / LOG_STEP), facts.id, sinceDataNs);
    }
    if (verdict.group === 'server') {
      const server = endpointText(facts.server.ip, facts.server.port);
      this.#ends.add(`${server} ${Math.floor(timeNs / BURST_CLASS_NS)}`, facts.id);
    }
    const bodyBytes = appAtEnd(judged).exchange?.bodyBytes ?? 0;
    if (verdict.position === 'in-response-body' && bodyBytes > 0) this.#offsets.add(bodyBytes, facts.id);
  }

  result(overview: CaptureOverview): Pattern[] {
    return [
      ...this.#lateRequests(),
      ...this.#timers(),
      ...this.#bursts(overview),
      ...this.#oneUrl(),
      ...this.#sameOffsets(),
    ];
  }

  #addLate(judged: JudgedConnection): void {
    this.#late.count++;
    if (this.#late.examples.length < MAX_EXAMPLES) this.#late.examples.push(judged.facts.id);
    this.#shortestIdleNs = Math.min(this.#shortestIdleNs, killerOf(judged)?.sinceDataNs ?? Infinity);
  }

  #lateRequests(): Pattern[] {
    if (this.#late.count < MIN_LATE) return [];
    const idle = this.#shortestIdleNs;
    const timer =
      idle < MIN_TIMER_NS || idle === Infinity ? '' : ` after ${durationText(idle)} or more of idling`;
    const text = `${counted(this.#late.count, 'request')} ran into a connection that the server had just closed${timer}`;
    return [pattern('late-request', text, this.#late)];
  }

  #timers(): Pattern[] {
    const found: Pattern[] = [];
    for (const [closer, shares] of this.#silences) {
      const best = densest(shares, TIMER_CLASSES);
      if (best === null || best.share.count < MIN_TIMER_SHARE * shares.total) continue;
      const meanNs = best.share.sum / best.share.count;
      const by = closer === 'both' || closer === 'none' ? '' : ` by the ${closer}`;
      const text = `${thousands(best.share.count)} connections were ended${by} after the same silence, ${durationText(meanNs)} (±2 %): a timer${defaultsText(meanNs, closer)}`;
      found.push(pattern('idle-timer', text, best.share));
    }
    return found;
  }

  #bursts(overview: CaptureOverview): Pattern[] {
    const found: Pattern[] = [];
    for (const [server, shares] of byServer(this.#ends)) {
      const best = densest(shares, 2);
      if (best === null) continue;
      const time = utcTimeOfDay(overview, best.first * BURST_CLASS_NS, 0);
      const text = `${server} ended ${thousands(best.share.count)} connections within a second (${time} UTC): a restart, a crash, or a limit`;
      found.push(pattern('burst', text, best.share));
    }
    return found.sort((a, b) => b.connections - a.connections).slice(0, MAX_TOLD);
  }

  #oneUrl(): Pattern[] {
    const [most] = this.#urls.frequent(MIN_CONNECTIONS);
    if (most === undefined || most[1].count < MIN_URL_SHARE * this.#urls.total) return [];
    const [url, share] = most;
    const all = this.#urls.total;
    const which =
      share.count === all ? `all ${thousands(all)}` : `${thousands(share.count)} of ${thousands(all)}`;
    const text = `${which} connections in trouble asked for ${url}`;
    return [pattern('one-url', text, share)];
  }

  #sameOffsets(): Pattern[] {
    return this.#offsets
      .frequent(MIN_CONNECTIONS)
      .slice(0, MAX_TOLD)
      .map(([offset, share]) => {
        const text = `${thousands(share.count)} responses ended after exactly ${counted(offset, 'body byte')}: a limit or a buffer of a program`;
        return pattern('same-offset', text, share);
      });
  }
}

/** Behind an address may stand the host itself or something in front of it, so both count. */
function defaultsText(silenceNs: number, closer: ClosedBy): string {
  const owners: ReadonlySet<TimerOwner> = OWNERS[closer];
  const names = knownTimers(silenceNs, owners);
  return names.length === 0 ? '' : `; defaults of that length: ${names.join('; ')}`;
}

const EITHER: ReadonlySet<TimerOwner> = new Set(['server', 'client', 'between']);
const OWNERS: Readonly<Record<ClosedBy, ReadonlySet<TimerOwner>>> = {
  client: new Set(['client', 'between']),
  server: new Set(['server', 'between']),
  intermediary: new Set(['between']),
  both: EITHER,
  none: EITHER,
};

function byServer(ends: Shares<string>): Map<string, Shares<number>> {
  const servers = new Map<string, Shares<number>>();
  for (const [key, share] of ends.by) {
    const [server = '', halfSecond] = key.split(' ');
    sharesOf(servers, server).by.set(Number(halfSecond), share);
  }
  return servers;
}

function sharesOf<K>(all: Map<K, Shares<number>>, key: K): Shares<number> {
  let shares = all.get(key);
  if (shares === undefined) {
    shares = new Shares();
    all.set(key, shares);
  }
  return shares;
}

/** The run of `width` neighbouring classes with the most connections, when they are enough for a pattern. */
function densest(shares: Shares<number>, width: number): { first: number; share: Share } | null {
  let best: { first: number; share: Share } | null = null;
  for (const key of shares.by.keys()) {
    // Every run that begins or ends at a class in use; others hold no more.
    for (const first of [key, key - width + 1]) {
      const share = shares.sum(Array.from({ length: width }, (_, step) => first + step));
      if (share.count >= MIN_CONNECTIONS && share.count > (best?.share.count ?? 0)) best = { first, share };
    }
  }
  return best;
}

function pattern(kind: string, text: string, { count, examples }: Share): Pattern {
  return { kind, text, connections: count, examples };
}
