import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { callAfter } from '../../src/cli/call-after.ts';

const DAY_MS = 86_400_000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test.each([1, 30, 100])('%d days are waited for, and no longer', (days) => {
  const action = vi.fn();
  callAfter(days * DAY_MS, action);
  vi.advanceTimersByTime(days * DAY_MS - 1);
  expect(action).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(action).toHaveBeenCalledOnce();
  expect(vi.getTimerCount()).toBe(0);
});

test('what is cancelled after 40 of 60 days does not come', () => {
  const action = vi.fn();
  const cancel = callAfter(60 * DAY_MS, action);
  vi.advanceTimersByTime(40 * DAY_MS);
  cancel();
  vi.advanceTimersByTime(40 * DAY_MS);
  expect(action).not.toHaveBeenCalled();
});
