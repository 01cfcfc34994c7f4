import { ratio, type Share, wilson } from './share.ts';

/** Shares and scores as people read them. */

export function percent(value: number | null): string {
  return value === null ? '–' : `${(100 * value).toFixed(1)} %`;
}

/** `97.9 % (694 of 709)` */
export function shareText(share: Share): string {
  return share.of === 0 ? '–' : `${percent(ratio(share))} (${share.right} of ${share.of})`;
}

/** `97.9 % (694 of 709; 96.5–98.7)`: with the 95 % interval. */
export function shareWithInterval(share: Share): string {
  if (share.of === 0) return '–';
  const { low, high } = wilson(share);
  const bounds = `${(100 * low).toFixed(1)}–${(100 * high).toFixed(1)}`;
  return `${percent(ratio(share))} (${share.right} of ${share.of}; ${bounds})`;
}

export function scoreText(value: number | null): string {
  return value === null ? '–' : value.toFixed(3);
}
