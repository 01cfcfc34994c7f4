import { describe, expect, test } from 'vitest';
import { IdleWheel } from '../../src/tcp/idle-wheel.ts';
import { IDLE_HALF_OPEN_NS, IDLE_NS, IDLE_TICK_NS } from '../../src/tcp/limits.ts';

const LIMITS_NS = [IDLE_HALF_OPEN_NS, IDLE_NS];

/**
 * Rows used by one connection after the other, each of which is heard of at given ticks and half a tick; says at which tick
 * the last connection of each row is found idle.
 */
function foundAt(rows: readonly (readonly number[])[], limitNs: number): (number | null)[] {
  const wheel = new IdleWheel();
  const found = rows.map((): number | null => null);
  const sinceNs = rows.map(() => Number.NaN);
  const hasEntered = rows.map(() => false);
  for (let tick = 0; tick < 40_000; tick++) {
    const nowNs = (tick + 0.5) * IDLE_TICK_NS;
    if (wheel.isDue(nowNs)) wheel.turn(nowNs);
    for (const row of wheel.due.splice(0)) {
      if (found[row] !== null) continue;
      if (wheel.isIdle(sinceNs[row]!, limitNs)) found[row] = tick;
      else wheel.enterAgain(row, sinceNs[row]!, limitNs);
    }
    rows.forEach((ticks, row) => {
      if (!ticks.includes(tick)) return;
      sinceNs[row] = nowNs;
      if (!hasEntered[row] || found[row] !== null) wheel.enter(row);
      hasEntered[row] = true;
      found[row] = null;
    });
  }
  return found;
}

describe('the idle wheel', () => {
  for (const limitNs of LIMITS_NS) {
    const ticks = limitNs / IDLE_TICK_NS;

    test(`finds a connection idle at the tick after its limit, whatever its row did before (${ticks})`, () => {
      const rows = [[0], [3], [0, 179, 181], [5, 200, 7_000], [5, 20_000], [1, 2, 3, 300]];
      expect(foundAt(rows, limitNs)).toEqual(rows.map((heard) => heard.at(-1)! + ticks + 1));
    });
  }

  test('a clock that leaps makes every row due once', () => {
    const wheel = new IdleWheel();
    wheel.turn(0);
    for (let row = 0; row < 5_000; row++) wheel.enter(row);
    wheel.enter(7);
    wheel.turn(1e30);
    expect(wheel.due.splice(0).sort((a, b) => a - b)).toEqual(Array.from({ length: 5_000 }, (_, row) => row));
    expect(wheel.isIdle(0, IDLE_NS)).toBe(true);
  });
});
