import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConnectionRow, makeConnectionTable } from '../../src/tcp/connection-row.ts';
import { Evictions } from '../../src/tcp/eviction.ts';
import { ROW_DATA, ROW_FREE } from '../../src/tcp/row-bits.ts';
import { SilenceOrder } from '../../src/tcp/silence-order.ts';

describe('order of silence', () => {
  test('gives the earliest first, whatever order they came in', () => {
    const times = fc.array(fc.tuple(fc.nat(50), fc.boolean()), { maxLength: 4_000, size: 'max' });
    fc.assert(
      fc.property(times, fc.nat(3), (steps, jumble) => {
        const order = new SilenceOrder();
        const left: { sinceNs: number; firstFrame: number; row: number }[] = [];
        steps.forEach(([offset, isTaken], k) => {
          const sinceNs = jumble === 0 ? k >> 2 : (k >> jumble) + offset;
          left.push({ sinceNs, firstFrame: k, row: 3 * k });
          order.push({ index: 3 * k, lastNs: sinceNs, firstFrame: k });
          if (!isTaken) return;
          left.sort((a, b) => a.sinceNs - b.sinceNs || a.firstFrame - b.firstFrame);
          order.shift();
          expect({ ...left.shift() }).toEqual(taken(order));
        });
        left.sort((a, b) => a.sinceNs - b.sinceNs || a.firstFrame - b.firstFrame);
        for (const each of left) {
          order.shift();
          expect(taken(order)).toEqual(each);
        }
        expect(order.length).toBe(0);
      }),
      { numRuns: 20 },
    );
  });
});

function taken({ sinceNs, firstFrame, row }: SilenceOrder): unknown {
  return { sinceNs, firstFrame, row };
}

interface Fake {
  shard: number;
  lastNs: number;
  firstFrame: number;
  isUsed: boolean;
}

/** A table of made-up connections, and who should go next by looking at all of them. */
class Crowd {
  readonly #table = makeConnectionTable();
  readonly #row = new ConnectionRow(this.#table);
  readonly #view = new ConnectionRow(this.#table);
  readonly #free: number[] = [];
  readonly live = new Map<number, Fake>();
  readonly evictions = new Evictions((row) => this.live.get(row.index)?.shard ?? 0);
  #rows = 1;

  open(shard: number, lastNs: number, firstFrame: number): void {
    const index = this.#free.pop() ?? this.#rows++;
    this.#table.reserve(this.#rows);
    this.#row.move(index);
    this.#row.clear();
    this.#row.lastNs = lastNs;
    this.#row.firstFrame = firstFrame;
    this.live.set(index, { shard, lastNs, firstFrame, isUsed: false });
    this.evictions.opened(shard, this.#row);
  }

  speak(index: number, lastNs: number, isUsed: boolean): void {
    const fake = this.live.get(index)!;
    this.#row.move(index);
    this.#row.lastNs = Math.max(this.#row.lastNs, lastNs);
    fake.lastNs = this.#row.lastNs;
    fake.isUsed ||= isUsed;
    if (fake.isUsed) this.#row.set(ROW_DATA);
  }

  leave(index: number): void {
    this.#row.move(index);
    this.#row.set(ROW_FREE);
    this.live.delete(index);
    this.#free.push(index);
  }

  next(shard: number): number {
    return this.evictions.next(shard, this.#view, this.#rows);
  }

  expected(shard: number): number {
    const all = [...this.live].filter(([, fake]) => fake.shard === shard);
    all.sort(
      ([, a], [, b]) =>
        Number(a.isUsed) - Number(b.isUsed) || a.lastNs - b.lastNs || a.firstFrame - b.firstFrame,
    );
    return all[0]?.[0] ?? -1;
  }
}

describe('eviction', () => {
  test('takes the half-open connection of the shard that has been silent longest, then the others', () => {
    const step = fc.record({ kind: fc.nat(9), shard: fc.nat(1), which: fc.nat(1_000), jitterNs: fc.nat(20) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 600, size: 'max' }), (steps) => {
        const crowd = new Crowd();
        steps.forEach(({ kind, shard, which, jitterNs }, k) => {
          const indices = [...crowd.live.keys()];
          const index = indices[which % Math.max(1, indices.length)];
          if (kind < 5 || index === undefined) crowd.open(shard, 10 * k - 5 * jitterNs, k);
          else if (kind < 7) crowd.speak(index, 10 * k - jitterNs, kind === 6);
          else if (kind === 7) crowd.leave(index);
          else {
            const next = crowd.next(shard);
            expect(next).toBe(crowd.expected(shard));
            if (next >= 0) crowd.leave(next);
          }
        });
        for (let left = crowd.live.size; left > 0; left--) {
          for (const shard of [0, 1]) {
            const next = crowd.next(shard);
            expect(next).toBe(crowd.expected(shard));
            if (next >= 0) crowd.leave(next);
          }
        }
        expect(crowd.live.size).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  test('finds them again after so many began that its lists were given up', () => {
    const crowd = new Crowd();
    for (let k = 0; k < 10; k++) crowd.open(0, k, k);
    crowd.leave(crowd.next(0));
    for (let k = 10; k < 40_000; k++) {
      crowd.open(0, k, k);
      if (k % 10 !== 0) crowd.leave([...crowd.live.keys()].at(-1)!);
    }
    const next = crowd.next(0);
    expect(crowd.live.get(next)?.firstFrame).toBe(1);
  });
});
