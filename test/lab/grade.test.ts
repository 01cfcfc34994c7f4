import { describe, expect, test } from 'vitest';
import { close, judged, judgedClean, summaryOf } from '../support/judged.ts';
import { firstResetSender } from './baseline.ts';
import { type Grade, grade, isDecided, isFalseAccusation } from './grade.ts';
import { type StagedCapture, scenarioMatcher, type TrueConnection } from './staged-truth.ts';

const TRUTH: TrueConnection = {
  id: 17,
  cause: 'client-abort',
  knowable: true,
  accept: {
    outcome: ['aborted'],
    group: ['client-abort'],
    closedBy: ['client'],
    kind: ['RST'],
    position: ['in-response-body'],
    killerFrame: [41, 43],
  },
  bodyBytes: 5120,
  applications: {
    client: { program: 'curl', said: 'killed', errno: 'none' },
    server: { program: 'Go', said: 'write: broken pipe', errno: 'EPIPE' },
  },
};

function graded(truth: Partial<TrueConnection>, subject = judged()): Grade {
  const connection = { ...TRUTH, ...truth };
  const capture: StagedCapture = {
    scenario: 'killed-v4',
    family: 'programs',
    heldOut: false,
    vantage: 'server',
    path: '',
    connections: [connection],
  };
  return grade(capture, connection, subject, summaryOf([subject]));
}

describe('grade', () => {
  test('all right', () => {
    const { truth, answer, isNamedRight, fields, misses, ...rest } = graded({});
    expect({ truth, answer, isNamedRight, misses }).toEqual({
      truth: 'client-abort',
      answer: 'client-abort',
      isNamedRight: true,
      misses: [],
    });
    expect(Object.values(fields)).toEqual([true, true, true, true, true, true]);
    expect([rest.bodyBytes, rest.clientError, rest.serverError]).toEqual([true, true, true]);
    expect(rest.name).toBe('programs/killed-v4/server');
  });

  test('the wrong group, place and octet count are misses', () => {
    const found = graded({
      cause: 'server',
      accept: { ...TRUTH.accept, group: ['server'], position: ['in-request'] },
      bodyBytes: 5121,
    });
    expect(found.misses).toEqual([
      { what: 'group', got: 'client-abort', wanted: 'server' },
      { what: 'position', got: 'in-response-body', wanted: 'in-request' },
      { what: 'bodyBytes', got: '5120', wanted: '5121' },
    ]);
    expect(isDecided(found)).toBe(true);
  });

  test('an undetermined verdict accuses nobody and need not know the closer', () => {
    const unsure = judged(
      {},
      { certainty: 'undetermined', confidence: 0.5, closedBy: 'server', group: 'intermediary' },
    );
    const found = graded({}, unsure);
    expect(found.answer).toBe('undetermined');
    expect(found.fields.closedBy).toBeNull();
    expect([isDecided(found), isFalseAccusation(found)]).toEqual([false, false]);
  });

  test('an intermediary named with certainty that did nothing is a false accusation', () => {
    const accusing = judged({}, { group: 'intermediary', closedBy: 'intermediary' });
    expect(isFalseAccusation(graded({}, accusing))).toBe(true);
    expect(isFalseAccusation(graded({ cause: 'intermediary', accept: {} }, accusing))).toBe(false);
  });

  test('where nobody is to blame, silence is right and no decision', () => {
    const found = graded({ cause: null, accept: { group: [null] } }, judgedClean());
    expect([found.truth, found.answer, found.isNamedRight, isDecided(found)]).toEqual([
      'none',
      'none',
      true,
      false,
    ]);
  });

  test('of several fair answers ours counts as the truth', () => {
    const fair = { accept: { group: [null, 'client-abort'] }, cause: null };
    expect(graded(fair).truth).toBe('client-abort');
    expect(graded({ ...fair, knowable: false }).truth).toBe('none');
  });

  test('a reset that met a program but never passed here cannot be foretold here', () => {
    const onlyFromServer = judged({ closes: [close({ from: 'server' })] });
    expect(graded({}, onlyFromServer).serverError).toBeNull();
  });
});

describe('the first RST', () => {
  test('names its sender, also when that reset was a consequence', () => {
    const closes = [
      close({ kind: 'FIN', from: 'client' }),
      close({ from: 'server' }),
      close({ from: 'client' }),
    ];
    expect(firstResetSender({ closes })).toBe('server');
    expect(firstResetSender({ closes: closes.slice(0, 1) })).toBeNull();
  });
});

describe('scenarioMatcher', () => {
  test.each([
    ['*', true],
    ['killed-*', true],
    ['killed-v4', true],
    ['killed', true],
    ['programs', true],
    ['programs/killed*', true],
    ['kill', false],
    ['killed.v4', false],
  ])('%s', (pattern, expected) => {
    expect(scenarioMatcher(pattern)({ family: 'programs', scenario: 'killed-v4' })).toBe(expected);
  });
});
