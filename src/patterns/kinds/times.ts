import { binomialTail, normalTail } from '../../statistics/tails.ts';
import type { Ending } from '../ending.ts';
import { DECISION_P, type FoundPattern, MIN_CONNECTIONS, type PatternEvidence } from '../kind.ts';
import type { TimeBins } from '../time-bins.ts';

const NS_PER_HOUR = 3600e9;
const HOURS = 24;
const NS_PER_DAY = 86_400_000_000_000n;
/** Of fewer hours none stands out. */
const MIN_HOURS = 4;
const MIN_LIFT = 3;
/** Fewer ends or bins do not make a trend. */
const MIN_ENDINGS = 20;
const MIN_BINS = 20;
/** Exchanges under way that are called busy at the least. */
const MIN_BUSY = 2;
/** Share of bad requests in the busiest third against the calmest one. */
const MIN_RISE = 2;

/**
 * Requests end badly more often when more exchanges are under way as they come. If they did not, those that end badly would be
 * any of all requests; the test (Cochran and Armitage's test for a trend) compares how many were under way for them with
 * how many for all. Its variance is the larger of the one by chance alone and the one that the bins of time show, so
 * that ends which come in clumps do not pass for a trend.
 */
export function concurrency({ open, responses, words }: PatternEvidence): readonly FoundPattern[] {
  const { times } = responses;
  const members = open.filter(({ sinceRequestNs }) => sinceRequestNs !== null);
  if (members.length < MIN_ENDINGS || times.length < MIN_BINS) return [];
  const load = withEndings(times, members);
  const bad = badByBin(times, members);
  const all = bad.map((count, bin) => count + times.asked[bin]!);
  const z = trend(load, bad, all);
  const pValue = normalTail(z);
  if (pValue >= DECISION_P) return [];
  const { calm, busy } = thirds(load, bad, all);
  if (busy.from < MIN_BUSY || busy.share < MIN_RISE * calm.share) return [];
  return [
    {
      kind: 'concurrency',
      text: `the more exchanges are under way, the more end badly: ${words.percent(busy.share)} of those begun beside ${words.thousands(Math.round(busy.from))} or more others, ${words.percent(calm.share)} beside up to ${words.thousands(Math.round(calm.to))}`,
      members,
      of: sum(all),
      figures: {
        z,
        busyFrom: busy.from,
        shareBusy: busy.share,
        calmTo: calm.to,
        shareCalm: calm.share,
      },
      pValue,
      suggests:
        'Load: a limit of workers, connections, memory or of a database behind, or clients that lose patience when it is busy.',
      next: 'Look at the limits of the server (workers, descriptors, backlog) and at its load when it was busy.',
      isCause: false,
    },
  ];
}

/** Exchanges under way by bin, those that ended badly included. */
function withEndings(times: TimeBins, endings: readonly Ending[]): Float64Array {
  const load = times.load();
  for (const { timeNs, sinceRequestNs } of endings) {
    const fromNs = timeNs - (sinceRequestNs ?? 0);
    const first = binOf(times, fromNs);
    const last = binOf(times, timeNs);
    for (let bin = first; bin <= last && bin < load.length; bin++) {
      const startNs = times.startNs + bin * times.widthNs;
      const overlapNs = Math.min(timeNs, startNs + times.widthNs) - Math.max(fromNs, startNs);
      load[bin]! += Math.max(0, overlapNs) / times.widthNs;
    }
  }
  return load;
}

function binOf(times: TimeBins, timeNs: number): number {
  return Math.max(0, Math.floor((timeNs - times.startNs) / times.widthNs));
}

/** Requests that ended badly, by the bin in which they had come. */
function badByBin(times: TimeBins, endings: readonly Ending[]): Float64Array {
  const bad = new Float64Array(times.length);
  for (const { timeNs, sinceRequestNs } of endings) {
    const bin = Math.min(times.length - 1, binOf(times, timeNs - (sinceRequestNs ?? 0)));
    bad[bin]!++;
  }
  return bad;
}

