import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { JudgedConnection } from '../../src/model/verdict.ts';
import { connectionRecord } from '../../src/report/connection-record.ts';
import { jsonLine } from '../../src/report/json-line.ts';
import { JsonlReport } from '../../src/report/jsonl.ts';
import { app, close, exchange, judged, judgedClean, overview, summaryOf } from '../support/judged.ts';
import { recordSchema, schemaErrors } from '../support/record-schema.ts';

const sha1 = (octets: Uint8Array) => createHash('sha1').update(octets).digest('base64');
function written(connections: readonly JudgedConnection[], holdLimit?: number): Record<string, unknown>[] {
  const chunks: string[] = [];
  const report = new JsonlReport((chunk) => chunks.push(chunk), sha1, holdLimit);
  const soFar = overview({ isComplete: false, frames: 5 });
  for (const connection of connections) report.connection(connection, true, soFar);
  report.end(summaryOf(connections));
  const lines = chunks.join('').split('\n');
  expect(lines.pop()).toBe('');
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

function expectValid(record: unknown): void {
  expect(schemaErrors(record)).toEqual([]);
}

test('capture first, then connections, summary last; all valid', () => {
  const records = written([judged(), judgedClean({ id: 1 })]);
  expect(records.map((record) => record['type'])).toEqual(['capture', 'connection', 'connection', 'summary']);
  for (const record of records) expectValid(record);
  expect(records[0]).toMatchObject({
    schema: 1,
    complete: true,
    packets: 12_345,
    firstTime: '2026-01-02T03:04:05.678901Z',
    duration: 12.4,
  });
  expect(records[3]).toMatchObject({
    connections: 2,
    selected: 2,
    capture: { complete: true, packets: 12_345 },
  });
});

test('beyond the hold limit the capture record goes out with the counts so far', () => {
  const records = written([judged(), judged({ id: 18 })], 100);
  expect(records.map((record) => record['type'])).toEqual(['capture', 'connection', 'connection', 'summary']);
  expect(records[0]).toMatchObject({ complete: false, packets: 5 });
  expect(records[3]).toMatchObject({ capture: { complete: true, packets: 12_345 } });
  for (const record of records) expectValid(record);
});

test('connections that -Y leaves out are counted but not written', () => {
  const chunks: string[] = [];
  const report = new JsonlReport((chunk) => chunks.push(chunk), sha1);
  report.connection(judged(), false, overview());
  report.end(summaryOf([judged()]));
  expect(chunks.join('')).not.toContain('"type":"connection"');
  expect(JSON.parse(chunks.at(-1) ?? '')).toMatchObject({ connections: 1, selected: 0 });
});

test("the contract's example, field by field", () => {
  const record = connectionRecord(judged(), overview(), sha1);
  expect(record).toMatchObject({
    type: 'connection',
    schema: 1,
    file: 'a.pcap',
    id: 17,
    client: { ip: '198.51.100.7', port: 41_259 },
    server: { ip: '203.0.113.80', port: 80 },
    rolesFrom: 'syn',
    start: '2026-01-02T03:04:05.000000Z',
    duration: 2.113,
    handshake: 'complete',
    outcome: 'aborted',
    group: 'client-abort',
    certainty: 'likely',
    confidence: 0.93,
    probabilities: { 'client-abort': 0.93, intermediary: 0.06, server: 0.01 },
    closedBy: 'client',
    kind: 'RST',
    killerFrame: 41,
    position: 'in-response-body',
    exchange: {
      index: 2,
      method: 'GET',
      target: '/report',
      status: 200,
      framing: 'content-length',
      bodyBytes: 5120,
      bodyBytesAcked: 4096,
      bodyLength: 10_240,
      chunk: null,
      timeToFirstByte: 0.031,
      timeSinceRequest: 2.1,
    },
    evidence: [{ weight: -3 }, { weight: 1.2 }],
    applications: { server: { likely: 'EPIPE on the second write after frame 41' } },
  });
});

describe('acknowledged body octets', () => {
  const ackedWith = (changes: Parameters<typeof close>[0], e = exchange()) =>
    connectionRecord(judged({ closes: [close({ ...changes, app: app({ exchange: e }) })] }), overview(), sha1)
      .exchange?.bodyBytesAcked;

  test('never below 0, never above what was seen', () => {
    expect(ackedWith({ serverAckedOffset: 100 })).toBe(0);
    expect(ackedWith({ serverAckedOffset: 1e6 })).toBe(5120);
  });

  test('unknown for chunked bodies and without an offset', () => {
    expect(ackedWith({}, exchange({ framing: 'chunked' }))).toBeNull();
    expect(ackedWith({ serverAckedOffset: null })).toBeNull();
  });

  test('without a killer, all but the outstanding octets', () => {
    const silent = judged({ app: app() }, { killerFrame: null });
    expect(connectionRecord(silent, overview(), sha1).exchange?.bodyBytesAcked).toBe(4096);
  });
});

test('hostile text: nothing that a terminal obeys is written, and no octet of the target is lost', () => {
  const target = '/\u001b]0;owned\u0007\u009b31m\u202e\ud800\u007f\n';
  const hostile = judged(
    { closes: [close({ app: app({ exchange: exchange({ target, host: '\u001b[2J' }) }) })] },
    { headline: `The client hung up during GET ${target}.` },
  );
  const line = jsonLine(connectionRecord(hostile, overview(), sha1));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
  expect(line.slice(0, -1)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e\ud800-\udfff]/);
  const record = JSON.parse(line) as { exchange: { target: string }; headline: string };
  expect(record.exchange.target).toBe(target);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
  expect(record.headline).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
});

/** Keys of `value` that no `properties` of the schema names: a field that is written must be documented. */
function undocumented(value: unknown, known: ReadonlySet<string>, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => undocumented(item, known, path));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    ...(known.has(key) ? [] : [`${path}.${key}`]),
    ...undocumented(inner, known, `${path}.${key}`),
  ]);
}

function namesIn(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, inner]) => {
    if (key === 'properties') return [...Object.keys(inner as object), ...namesIn(inner)];
    if (key === 'enum') return (inner as unknown[]).map(String);
    return namesIn(inner);
  });
}

test('every field that is written stands in the schema, and in docs/json.md', () => {
  const known = new Set(namesIn(recordSchema));
  const docs = readFileSync(new URL('../../docs/json.md', import.meta.url), 'utf8');
  for (const record of written([judged()])) {
    expect(undocumented(record, known)).toEqual([]);
    for (const key of Object.keys(record)) expect(docs).toContain(`\`${key}\``);
  }
});

test('the schema refuses what is wrong', () => {
  const good = JSON.parse(jsonLine(connectionRecord(judged(), overview(), sha1))) as Record<string, unknown>;
  const wrong: Record<string, unknown>[] = [
    { ...good, group: 'proxy' },
    { ...good, schema: 2 },
    { ...good, confidence: 1.5 },
    { ...good, start: '2026-01-02 03:04:05' },
    { ...good, group: null },
    { ...good, outcome: 'clean' },
    { ...good, client: { ip: 'localhost', port: 1 } },
    { ...good, closes: [{ frame: 0, from: 'client', kind: 'RST', role: 'cause' }] },
    { ...good, exchange: { index: 1 } },
  ];
  for (const record of wrong) expect(schemaErrors(record)).not.toEqual([]);
  const { headline: _, ...without } = good;
  expect(schemaErrors(without)).not.toEqual([]);
  expect(schemaErrors({ ...good, somethingNew: 1 })).toEqual([]);
});
