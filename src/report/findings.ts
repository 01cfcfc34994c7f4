import type { Group, JudgedConnection } from '../model/verdict.ts';
import { exchangeOf } from './exchange-record.ts';
import { endpointText, needsALook } from './words.ts';

/** One entry of the table: a connection that ended badly, or several that ended alike. */
export interface Finding {
  /** The first of them. */
  readonly judged: JudgedConnection;
  count: number;
  /** Ids of the next few. */
  readonly otherIds: number[];
  /** Server endpoints and request targets, MAX_DISTINCT of them at most, to say whether it is one place or many. */
  readonly servers: Set<string>;
  readonly targets: Set<string>;
}

/** Shapes kept apart, and connections kept with --all: each holds all its facts (some 10 kB), so memory has an end. */
const MAX_SHAPES = 500;
const MAX_UNFOLDED = 5000;
const MAX_OTHER_IDS = 5;
export const MAX_DISTINCT = 1000;

/** Gathers bad ends, alike ones folded into one (unless `isUnfolded`), within bounds. */
export class Findings {
  readonly #byShape = new Map<string, Finding>();
  readonly #isUnfolded: boolean;
  /** The connection before, and where it went. */
  #latest: { judged: JudgedConnection; readonly finding: Finding } | null = null;
  /** Connections for which there was no room. */
  leftOut = 0;

  constructor(isUnfolded: boolean) {
    this.#isUnfolded = isUnfolded;
  }

  /** With `id` one like `judged` that has this number. */
  add(judged: JudgedConnection, id = judged.facts.id): void {
    const latest = this.#latest;
    // The connections of a flood are equal to the letter, and there are millions of them.
    if (latest !== null && (latest.judged === judged || isEqual(latest.judged, judged))) {
      latest.judged = judged;
      count(latest.finding, id);
      return;
    }
    const target = exchangeOf(judged)?.target ?? null;
    const finding = this.#findingOf(judged, target);
    if (finding === null) {
      this.leftOut++;
      return;
    }
    count(finding, id);
    addBounded(finding.servers, endpointText(judged.facts.server.ip, judged.facts.server.port));
    addBounded(finding.targets, target);
    if (!this.#isUnfolded) this.#latest = { judged, finding };
  }

  /** Null when there is no room for one more. */
  #findingOf(judged: JudgedConnection, target: string | null): Finding | null {
    const shape = this.#isUnfolded ? String(judged.facts.id) : shapeOf(judged, target);
    const known = this.#byShape.get(shape);
    if (known !== undefined) return known;
    if (this.#byShape.size >= (this.#isUnfolded ? MAX_UNFOLDED : MAX_SHAPES)) return null;
    const finding = {
      judged,
      count: 0,
      otherIds: [],
      servers: new Set<string>(),
      targets: new Set<string>(),
    };
    this.#byShape.set(shape, finding);
    return finding;
  }

  /** What deserves a look first; then by who did it, the most frequent first. With --all in order of the first packet. */
  sorted(): Finding[] {
    const findings = [...this.#byShape.values()];
    if (this.#isUnfolded) return findings.sort((a, b) => a.judged.facts.id - b.judged.facts.id);
    return findings.sort(
      (a, b) => rank(a.judged) - rank(b.judged) || b.count - a.count || a.judged.facts.id - b.judged.facts.id,
    );
  }
}

/** Rarer and graver first: a cut by the path or the server before users who left. */
const GROUP_RANK: Readonly<Record<Group, number>> = { intermediary: 0, server: 1, 'client-abort': 3 };
const NOBODY_RANK = 2;
const HARMLESS_RANK = 10;

function rank(judged: JudgedConnection): number {
  const { group } = judged.verdict;
  return (group === null ? NOBODY_RANK : GROUP_RANK[group]) + (needsALook(judged) ? 0 : HARMLESS_RANK);
}

/** Equal for connections whose headlines differ only in numbers, addresses and the request target. */
function shapeOf({ verdict }: JudgedConnection, target: string | null): string {
  const { outcome, group, certainty, position, isHarmless } = verdict;
  const headline =
    target === null || target === '' ? verdict.headline : verdict.headline.replaceAll(target, '…');
  return `${outcome} ${group} ${certainty} ${position} ${isHarmless} ${headline.replace(/\d[\d.,:]*/g, '#')}`;
}

/** Two connections without an exchange whose shape and server are the same. */
function isEqual(one: JudgedConnection, other: JudgedConnection): boolean {
  const { server, app } = one.facts;
  if (app.exchange !== null || other.facts.app.exchange !== null) return false;
  if (server.ip !== other.facts.server.ip || server.port !== other.facts.server.port) return false;
  const { outcome, group, certainty, position, isHarmless, headline } = one.verdict;
  const { verdict } = other;
  return (
    outcome === verdict.outcome &&
    group === verdict.group &&
    certainty === verdict.certainty &&
    position === verdict.position &&
    isHarmless === verdict.isHarmless &&
    headline === verdict.headline
  );
}

function count(finding: Finding, id: number): void {
  if (finding.count > 0 && finding.otherIds.length < MAX_OTHER_IDS) finding.otherIds.push(id);
  finding.count++;
}

function addBounded(set: Set<string>, value: string | null): void {
  if (value !== null && set.size < MAX_DISTINCT) set.add(value);
}
