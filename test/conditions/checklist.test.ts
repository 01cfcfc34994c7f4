import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { chalkFor } from '../../src/cli/chalk.ts';
import { sha1 } from '../../src/cli/sha1.ts';
import { QUESTIONS } from '../../src/conditions/answers/reply.ts';
import { Conditions } from '../../src/conditions/conditions.ts';
import { summaryRecord } from '../../src/report/capture-record.ts';
import { ChecklistReport } from '../../src/report/checklist-text.ts';
import { conditionLines } from '../../src/report/condition-lines.ts';
import { connectionRecord } from '../../src/report/connection-record.ts';
import { paletteOf } from '../../src/report/palette.ts';
import { analyzeConditions, type ConditionsRun } from '../support/analyze-conditions.ts';
import { summaryOf } from '../support/judged.ts';
import { schemaErrors } from '../support/record-schema.ts';

const FIXTURES = new URL('../../fixtures/', import.meta.url).pathname;
const CAPTURES = readdirSync(FIXTURES)
  .filter((name) => /^\d/.test(name))
  .map((name) => {
    const file = readdirSync(FIXTURES + name).find((each) => /^capture\.pcap(?:ng)?$/.test(each));
    return `${FIXTURES}${name}/${file}`;
  });

function text({ summary }: ConditionsRun, verbosity: number, width: number, isQuiet = false): string {
  let out = '';
  const options = {
    palette: paletteOf(chalkFor(false)),
    width,
    verbosity,
    isQuiet,
    isAll: false,
    selection: null,
  };
  new ChecklistReport((chunk) => {
    out += chunk;
  }, options).end(summary);
  return out;
}

describe('over all staged captures', () => {
  test('each question has its answer, within the columns, and each record follows the schema', async () => {
    expect(CAPTURES.length).toBeGreaterThan(90);
    for (const path of CAPTURES) {
      const run = await analyzeConditions(path);
      const answers = run.summary.checklist?.answers ?? [];
      expect(answers.map(({ question }) => question)).toEqual(Object.values(QUESTIONS));
      for (const width of [40, 80]) {
        const lines = text(run, 1, width).split('\n');
        for (const line of lines.filter((each) => !each.includes('fixtures/')))
          expect(line.length, `${path}: ${line}`).toBeLessThanOrEqual(width);
      }
      for (const { answer, isAnswered } of answers) {
        expect(answer, path).not.toMatch(/NaN|undefined|null|Infinity|-\d/);
        expect(answer.startsWith('Cannot tell, because '), answer).toBe(!isAnswered);
        expect(answer).toMatch(/\.$/);
      }
      expect(schemaErrors(JSON.parse(JSON.stringify(summaryRecord(run.summary, 0))))).toEqual([]);
      for (const judged of run.connections) {
        const record = connectionRecord(judged, run.summary.capture, sha1);
        expect(record.conditions).toBeDefined();
        expect(schemaErrors(JSON.parse(JSON.stringify(record)))).toEqual([]);
      }
    }
  }, 60_000);
});

test('the text: questions numbered, evidence behind each answer, details on demand', async () => {
  const run = await analyzeConditions(`${FIXTURES}101-slow-template-client-leaves/capture.pcap`);
  const plain = text(run, 0, 80);
  expect(plain).toContain(
    ' 1  Who is closing the connection?\n    The only connection ended early, by the client.',
  );
  expect(plain).toContain('\n    [id 0; frame 34]\n');
  expect(plain).toContain('11  Are most of these errors non-issues?');
  expect(plain).not.toContain('    * ');
  expect(text(run, 1, 80)).toContain('    * 1 connection: in-response-body (id 0; frame 34)');
  expect(text(run, 0, 80, true)).not.toContain('[id');
});

test.each([
  [
    '101-slow-template-client-leaves',
    /^Probably: in the only early end a client left in the middle of a response/,
  ],
  ['83-deploy-kills-all', /^No: each of 6 early ends may have done harm; 100 % of/],
  ['01-plain-get', /^There are none/],
])('%s: are most of these errors non-issues?', async (name, expected) => {
  const run = await analyzeConditions(`${FIXTURES}${name}/capture.pcap`);
  expect(run.summary.checklist?.answers.at(-1)?.answer).toMatch(expected);
});

test('a capture without connections says so', () => {
  const answers = new Conditions().checklist(summaryOf([])).answers;
  for (const { isAnswered, answer } of answers) {
    expect(isAnswered).toBe(false);
    expect(answer).toMatch(/^Cannot tell, because .*\.$/);
  }
});

test('without being asked for, no conditions are found out', async () => {
  const { analyzeFile } = await import('../support/analyze-file.ts');
  const { connections, summary } = await analyzeFile(`${FIXTURES}01-plain-get/capture.pcap`);
  expect(connections[0]?.conditions).toBeUndefined();
  expect(summary.checklist).toBeUndefined();
});

test('the head of a timeline has the conditions of its connection', async () => {
  const limited = await analyzeConditions(`${FIXTURES}102-window-limited/capture.pcap`);
  const lines = conditionLines(limited.of(0));
  expect(lines[0]).toBe(
    'Client: Linux (likely), MSS 1,460, no router away. Server: Linux (likely), MSS 1,460, no router away.',
  );
  expect(lines[1]).toMatch(/^Path: RTT 4\d(?:\.\d)? ms \(to the client .*\); nothing sent again\.$/);
  expect(lines[2]).toMatch(
    /^Too much to the client: \d+ ms without room in it; at most 5,840 bytes in flight/,
  );
  expect(lines[3]).toMatch(/^Pace: 1 response in 43 segments .* for the client's window\)\.$/);
  const lossy = await analyzeConditions(`${FIXTURES}107-lossy-path/capture.pcap`);
  expect(conditionLines(lossy.of(0)).join('\n')).toContain('4 of 47 data segments sent again');
  const stalled = await analyzeConditions(`${FIXTURES}80-nagle-delayed-ack/capture.pcap`);
  expect(conditionLines(stalled.of(0)).at(-1)).toMatch(
    /^Nagle: 3 small segments waited for a delayed ACK, 13\d ms in all \(frame 13\)\.$/,
  );
});
