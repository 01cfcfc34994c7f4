import { binomialTail } from '../../statistics/tails.ts';
import type { Ending } from '../ending.ts';
import {
  DECISION_P,
  type FoundPattern,
  MIN_CONNECTIONS,
  type PatternEvidence,
  type PatternWords,
} from '../kind.ts';
import { deviation, groupBy } from '../measures.ts';
import type { TimeBins } from '../time-bins.ts';

/** Of the completed responses beside a burst there may be so many for each end: a busy moment is no burst. */
const MAX_COMPLETED_BESIDE = 0.5;
/** A server's bad ends come in small clumps anyway: fewer must be nearly all of them, and more a good share. */
const MIN_LARGE = 8;
const NEARLY_ALL = 0.9;
const MIN_SHARE = 0.15;
/** One event ends connections within so little time; a process that is killed within milliseconds. */
const WIDTHS_NS = [10e6, 100e6, 1e9] as const;
/** Bursts told of one kind, the largest first. */
const MAX_TOLD = 3;

interface Burst {
  readonly members: readonly Ending[];
  readonly startNs: number;
  readonly pValue: number;
}

/** Many connections ended within a second: by one server (deploy, restart, crash), or by the clients of one network. */
export function bursts(evidence: PatternEvidence): readonly FoundPattern[] {
  const byServer = evidence.open.filter(
    ({ closedBy }) => closedBy === 'server' || closedBy === 'intermediary',
  );
  const byClient = evidence.open.filter(({ closedBy }) => closedBy === 'client');
  return [
    ...burstsBy(byServer, ({ server }) => server, evidence).map(([server, burst, of]) =>
      serverBurst(server, burst, of, evidence),
    ),
    ...burstsBy(byClient, ({ network }) => network, evidence).map(([network, burst, of]) =>
      clientBurst(network, burst, of, evidence),
    ),
  ];
}

function burstsBy(
  endings: readonly Ending[],
  keyOf: (ending: Ending) => string,
  evidence: PatternEvidence,
): [string, Burst, number][] {
  const found: [string, Burst, number][] = [];
  for (const [key, group] of groupBy(endings, keyOf)) {
    let left: readonly Ending[] = group;
    for (let told = 0; told < MAX_TOLD; told++) {
      const burst = densestMoment(left, evidence, endings.length);
      if (burst === null || burst.pValue >= DECISION_P) break;
      const members = new Set(burst.members);
      left = left.filter((ending) => !members.has(ending));
      if (isLarge(burst.members.length, group.length) && !isTimer(burst.members))
        found.push([key, burst, group.length]);
    }
  }
  return found.sort((a, b) => b[1].members.length - a[1].members.length).slice(0, MAX_TOLD);
}

/**
 * The moment with most ends. By chance they would be spread over the capture evenly, or as completed responses are where
 * those crowd together as well; the number within a stretch is then binomial. Every end begins stretches that are tried.
 */
function densestMoment(endings: readonly Ending[], evidence: PatternEvidence, tried: number): Burst | null {
  const sorted = [...endings].sort((a, b) => a.timeNs - b.timeNs);
  let best: Burst | null = null;
  for (const widthNs of WIDTHS_NS) {
    const { first, end } = fullestStretch(sorted, widthNs);
    if (end - first < MIN_CONNECTIONS) continue;
    const startNs = sorted[first]!.timeNs;
    const spanNs = sorted[end - 1]!.timeNs - startNs;
    const beside = completedWithin(evidence.responses.times, startNs, spanNs);
    if (beside > MAX_COMPLETED_BESIDE * (end - first)) continue;
    const chance = binomialTail(end - first - 1, sorted.length - 1, usualShare(startNs, widthNs, evidence));
    const pValue = Math.min(1, WIDTHS_NS.length * tried * chance);
    if (best === null || pValue <= best.pValue) best = { members: sorted.slice(first, end), startNs, pValue };
  }
  return best;
}

function fullestStretch(sorted: readonly Ending[], widthNs: number): { first: number; end: number } {
  const best = { first: 0, end: 0 };
  let end = 0;
  for (let first = 0; first < sorted.length; first++) {
    while (end < sorted.length && sorted[end]!.timeNs <= sorted[first]!.timeNs + widthNs) end++;
    if (end - first > best.end - best.first) {
      best.first = first;
      best.end = end;
    }
  }
  return best;
}

