/** So many of so many. */
export interface Share {
  readonly right: number;
  readonly of: number;
}

/** Two-sided 95 %: quantile of the standard normal distribution. */
const Z_95 = 1.959963984540054;

/** `isRight` counts the items that have an answer; null ones are left out. */
export function shareOf<Item>(items: readonly Item[], isRight: (item: Item) => boolean | null): Share {
  let right = 0;
  let of = 0;
  for (const item of items) {
    const answer = isRight(item);
    if (answer === null) continue;
    of++;
    if (answer) right++;
  }
  return { right, of };
}

export function ratio({ right, of }: Share): number | null {
  return of === 0 ? null : right / of;
}

/**
 * Wilson's score interval (Wilson 1927), which stays within 0–1 and holds near 0 and 1, where shares of this kind lie.
 * Captures of one scenario from several vantages are not independent, so the true interval is somewhat wider.
 */
export function wilson({ right, of }: Share, z = Z_95): { readonly low: number; readonly high: number } {
  if (of === 0) return { low: 0, high: 1 };
  const p = right / of;
  const z2 = z * z;
  const scale = 1 + z2 / of;
  const centre = (p + z2 / (2 * of)) / scale;
  const half = (z / scale) * Math.sqrt((p * (1 - p)) / of + z2 / (4 * of * of));
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}
