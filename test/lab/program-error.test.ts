import { describe, expect, test } from 'vitest';
import { predictsError } from './program-error.ts';

const AFTER_RESET = {
  likely:
    'ECONNRESET on the next read or write after frame 41, EPIPE on later writes; nginx: 200 with fewer bytes; Go: "write: timed out"',
  errno: 'ECONNRESET',
};
const CLOSED_IT = { likely: 'closed it itself', errno: null };
const SHORT = {
  likely: 'a short answer; curl: (18) transfer closed; Node: ECONNRESET "aborted"',
  errno: null,
};

const met = (errno: string | null, program = 'python socket') => ({ program, said: '', errno });

describe('a program’s error counts as foretold', () => {
  test.each([
    ['the errno itself', AFTER_RESET, met('ECONNRESET'), true],
    ['one of two that depend on the next call', AFTER_RESET, met('EPIPE'), true],
    ['by the part about the program that ran', SHORT, met('ECONNRESET', 'node'), true],
    ['not by the part about another program', SHORT, met('ECONNRESET', 'curl'), false],
    ['nor here', AFTER_RESET, met('ETIMEDOUT', 'python'), false],
    ['in other words for the same thing', SHORT, met('EOF', 'curl'), true],
    ['no error, and none was promised', CLOSED_IT, met('none'), true],
    ['no error, but one was promised', AFTER_RESET, met('none'), false],
    ['an error, but none was promised', CLOSED_IT, met('ECONNRESET'), false],
    ['an error that nobody has heard of', AFTER_RESET, met('EWEIRD'), false],
    ['nobody knows what it met', AFTER_RESET, met(null), null],
  ])('%s', (_why, view, report, expected) => {
    expect(predictsError(view, report)).toBe(expected);
  });
});
