import type { ClosedBy } from '../../model/verdict.ts';
import { densestWindow, type Valued } from '../densest-window.ts';
import type { Ending } from '../ending.ts';
import { DECISION_P, type FoundPattern, MIN_CONNECTIONS, type PatternEvidence } from '../kind.ts';
import { knownTimers, type TimerMeasure, type TimerOwner } from '../known-timers.ts';
import type { LogHistogram } from '../log-histogram.ts';
import { deviation, mean, quantile } from '../measures.ts';

/** Shorter times are round trips or somebody's work. */
const MIN_TIMER_NS = 0.5e9;
/** A timer fires within this of its time: 2 %, or 50 ms for the scheduling of a busy host, whichever is more. */
const RELATIVE_WIDTH = 0.02;
const ABSOLUTE_WIDTH_NS = 50e6;
/** Of many silences some always lie close together: a timer that matters has a good share of them. */
const MIN_SHARE = 0.1;
/** Timers told for one side. */
const MAX_TOLD = 3;
/** Two measures whose deviations differ by less cannot be told from each other (F-test at 20 values: p ≈ 0.01). */
const CLEARLY_WIDER = 2;
/** Fewer completed responses say nothing about how long they usually take. */
const MIN_USUAL = 20;
const NS_PER_US = 1000;

const CLOSERS: readonly ClosedBy[] = ['client', 'server', 'intermediary'];

interface Measure {
  readonly name: TimerMeasure;
  of(ending: Ending): number | null;
  /** How long completed responses take by the same clock, where that could explain it. */
  usual(evidence: PatternEvidence): LogHistogram | null;
}

const MEASURES: readonly Measure[] = [
  { name: 'idle', of: ({ idleNs }) => idleNs, usual: () => null },
  {
    name: 'since-request',
    of: ({ sinceRequestNs }) => sinceRequestNs,
    usual: ({ responses }) => responses.sinceRequest,
  },
  { name: 'age', of: ({ ageNs }) => ageNs, usual: ({ responses }) => responses.ages },
];

interface Timer {
  readonly measure: Measure;
  readonly members: readonly Ending[];
  readonly values: readonly number[];
  readonly deviationNs: number;
  readonly pValue: number;
}

/**
 * Connections that one side ended after the same time. The same connections are often close together by several
 * clocks (one request a connection: its age is the time since the request, too); the clock by which they deviate least is
 * the timer's. When the wall clock deviates least of all, it was no timer but one event: see bursts.
 */
export function timers(evidence: PatternEvidence): readonly FoundPattern[] {
  const found: FoundPattern[] = [];
  for (const closer of CLOSERS) {
    let left = evidence.open.filter(({ closedBy, isLate }) => closedBy === closer && !isLate);
    const all = left.length;
    for (let told = 0; told < MAX_TOLD; told++) {
      const timer = bestTimer(left, evidence);
      if (timer === null || timer.members.length < MIN_SHARE * all) break;
      const members = new Set(timer.members);
      left = left.filter((ending) => !members.has(ending));
      if (deviation(timer.members.map(({ timeNs }) => timeNs)) <= timer.deviationNs) continue;
      found.push(patternOf(timer, closer, all, evidence));
    }
  }
  return found;
}

function bestTimer(endings: readonly Ending[], evidence: PatternEvidence): Timer | null {
  if (endings.length < MIN_CONNECTIONS) return null;
  let best: Timer | null = null;
  for (const measure of MEASURES) {
    const timer = timerBy(measure, endings, evidence);
    if (timer === null) continue;
    if (best === null || isBetter(timer, best)) best = timer;
  }
  return best;
}

/** Among clocks that find much the same connections, the one that deviates least; else the one that finds more. */
function isBetter(timer: Timer, best: Timer): boolean {
  const known = new Set(best.members);
  const shared = timer.members.filter((member) => known.has(member)).length;
  const isSame = 2 * shared >= Math.min(timer.members.length, best.members.length);
  if (isSame)
    return timer.deviationNs < best.deviationNs && 5 * timer.members.length >= 4 * best.members.length;
  return timer.members.length > best.members.length;
}

function timerBy(measure: Measure, endings: readonly Ending[], evidence: PatternEvidence): Timer | null {
  const valued: Valued<Ending>[] = [];
  for (const thing of endings) {
    const value = measure.of(thing);
    if (value !== null) valued.push({ value, thing });
  }
  const usual = measure.usual(evidence);
  const window = densestWindow(valued, {
    least: MIN_TIMER_NS,
    widthAt: (value) => Math.max(RELATIVE_WIDTH * value, ABSOLUTE_WIDTH_NS),
    usualShare: (low, high, from, to) => usualShare(usual, low, high, from, to),
    looks: MEASURES.length * CLOSERS.length,
  });
  if (window === null || window.pValue >= DECISION_P || window.members.length < MIN_CONNECTIONS) return null;
  const values = window.members.map(({ value }) => value);
  return {
    measure,
    members: window.members.map(({ thing }) => thing),
    values,
    deviationNs: deviation(values),
    pValue: window.pValue,
  };
}

