import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseSelection } from '../../src/report/selection.ts';
import { SelectionError } from '../../src/report/selection-tokens.ts';
import { app, exchange, half, judged, judgedClean } from '../support/judged.ts';

const aborted = judged();
const clean = judgedClean({ id: 3 });

function faultOf(expression: string): SelectionError {
  try {
    parseSelection(expression);
  } catch (error) {
    if (error instanceof SelectionError) return error;
    throw error;
  }
  throw new Error(`no fault found in ${expression}`);
}

describe('what selects the client that left mid-body', () => {
  test.each([
    'client-abort',
    'CLIENT-ABORT',
    'group == client-abort',
    'group eq "client-abort"',
    'group != server',
    'not harmless',
    '!harmless',
    'harmless == false',
    'outcome == aborted and kind == rst',
    'position in {in-response-body, awaiting-response}',
    'in-response-body',
    'confidence >= 0.93 && confidence < 0.94',
    'certainty = likely',
    'closedby == client',
    'host == shop.example',
    'host contains SHOP',
    'host matches "^shop\\."',
    'path ~ /rep',
    'method == get and status == 200',
    'status in {404, 200}',
    'ip == 203.0.113.80',
    'client == 198.51.100.7 and server == 203.0.113.80',
    'port == 80 and port == 41259',
    'server.port == 80',
    'peer == 203.0.113.80:80',
    'id == 17',
    'bytes > 6000',
    'duration > 2 and duration < 2.2',
    '(server or client-abort) and not (outcome == clean)',
    'outcome == clean or group != none',
  ])('%s', (expression) => {
    expect(parseSelection(expression)(aborted)).toBe(true);
    expect(parseSelection(`not (${expression})`)(aborted)).toBe(false);
  });
});

test('absent values', () => {
  expect(parseSelection('group == none')(clean)).toBe(true);
  expect(parseSelection('group == none')(aborted)).toBe(false);
  expect(parseSelection('confidence > 0')(clean)).toBe(false);
  expect(parseSelection('confidence != 1')(clean)).toBe(true);
  expect(parseSelection('closedby == none')(judged({}, { closedBy: 'none' }))).toBe(true);
});

test('!= on a field of two values means neither', () => {
  expect(parseSelection('ip != 203.0.113.80')(aborted)).toBe(false);
  expect(parseSelection('ip != 10.0.0.1')(aborted)).toBe(true);
});

test('an IPv6 peer with brackets', () => {
  const v6 = judged({ client: half({ ip: '2001:db8::7', port: 5000 }) });
  expect(parseSelection('peer == [2001:db8::7]:5000')(v6)).toBe(true);
});

test('the host is the SNI where there is no Host header', () => {
  const tls = app({
    exchange: null,
    protocol: 'tls',
    tls: {
      sni: 'bank.example',
      alpnOffered: [],
      alpnChosen: null,
      version: '1.3',
      isClientHelloSeen: true,
      isServerHelloSeen: true,
      isHandshakeComplete: true,
      alerts: [],
      isClientCloseNotifyLikely: false,
      isServerCloseNotifyLikely: false,
      isClientRecordCut: false,
      isServerRecordCut: false,
      clientApplicationBytes: 0,
      serverApplicationBytes: 0,
    },
  });
  expect(parseSelection('host == bank.example')(judged({ app: tls, closes: [] }))).toBe(true);
});

describe('faults say what and where', () => {
  test.each([
    ['grup == server', 0, 'no field "grup"'],
    ['group == servr', 9, 'none of: client-abort'],
    ['group ==', 8, 'value is missing'],
    ['group == server server', 16, 'expected "and"'],
    ['(server', 7, '")" is missing'],
    ['status > abc', 9, 'not a number'],
    ['host > 3', 5, 'numbers only'],
    ['host matches "("', 13, 'not a valid regular expression'],
    ['host matches "(a+)+$"', 13, 'repeats inside'],
    ['host == "abc', 8, 'never closed'],
    ['harmless == maybe', 12, 'true or false'],
    ['nonsense', 0, 'neither a field nor a verdict word'],
    ['host', 0, 'wants a comparison'],
    ['', 0, 'missing'],
    ['status in {}', 11, 'value is missing'],
    ['server | x', 7, 'not expected'],
  ])('%s', (expression, at, message) => {
    const fault = faultOf(expression);
    expect(fault.message).toContain(message);
    expect(fault.at).toBe(at);
  });

  test('nesting has an end', () => {
    expect(faultOf('('.repeat(2000)).message).toContain('nested too deeply');
    expect(faultOf('!'.repeat(2000)).message).toContain('nested too deeply');
  });
});

describe('for any expression', () => {
  const words = [
    'group',
    'server',
    '==',
    '!=',
    '(',
    ')',
    'and',
    'or',
    'not',
    'in',
    '{',
    '}',
    ',',
    '"x"',
    '5',
    'ip',
  ];

  test('it parses or names a fault inside it; never anything else', () => {
    const soup = fc.oneof(
      fc.string(),
      fc.array(fc.constantFrom(...words), { maxLength: 12 }).map((w) => w.join(' ')),
    );
    fc.assert(
      fc.property(soup, (expression) => {
        try {
          expect(typeof parseSelection(expression)(aborted)).toBe('boolean');
        } catch (error) {
          if (!(error instanceof SelectionError)) throw error;
          expect(error.at).toBeGreaterThanOrEqual(0);
          expect(error.at).toBeLessThanOrEqual(expression.length);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('and, or and not are those of logic', () => {
    const atom = fc.constantFrom('client-abort', 'harmless', 'id == 17', 'status > 300', 'group == none');
    fc.assert(
      fc.property(atom, atom, (a, b) => {
        for (const connection of [aborted, clean]) {
          const [va, vb] = [parseSelection(a)(connection), parseSelection(b)(connection)];
          expect(parseSelection(`${a} and ${b}`)(connection)).toBe(va && vb);
          expect(parseSelection(`${a} || ${b}`)(connection)).toBe(va || vb);
          expect(parseSelection(`not (${a} and ${b})`)(connection)).toBe(!(va && vb));
        }
      }),
    );
  });
});

test('text on the wire is only compared, never run', () => {
  const hostile = judged({
    app: app({ exchange: exchange({ target: 'a'.repeat(5000) }) }),
    closes: [],
  });
  expect(parseSelection('path matches "a*a*b"')(hostile)).toBe(false);
});
