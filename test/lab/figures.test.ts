import { describe, expect, test } from 'vitest';
import { figureSetsOf, figuresOf } from './figures.ts';
import type { Grade } from './grade.ts';

const RIGHT_FIELDS = {
  outcome: true,
  group: true,
  closedBy: true,
  kind: true,
  position: true,
  killerFrame: null,
} as const;

function made(changes: Partial<Grade> = {}): Grade {
  return {
    name: 'ends/close/server',
    family: 'ends',
    vantage: 'server',
    isHeldOut: false,
    isKnowable: true,
    truth: 'client-abort',
    answer: 'client-abort',
    named: 'client-abort',
    isNamedRight: true,
    probabilities: { 'client-abort': 0.9, intermediary: 0.1, server: 0 },
    confidence: 0.9,
    fields: RIGHT_FIELDS,
    bodyBytes: true,
    clientError: true,
    serverError: false,
    baseline: 'client-abort',
    isBaselineRight: true,
    misses: [],
    headline: '',
    ...changes,
  };
}

/** One of each kind of answer. */
const GRADES: readonly Grade[] = [
  made(),
  made({
    name: 'forger/a/server',
    isHeldOut: true,
    truth: 'intermediary',
    isNamedRight: false,
    isBaselineRight: false,
  }),
  made({ name: 'forger/b/server', truth: 'intermediary', answer: 'undetermined', isNamedRight: false }),
  made({
    name: 'ends/c/any',
    truth: 'server',
    answer: 'intermediary',
    named: 'intermediary',
    isNamedRight: false,
  }),
  made({
    name: 'ends/d/any',
    truth: 'server',
    answer: 'none',
    named: 'none',
    isNamedRight: false,
    probabilities: null,
    confidence: null,
  }),
  made({
    name: 'ends/e/any',
    truth: 'none',
    answer: 'none',
    named: 'none',
    probabilities: null,
    confidence: null,
    isBaselineRight: false,
  }),
  made({ name: 'silence/f/any', isKnowable: false, truth: 'intermediary', isNamedRight: false }),
];

describe('figures', () => {
  const figures = figuresOf(GRADES);

  test('the matrix has each knowable connection once, at its truth and answer', () => {
    const { matrix } = figures;
    expect(matrix['client-abort']).toEqual({
      'client-abort': 1,
      intermediary: 0,
      server: 0,
      undetermined: 0,
      none: 0,
    });
    expect(matrix.intermediary).toEqual({
      'client-abort': 1,
      intermediary: 0,
      server: 0,
      undetermined: 1,
      none: 0,
    });
    expect(matrix.server).toEqual({
      'client-abort': 0,
      intermediary: 1,
      server: 0,
      undetermined: 0,
      none: 1,
    });
    expect(matrix.none).toEqual({ 'client-abort': 0, intermediary: 0, server: 0, undetermined: 0, none: 1 });
    expect(figures.matrixBeyond.intermediary['client-abort']).toBe(1);
  });

  test('decided: a silence about somebody counts as wrong, one about nobody does not count', () => {
    expect(figures.decided).toEqual({ right: 1, of: 4 });
    expect(figures.decidedAnywhere).toEqual({ right: 1, of: 5 });
    expect(figures.undetermined).toEqual({ right: 1, of: 5 });
  });

  test('accusations are named', () => {
    expect(figures.falseAccusations).toEqual(['ends/c/any']);
    expect(figures.claimedTooMuch).toEqual(['silence/f/any']);
  });

  test('the first RST is measured over the same connections', () => {
    expect(figures.baseline.blamed).toEqual({ right: 4, of: 5 });
    expect(figures.baseline.oursBlamed).toEqual({ right: 1, of: 5 });
    expect(figures.baseline.groundless).toEqual({ right: 1, of: 1 });
    expect(figures.baseline.oursGroundless).toEqual({ right: 0, of: 1 });
  });

  test('forecasts leave out a rightful silence only', () => {
    expect(figures.forecasts.forecasts).toBe(5);
    expect(figures.programErrors).toEqual({ right: 7, of: 14 });
  });

  test('sets are split by what was held out', () => {
    const sets = figureSetsOf(GRADES);
    expect([sets.all.connections, sets.calibration.connections, sets.heldOut.connections]).toEqual([7, 6, 1]);
    expect(sets.heldOut.decided).toEqual({ right: 0, of: 1 });
  });
});