function usualShare(usual: LogHistogram | null, low: number, high: number, from: number, to: number): number {
  if (usual === null) return 0;
  const around = usual.countTouching(from / NS_PER_US, to / NS_PER_US);
  return around < MIN_USUAL ? 0 : usual.countTouching(low / NS_PER_US, high / NS_PER_US) / around;
}

const KINDS: Readonly<Record<TimerMeasure, string>> = {
  idle: 'idle-timer',
  'since-request': 'response-timeout',
  age: 'connection-age',
};

const OWNERS: Readonly<Record<ClosedBy, ReadonlySet<TimerOwner>>> = {
  client: new Set(['client', 'between']),
  // Behind an address may stand the host itself or something in front of it, so both count.
  server: new Set(['server', 'between']),
  intermediary: new Set(['between']),
  both: new Set(),
  none: new Set(),
};

function patternOf(
  { measure, members, values, deviationNs, pValue }: Timer,
  closer: ClosedBy,
  of: number,
  { words }: PatternEvidence,
): FoundPattern {
  const timeNs = mean(values);
  const names = knownTimers(timeNs, measure.name, OWNERS[closer]);
  const defaults = names.length === 0 ? '' : `; defaults of that length: ${names.join('; ')}`;
  const rival = rivalOf(measure, members, deviationNs);
  const doubt = rival === null ? '' : ` (or ${RIVAL_WORDS[rival.name]}: both fit)`;
  const spread = `±${words.duration(Math.max(deviationNs, 1e6))}`;
  const by = closer === 'intermediary' ? 'something in between' : `the ${closer}`;
  return {
    kind: KINDS[measure.name],
    text: `${words.thousands(members.length)} of ${words.counted(of, 'connection')} ended by ${by} ${WORDS[measure.name]}, ${words.duration(timeNs)} (${spread})${doubt}: a timer${defaults}`,
    members,
    of,
    figures: {
      closedBy: closer,
      seconds: timeNs / 1e9,
      deviation: deviationNs / 1e9,
      low: quantile(values, 0.05) / 1e9,
      high: quantile(values, 0.95) / 1e9,
      alsoFits: rival?.name ?? null,
      defaults: names.join('; ') || null,
    },
    pValue,
    suggests: SUGGESTS[measure.name],
    next: NEXT[measure.name][closer === 'client' ? 'client' : 'other'],
    isCause: true,
  };
}

/** Another clock by which the same connections lie about as close together. */
function rivalOf(measure: Measure, members: readonly Ending[], deviationNs: number): Measure | null {
  for (const rival of MEASURES) {
    if (rival === measure) continue;
    const values = members.map((member) => rival.of(member)).filter((value) => value !== null);
    if (values.length === members.length && deviation(values) < CLEARLY_WIDER * deviationNs) return rival;
  }
  return null;
}

const WORDS: Readonly<Record<TimerMeasure, string>> = {
  idle: 'had the same silence before the end',
  'since-request': 'ended at the same time after the request',
  age: 'ended at the same age',
};

const RIVAL_WORDS: Readonly<Record<TimerMeasure, string>> = {
  idle: 'the silence before',
  'since-request': 'the time since the request',
  age: 'the age of the connection',
};

const SUGGESTS: Readonly<Record<TimerMeasure, string>> = {
  idle: 'An idle timer: whoever has it hears nothing for that long and hangs up.',
  'since-request': 'A time limit for the whole response: it was too slow for it, whatever had come by then.',
  age: 'A limit of how old a connection may become, used or not.',
};

const NEXT: Readonly<Record<TimerMeasure, { readonly client: string; readonly other: string }>> = {
  idle: {
    client:
      'Look for that time in the client and what is in front of it; find out why nothing came for so long.',
    other:
      'Look for that time in the server, its proxies, load balancers, NATs and firewalls; clients that keep connections must give them up sooner than that.',
  },
  'since-request': {
    client:
      "Look for that time in the client's settings; look why the server needs so long (time to the first byte, pauses within the response).",
    other:
      'Look for a write, request or worker timeout of that time in the server and its proxies; look why the response needs so long.',
  },
  age: {
    client: 'Look for a maximum age of connections in the client.',
    other:
      'Look for a maximum age of connections in the server and its proxies; with requests under way it should drain first.',
  },
};