/** Standard deviations by which the load for bad requests exceeds the load for all. */
function trend(load: Float64Array, bad: Float64Array, all: Float64Array): number {
  const requests = sum(all);
  const share = sum(bad) / requests;
  const meanLoad = sum(all.map((count, bin) => count * load[bin]!)) / requests;
  let score = 0;
  let byChance = 0;
  let shown = 0;
  for (let bin = 0; bin < load.length; bin++) {
    const above = load[bin]! - meanLoad;
    const beyond = bad[bin]! - share * all[bin]!;
    score += beyond * above;
    byChance += all[bin]! * share * (1 - share) * above * above;
    shown += (beyond * above) ** 2;
  }
  const variance = Math.max(byChance, shown);
  return variance === 0 ? 0 : score / Math.sqrt(variance);
}

/** Share of requests that ended badly among the third with the fewest others under way, and the one with the most. */
function thirds(load: Float64Array, bad: Float64Array, all: Float64Array) {
  const bins = [...load.keys()].filter((bin) => all[bin]! > 0).sort((a, b) => load[a]! - load[b]!);
  const requests = sum(all);
  const counts = [0, 0, 0].map(() => ({ bad: 0, all: 0, from: Number.POSITIVE_INFINITY, to: 0 }));
  let passed = 0;
  for (const bin of bins) {
    const third = counts[Math.min(2, Math.floor((3 * passed) / requests))]!;
    third.bad += bad[bin]!;
    third.all += all[bin]!;
    third.from = Math.min(third.from, load[bin]!);
    third.to = load[bin]!;
    passed += all[bin]!;
  }
  const [calm, , busy] = counts.map(({ bad: ended, all: of, from, to }) => ({
    share: of === 0 ? 0 : ended / of,
    from,
    to,
  }));
  return { calm: calm!, busy: busy! };
}

function sum(values: Float64Array): number {
  return values.reduce((all, value) => all + value, 0);
}

/** An hour of the day (UTC) in which connections end badly more often than in the others. */
export function timeOfDay({ open, responses, capture, words }: PatternEvidence): readonly FoundPattern[] {
  const { times } = responses;
  if (times.length * times.widthNs < MIN_HOURS * NS_PER_HOUR || times.widthNs > NS_PER_HOUR) return [];
  const startOfDayNs = Number(capture.epochNs % NS_PER_DAY);
  const hourOf = (timeNs: number): number =>
    ((Math.floor((startOfDayNs + timeNs) / NS_PER_HOUR) % HOURS) + HOURS) % HOURS;
  const completed = new Float64Array(HOURS);
  for (let bin = 0; bin < times.length; bin++)
    completed[hourOf(times.startNs + (bin + 0.5) * times.widthNs)]! += times.completed[bin]!;
  const all = open.length + responses.total;
  let best: { hour: number; members: readonly Ending[]; pValue: number } | null = null;
  for (let hour = 0; hour < HOURS; hour++) {
    const members = open.filter(({ timeNs }) => hourOf(timeNs) === hour);
    if (members.length < MIN_CONNECTIONS) continue;
    const here = (members.length + completed[hour]!) / all;
    const pValue = Math.min(1, HOURS * binomialTail(members.length, open.length, here));
    if (members.length < MIN_LIFT * here * open.length) continue;
    if (pValue < DECISION_P && (best === null || pValue < best.pValue)) best = { hour, members, pValue };
  }
  if (best === null) return [];
  const { hour, members, pValue } = best;
  const of = members.length + completed[hour]!;
  const clock = `${String(hour).padStart(2, '0')}:00`;
  return [
    {
      kind: 'time-of-day',
      text: `${words.thousands(members.length)} of ${words.counted(of, 'response')} between ${clock} and an hour later (UTC) ended badly, ${words.percent(members.length / of)}; over the whole capture ${words.percent(open.length / all)}`,
      members,
      of,
      figures: { hour, share: members.length / of, shareOverall: open.length / all },
      pValue,
      suggests:
        'Something that runs at that hour: backups, deploys, rotations, or the busiest time of the users.',
      next: 'Look what is scheduled then, on the servers and in the network.',
      isCause: false,
    },
  ];
}
