import { expect, test } from 'vitest';
import type { Verdict } from '../../src/model/verdict.ts';
import { culpritWords, endSentence, isBadEnd, needsALook } from '../../src/report/words.ts';
import { judged } from '../support/judged.ts';

const NOBODY = {
  group: null,
  certainty: null,
  confidence: null,
  closedBy: 'none',
  isHarmless: true,
} as const;

test.each<[Partial<Verdict>, string, string]>([
  [{ certainty: 'likely', confidence: 0.93 }, 'client (likely)', 'Who hung up: client (likely), 93 %.'],
  [
    { group: 'intermediary', certainty: 'undetermined', confidence: 0.4 },
    'intermediary? (unclear)',
    'Who hung up: intermediary? (unclear), 40 %.',
  ],
  [
    { ...NOBODY, outcome: 'clean', closedBy: 'client' },
    'nobody; client closed',
    'Closed by the client; ended well.',
  ],
  [
    { ...NOBODY, outcome: 'clean', closedBy: 'both' },
    'nobody; both closed',
    'Closed by both sides at once; ended well.',
  ],
  [
    { ...NOBODY, outcome: 'clean', closedBy: 'server', isHarmless: false },
    'request too late',
    'Closed by the server while unused; a request came too late.',
  ],
  [
    { ...NOBODY, outcome: 'scan', closedBy: 'client' },
    'nobody; only a probe',
    'Closed by the client; only a probe.',
  ],
  [{ ...NOBODY, outcome: 'open' }, 'nobody; still open', 'No close was captured.'],
  [
    { ...NOBODY, outcome: 'timed-out', isHarmless: false },
    'unknown; went silent',
    'Nobody closed it: it went silent.',
  ],
  [
    { ...NOBODY, outcome: 'aborted', closedBy: 'client' },
    'nobody to name',
    'Closed by the client, but nobody can be blamed.',
  ],
])('%j is told as "%s"', (changes, cell, sentence) => {
  const { verdict } = judged({}, { certainty: 'likely', confidence: 0.93, ...changes });
  expect(culpritWords(verdict)).toBe(cell);
  expect(endSentence(verdict)).toBe(sentence);
});

test('a clean end into which a request ran deserves a look; others do not', () => {
  const clean = { ...NOBODY, outcome: 'clean', closedBy: 'server' } as const;
  expect(isBadEnd(judged({}, clean).verdict)).toBe(false);
  expect(needsALook(judged({}, clean))).toBe(false);
  expect(needsALook(judged({}, { ...clean, isHarmless: false }))).toBe(true);
});
