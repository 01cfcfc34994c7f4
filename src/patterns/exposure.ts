import type { Ending } from './ending.ts';
import type { ResponseCounts } from './response-counts.ts';

const NS_PER_US = 1000;

/** A client left while its response was being sent. */
export function isDeparture({ group, exposureNs }: Ending): boolean {
  return group === 'client-abort' && exposureNs !== null;
}

/** A run of the time that a response has been on the wire: departures in it, and how long all responses were in it. */
export interface Stretch {
  readonly departures: number;
  readonly exposureNs: number;
}

/**
 * Splits the time since the first octet into `parts` stretches of equal exposure: if departures come at a constant rate,
 * each has as many. Responses that nobody left are exposed to their last octet, the others (`cut`) to their end.
 */
export function stretchesOf(
  departures: readonly Ending[],
  cut: readonly Ending[],
  responses: ResponseCounts,
  parts: number,
): Stretch[] {
  const lives: { readonly lifeNs: number; readonly count: number }[] = cut.map(({ exposureNs }) => ({
    lifeNs: exposureNs ?? 0,
    count: 1,
  }));
  for (const { low, high, count } of responses.exposures.classes())
    lives.push({ lifeNs: ((low + high) / 2) * NS_PER_US, count });
  lives.sort((a, b) => a.lifeNs - b.lifeNs);
  const edges = edgesOf(lives, parts);
  return edges.slice(1).map((edgeNs, index) => {
    const fromNs = edges[index]!;
    const exposureNs = lives.reduce(
      (sum, { lifeNs, count }) => sum + count * Math.max(0, Math.min(lifeNs, edgeNs) - fromNs),
      0,
    );
    const isLast = index === parts - 1;
    const within = departures.filter(
      ({ exposureNs: at }) => at !== null && at >= fromNs && (at < edgeNs || isLast),
    );
    return { departures: within.length, exposureNs };
  });
}

/** Ages between which the exposure is the same. While the age grows, fewer and fewer responses are still exposed. */
function edgesOf(
  lives: readonly { readonly lifeNs: number; readonly count: number }[],
  parts: number,
): number[] {
  const all = lives.reduce((sum, { lifeNs, count }) => sum + lifeNs * count, 0);
  let exposed = lives.reduce((sum, { count }) => sum + count, 0);
  const edges = [0];
  let passed = 0;
  let atNs = 0;
  for (const { lifeNs, count } of lives) {
    let wanted = (all * edges.length) / parts;
    while (edges.length < parts && passed + exposed * (lifeNs - atNs) >= wanted) {
      const edgeNs = atNs + (wanted - passed) / exposed;
      edges.push(edgeNs);
      wanted = (all * edges.length) / parts;
    }
    passed += exposed * (lifeNs - atNs);
    atNs = lifeNs;
    exposed -= count;
  }
  while (edges.length < parts) edges.push(atNs);
  edges.push(Math.max(atNs, Number.MIN_VALUE));
  return edges;
}
