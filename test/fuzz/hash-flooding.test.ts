import { expect, test } from 'vitest';
import { AddressBook } from '../../src/bytes/address-book.ts';
import { FlowHash, FlowTable } from '../../src/tcp/flow-table.ts';

/**
 * Addresses and ports that would all collide in the hash tables, were it not for their secret keys: the functions are
 * public, so somebody could make a capture of such senders. The numbers below are worked out for the key 0.
 */

const COUNT = 60_000;
/** Keyed it takes some 30 ms; with one chain of 60,000 entries, many seconds. */
const LOOSE_MS = 2_500;
const GOAL = 0x1234_5678;

/** Multiplicative inverse of an odd number modulo 2^32, by Newton's iteration. */
function inverse(odd: number): number {
  let x = odd;
  for (let k = 0; k < 5; k++) x = Math.imul(x, 2 - Math.imul(odd, x));
  return x;
}

/** The number that `x ^ (x >>> shift)` was made from. */
function unshifted(mixed: number, shift: number): number {
  let x = mixed;
  for (let k = shift; k < 32; k += shift) x = mixed ^ (x >>> shift);
  return x;
}

test('4-tuples chosen to collide are found at once', () => {
  const high = 0x7f00_0001;
  const lowFor = (ports: number): number => {
    const afterHigh = unshifted(Math.imul(GOAL, inverse(0xc2b2ae35)) ^ ports, 13);
    const afterLow = unshifted(Math.imul(afterHigh, inverse(0x9e3779b1)) ^ high, 15);
    return Math.imul(afterLow, inverse(0x85ebca6b));
  };
  const hash = new FlowHash();
  const flows = new FlowTable({
    isBetween: (row, src, srcPort) => src === lowFor((row << 16) | 80) && srcPort === (row & 0xffff),
  });
  const begunMs = performance.now();
  for (let row = 0; row < COUNT; row++) {
    const low = lowFor((row << 16) | 80);
    if (low < high) flows.put(hash.of(low, row & 0xffff, high, 80), low, row & 0xffff, high, 80, 0, row);
  }
  let found = 0;
  for (let row = 0; row < COUNT; row++) {
    const low = lowFor((row << 16) | 80);
    if (
      low < high &&
      flows.find(hash.of(low, row & 0xffff, high, 80), low, row & 0xffff, high, 80, 0) === row
    )
      found++;
  }
  expect(found).toBeGreaterThan(COUNT * 0.9);
  expect(performance.now() - begunMs).toBeLessThan(LOOSE_MS);
});

test('IPv6 addresses chosen to collide are found at once', () => {
  const book = new AddressBook();
  const view = new DataView(new ArrayBuffer(16));
  const begunMs = performance.now();
  for (let second = 1; second <= COUNT; second++) {
    view.setInt32(0, Math.imul(unshifted(GOAL ^ second, 15), inverse(0x85ebca6b)));
    view.setInt32(4, second);
    book.retain(book.intern(view, 0));
  }
  expect(book.size).toBe(COUNT);
  expect(performance.now() - begunMs).toBeLessThan(LOOSE_MS);
});