function usualShare(startNs: number, widthNs: number, { capture, responses }: PatternEvidence): number {
  const captureNs = Math.max((capture.lastNs ?? 0) - (capture.firstNs ?? 0), 1);
  const { times, total } = responses;
  const completed = total === 0 ? 0 : completedWithin(times, startNs, widthNs) / total;
  return Math.min(1, Math.max(widthNs / captureNs, completed));
}

/** Responses completed in the bins that the stretch touches. */
function completedWithin(times: TimeBins, fromNs: number, widthNs: number): number {
  const first = Math.max(0, Math.floor((fromNs - times.startNs) / times.widthNs));
  const last = Math.floor((fromNs + widthNs - times.startNs) / times.widthNs);
  let count = 0;
  for (let bin = first; bin <= last && bin < times.length; bin++) count += times.completed[bin]!;
  return count;
}

function isLarge(count: number, all: number): boolean {
  return count >= (count >= MIN_LARGE ? MIN_SHARE : NEARLY_ALL) * all;
}

/** Each was ended by the same time of its own rather than at the same moment. */
function isTimer(members: readonly Ending[]): boolean {
  const momentNs = deviation(members.map(({ timeNs }) => timeNs));
  const measures = [
    members.map(({ idleNs }) => idleNs),
    members.map(({ sinceRequestNs }) => sinceRequestNs),
    members.map(({ ageNs }) => ageNs),
  ];
  return measures.some((values) => {
    const known = values.filter((value) => value !== null);
    return (
      known.length === members.length && deviation(known) < momentNs && Math.min(...known) >= MIN_TIMER_NS
    );
  });
}

/** As for timers: shorter times are round trips. */
const MIN_TIMER_NS = 0.5e9;

function figuresOf({ members, startNs }: Burst, { capture }: PatternEvidence) {
  const times = members.map(({ timeNs }) => timeNs);
  return {
    sinceCaptureStart: (startNs - (capture.firstNs ?? 0)) / 1e9,
    spread: (Math.max(...times) - Math.min(...times)) / 1e9,
  };
}

/** `12 ms`, or `a moment` where the capture's clock shows no time between them. */
function spanText({ members }: Burst, words: PatternWords): string {
  const times = members.map(({ timeNs }) => timeNs);
  const spanNs = Math.max(...times) - Math.min(...times);
  return spanNs === 0 ? 'a moment' : words.duration(spanNs);
}

function serverBurst(server: string, burst: Burst, of: number, evidence: PatternEvidence): FoundPattern {
  const { words, capture } = evidence;
  const time = words.timeOfDay(capture, burst.startNs);
  return {
    kind: 'burst',
    text: `${server} ended ${words.thousands(burst.members.length)} of its ${words.counted(of, 'connection')} in trouble within ${spanText(burst, words)} (${time} UTC): a restart, a crash, or a limit`,
    members: burst.members,
    of,
    figures: { server, ...figuresOf(burst, evidence) },
    pValue: burst.pValue,
    suggests: 'A deploy, a restart, a crash or an operator: one event ended them all.',
    next: "Look at the server's start time, its deploys, its OOM killer and its log at that second; let it drain before it stops.",
    isCause: true,
  };
}

function clientBurst(network: string, burst: Burst, of: number, evidence: PatternEvidence): FoundPattern {
  const { words, capture } = evidence;
  const time = words.timeOfDay(capture, burst.startNs);
  const hosts = new Set(burst.members.map(({ clientIp }) => clientIp)).size;
  return {
    kind: 'client-burst',
    text: `${words.counted(hosts, 'client')} in ${network} ended ${words.thousands(burst.members.length)} of ${words.counted(of, 'connection')} in trouble within ${spanText(burst, words)} (${time} UTC)`,
    members: burst.members,
    of,
    figures: { network, clients: hosts, ...figuresOf(burst, evidence) },
    pValue: burst.pValue,
    suggests:
      hosts === 1
        ? 'That program was stopped or restarted, or gave up everything at once.'
        : 'Their common way failed over (NAT, load balancer, Wi-Fi), or one thing stopped them all.',
    next: 'Ask what happened there at that second; a capture at that side shows whether the clients sent these ends.',
    isCause: true,
  };
}
